import { readFile, writeFile } from 'node:fs/promises';
import { dirname, isAbsolute, relative, resolve } from 'node:path';
import { CompanionError, messageOf } from '../model/errors.ts';
import type { RecordedEvent } from '../model/events.ts';
import { publicEvent } from '../model/public-event.ts';
import { nameKey } from '../model/skype-name.ts';
import { Replay } from '../services/replay/events.ts';
import { checkExpectations } from '../services/replay/expect/check.ts';
import { parseExpectations } from '../services/replay/expect/schema.ts';
import { eventFilter } from '../services/replay/filter.ts';
import { Pace, parseSpeed, type Speed, timerSleep } from '../services/replay/pace.ts';
import { readScript } from '../services/replay/script.ts';
import { startReplayServer } from '../services/replay/server.ts';
import { starterTest } from '../services/replay/starter-test.ts';
import { SummaryCounter } from '../services/replay/summary.ts';
import { printEvent } from './print-event.ts';
import type { Register } from './program.ts';
import {
  CAPTURE_ARGUMENT,
  collect,
  openCapture,
  parseTime,
  pbxOfCapture,
} from './replay/capture-argument.ts';
import { printReport, printSummary, summaryJson } from './replay/print-report.ts';
import { Progress } from './replay/progress.ts';
import { EXIT, type ExitCode, type Terminal } from './terminal.ts';

interface Options {
  readonly json?: true;
  readonly summary?: true;
  readonly quick?: true;
  readonly pbx?: string;
  readonly own?: readonly string[];
  readonly account?: readonly string[];
  readonly buddy?: readonly string[];
  readonly kind?: readonly string[];
  readonly from?: string;
  readonly to?: string;
  readonly text?: string;
  readonly at?: string;
  readonly expect?: string;
  readonly serve?: string;
  readonly writeTest?: string;
}

const HELP = `
Lines may end with CRLF or LF, carry times (ISO 8601, syslog, epoch; without a zone: UTC) and marks of direction, and
stand beside the output of telnet or nc. Without --own or --account, a chat of the shape To/From counts as sent by From.

Examples:
  sfa replay capture.log.gz --account james_bond --kind chat --from 2026-11-21T02:00:00Z
  sfa replay capture.log --expect expectations.yaml
  sfa replay capture.log --serve 5038 --at 10x
  sfa replay capture.log --write-test test/case.test.ts`;

/** `sfa replay CAPTURE` */
export const replayCommand: Register = (program, terminal, finish) => {
  program
    .command('replay')
    .description(
      'read a captured AMI session: a timeline of its Skype events, a summary, a check, or a server',
    )
    .argument('<capture>', CAPTURE_ARGUMENT)
    .option('--json', 'print each event as one line of JSON')
    .option('--summary', 'print counts and last states instead of the events')
    .option('--quick', 'look for Skype events alone: faster, but counts neither messages nor unknown bytes')
    .option('--pbx <name>', "the events' PBX name (default: the file's name)")
    .option(
      '--own <name>',
      'an account of the captured PBX (repeatable): tells sent chats from received ones',
      collect,
    )
    .option(
      '--account <name>',
      'only events of this account, which is also one of the PBX (repeatable)',
      collect,
    )
    .option('--buddy <name>', 'only events about this buddy or peer (repeatable)', collect)
    .option('--kind <kind>', 'only account, buddy or chat events (repeatable)', collect)
    .option('--from <time>', 'only events at or after this time')
    .option('--to <time>', 'only events at or before this time')
    .option('--text <part>', 'only chats whose text holds this, in any case')
    .option('--at <speed>', "play by the capture's clock: 1x, 10x, max")
    .option(
      '--expect <file>',
      'hold the expectations of a YAML file against the events; exit 1 when one fails',
    )
    .option('--serve <port>', 'play the session as an AMI server on the loopback address, until Ctrl-C')
    .option('--write-test <file>', 'write a test for vitest that holds these events')
    .addHelpText('after', HELP)
    .action(async (capture: string, options: Options) => {
      finish(await run(capture, options, terminal));
    });
};

async function run(capture: string, options: Options, terminal: Terminal): Promise<ExitCode> {
  if (options.serve !== undefined) return serve(capture, options, terminal);
  if (options.expect !== undefined) return check(capture, options.expect, options, terminal);
  if (options.writeTest !== undefined) return writeTest(capture, options.writeTest, options, terminal);
  if (options.summary) return summarise(capture, options, terminal);
  const print = options.json
    ? (event: RecordedEvent) => `${JSON.stringify(publicEvent(event))}\n`
    : printEvent;
  if (options.at === undefined || options.at === 'max') await printAll(capture, options, terminal, print);
  else await printPaced(capture, options, terminal, print, parseSpeed(options.at));
  return EXIT.done;
}

type Print = (event: RecordedEvent) => string;

/** Texts are written together, for one write for each event would cost more than reading it. */
const WRITTEN_TOGETHER = 1 << 13;

async function printAll(capture: string, options: Options, terminal: Terminal, print: Print): Promise<void> {
  let text = '';
  const write = () => {
    if (text !== '') terminal.out(text);
    text = '';
  };
  const take = (event: RecordedEvent) => {
    text += print(event);
    if (text.length >= WRITTEN_TOGETHER) write();
  };
  await read(capture, options, terminal, take, async () => {
    write();
    await terminal.taken();
    return true;
  });
}

async function printPaced(
  capture: string,
  options: Options,
  terminal: Terminal,
  print: Print,
  speed: Speed,
): Promise<void> {
  const pace = new Pace(speed, Date.now, timerSleep);
  const { signal } = terminal;
  let waiting: RecordedEvent[] = [];
  const take = (event: RecordedEvent) => void waiting.push(event);
  await read(capture, options, terminal, take, async () => {
    const events = waiting;
    waiting = [];
    for (const event of events) {
      await pace.reach(event.receivedAt, signal);
      if (signal.aborted) return false;
      terminal.out(print(event));
    }
    return true;
  });
}

/**
 * Reads a capture and hands out the events that pass the filters.
 *
 * @param between runs after each piece of the file; false ends the reading.
 */
async function read(
  capture: string,
  options: Options,
  terminal: Terminal,
  take: (event: RecordedEvent) => void,
  between: () => Promise<boolean> = () => Promise.resolve(true),
): Promise<Replay> {
  const keep = eventFilter({
    accounts: options.account,
    buddies: options.buddy,
    kinds: options.kind,
    from: options.from === undefined ? undefined : parseTime('--from', options.from),
    to: options.to === undefined ? undefined : parseTime('--to', options.to),
    text: options.text,
  });
  const accounts = [...(options.own ?? []), ...(options.account ?? [])];
  const known = new Set(accounts.map(nameKey));
  const source = await openCapture(capture);
  const replay = new Replay({
    pbx: options.pbx ?? pbxOfCapture(capture),
    isAccount: known.size === 0 ? null : (name) => known.has(nameKey(name)),
    year: source.year,
    quick: options.quick ?? false,
  });
  const progress = new Progress(source.size, process.stderr.isTTY ? terminal.err : null, Date.now);
  const takeKept = (event: RecordedEvent) => {
    if (keep(event)) take(event);
  };
  let wanted = true;
  for await (const chunk of source.chunks) {
    progress.at(source.consumed());
    replay.each(chunk, takeKept);
    wanted = await between();
    if (!wanted) break;
  }
  if (wanted) {
    replay.eachAtEnd(takeKept);
    await between();
  }
  progress.end();
  if (source.cut()) replay.report.capture.cut = true;
  if (!(options.json && options.summary)) terminal.err(printReport(replay.report));
  return replay;
}

async function summarise(capture: string, options: Options, terminal: Terminal): Promise<ExitCode> {
  const counter = new SummaryCounter();
  const { report } = await read(capture, options, terminal, (event) => counter.add(event));
  const summary = counter.result();
  terminal.out(options.json ? summaryJson(summary, report) : printSummary(summary));
  return EXIT.done;
}

async function check(capture: string, file: string, options: Options, terminal: Terminal): Promise<ExitCode> {
  const expected = parseExpectations(await readText(file), file);
  const events = (await collectEvents(capture, options, terminal)).map(publicEvent);
  const failures = checkExpectations(events, expected);
  if (options.json) {
    terminal.out(`${JSON.stringify({ matched: failures.length === 0, failures })}\n`);
  } else if (failures.length === 0) {
    terminal.out('all expectations hold\n');
  } else {
    for (const { where, text } of failures) terminal.out(`${file}: ${where}: ${text}\n`);
    terminal.err(`${failures.length} expectations do not hold\n`);
  }
  return failures.length === 0 ? EXIT.done : EXIT.refused;
}

async function writeTest(
  capture: string,
  file: string,
  options: Options,
  terminal: Terminal,
): Promise<ExitCode> {
  if (capture === '-') {
    throw new CompanionError(
      'REQUEST_INVALID',
      '--write-test: a test needs a file to replay; save the input first',
    );
  }
  const events = await collectEvents(capture, options, terminal);
  const path = relative(dirname(resolve(file)), resolve(capture)).replaceAll('\\', '/');
  const accounts = [...(options.own ?? []), ...(options.account ?? [])];
  const shown = isAbsolute(path) || path.startsWith('.') ? path : `./${path}`;
  try {
    // Never over a test that somebody has worked on.
    await writeFile(file, starterTest({ capture: shown, accounts, events }), { flag: 'wx' });
  } catch (thrown) {
    throw new CompanionError('REQUEST_INVALID', `--write-test: cannot write ${file}: ${messageOf(thrown)}`);
  }
  terminal.err(`wrote ${file}; run it with: npx vitest run ${file}\n`);
  return EXIT.done;
}

async function collectEvents(
  capture: string,
  options: Options,
  terminal: Terminal,
): Promise<RecordedEvent[]> {
  const all: RecordedEvent[] = [];
  await read(capture, options, terminal, (event) => void all.push(event));
  return all;
}

async function serve(capture: string, options: Options, terminal: Terminal): Promise<ExitCode> {
  const port = Number(options.serve);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    throw new CompanionError('REQUEST_INVALID', `--serve: "${options.serve}" is no port; use 0 to 65535`);
  }
  const source = await openCapture(capture);
  const script = await readScript(source.chunks, source.year);
  const server = await startReplayServer(script, {
    port,
    speed: parseSpeed(options.at ?? '1x'),
    onUnknownAction: (name) => terminal.err(`the capture holds no answer to ${JSON.stringify(name)}\n`),
  });
  const { exchanges, unsolicited } = script;
  terminal.err(
    `playing ${unsolicited.length} events and ${exchanges.length} answers on ${server.host}:${server.port}; Ctrl-C ends it\n`,
  );
  await new Promise<void>((done) => {
    if (terminal.signal.aborted) return done();
    terminal.signal.addEventListener('abort', () => done(), { once: true });
  });
  await server.stop();
  return EXIT.done;
}

/** @throws CompanionError `NOT_FOUND` with the system's reason. */
async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (thrown) {
    throw new CompanionError('NOT_FOUND', `cannot read ${file}: ${messageOf(thrown)}`);
  }
}
