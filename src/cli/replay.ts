import { createReadStream } from 'node:fs';
import { basename } from 'node:path';
import { CompanionError, messageOf } from '../model/errors.ts';
import { publicEvent } from '../model/public-event.ts';
import { nameKey } from '../model/skype-name.ts';
import { emptySummary, type ReplaySummary, replay } from '../services/replay.ts';
import { printEvent } from './print-event.ts';
import type { Register } from './program.ts';
import { EXIT, type Terminal } from './terminal.ts';

interface Options {
  readonly json?: true;
  readonly pbx?: string;
  readonly account?: readonly string[];
}

export const replayCommand: Register = (program, terminal, finish) => {
  program
    .command('replay')
    .description('read a captured AMI session and print one line for each Skype event')
    .argument('<capture>', 'file with captured AMI traffic, or - for standard input')
    .option('--json', 'print each event as one line of JSON')
    .option('--pbx <name>', "the events' PBX name (default: the file's name)")
    .option('--account <name...>', 'accounts of the captured PBX; tells sent chats from received ones')
    .addHelpText(
      'after',
      '\nLines may end with CRLF or LF. Without --account, a chat of the shape To/From counts as sent by From.',
    )
    .action(async (capture: string, options: Options) => {
      const summary = await run(capture, options, terminal);
      terminal.err(describe(summary));
      finish(EXIT.done);
    });
};

async function run(capture: string, options: Options, terminal: Terminal): Promise<ReplaySummary> {
  const accounts = options.account && new Set(options.account.map(nameKey));
  const summary = emptySummary();
  const events = replay(
    openCapture(capture),
    {
      pbx: options.pbx ?? (capture === '-' ? 'stdin' : basename(capture)),
      isAccount: accounts ? (name) => accounts.has(nameKey(name)) : null,
    },
    summary,
  );
  // Written in larger pieces: one write for each event would cost more than reading it.
  let lines = '';
  for await (const event of events) {
    lines += options.json ? `${JSON.stringify(publicEvent(event))}\n` : printEvent(event);
    if (lines.length < 1 << 16) continue;
    terminal.out(lines);
    lines = '';
  }
  terminal.out(lines);
  return summary;
}

/** @throws CompanionError `NOT_FOUND` with the system's reason when the file cannot be read. */
async function* openCapture(capture: string): AsyncGenerator<Buffer, void, void> {
  const stream = capture === '-' ? process.stdin : createReadStream(capture, { highWaterMark: 1 << 18 });
  try {
    for await (const chunk of stream) yield chunk as Buffer;
  } catch (thrown) {
    throw new CompanionError('NOT_FOUND', `cannot read the capture ${capture}: ${messageOf(thrown)}`);
  }
}

function describe(summary: ReplaySummary): string {
  const { bytes, messages, events, bad, skipped } = summary;
  let text = `${events} Skype events in ${messages} messages (${bytes} bytes)\n`;
  if (skipped > 0) text += `${skipped} messages were skipped: they pass the limits of size\n`;
  for (const { offset, reason } of bad) text += `unreadable event at byte ${offset}: ${reason}\n`;
  return text;
}
