import { setTimeout } from 'node:timers/promises';
import { createParser } from 'eventsource-parser';
import { CompanionError, messageOf } from '../model/errors.ts';
import { printable } from '../model/text.ts';
import { Client, type ClientOptions, clientCommand } from './client.ts';
import type { Register } from './program.ts';
import { EXIT, type Terminal } from './terminal.ts';

interface Options extends ClientOptions {
  readonly follow?: true;
  readonly after?: string;
  readonly user?: string;
  readonly type?: string;
  readonly limit: string;
}

/** Pause before a lost stream is opened again, in milliseconds. */
const RETRY_MS = 1_000;

/** `sfa events [--follow]` */
export const eventsCommand: Register = (program, terminal, finish) => {
  clientCommand(program.command('events'))
    .description('print events; one JSON object on each line with --json (a client of the REST API)')
    .option('--follow', 'go on with new ones until Ctrl-C, over every reconnect, each once')
    .option('--after <seq>', 'with --follow: begin behind the event with this number')
    .option('--user <account>', 'only events of this account')
    .option('--type <types>', 'only these, for example chat,call')
    .option('--limit <number>', 'without --follow: the last so many', '50')
    .action(async (options: Options) => {
      if (options.follow) await follow(options, terminal);
      else await last(options, terminal);
      finish(EXIT.done);
    });
};

function queryOf({ user, type }: Options): URLSearchParams {
  const query = new URLSearchParams();
  if (user !== undefined) query.set('user', user);
  if (type !== undefined) query.set('type', type);
  return query;
}

async function last(options: Options, terminal: Terminal): Promise<void> {
  const query = queryOf(options);
  query.set('limit', options.limit);
  const { items } = await new Client(options, terminal).call<{ items: object[] }>(
    'GET',
    `/events/history?${query}`,
  );
  for (const event of items.toReversed()) print(terminal, options, JSON.stringify(event));
}

async function follow(options: Options, terminal: Terminal): Promise<void> {
  const { signal } = terminal;
  const client = new Client(options, terminal, signal);
  let seq = options.after;
  let first = true;
  while (!signal.aborted) {
    try {
      const headers: Record<string, string> = seq === undefined ? {} : { 'last-event-id': seq };
      const response = await client.open('GET', `/events?${queryOf(options)}`, undefined, headers);
      first = false;
      const parser = createParser({
        onEvent: ({ id, data }) => {
          seq = id;
          print(terminal, options, data);
        },
      });
      const decoder = new TextDecoder();
      for await (const chunk of response.body ?? []) parser.feed(decoder.decode(chunk, { stream: true }));
    } catch (thrown) {
      if (signal.aborted) return;
      // What is wrong from the start stays wrong; a service that was there comes back.
      if (first || (thrown instanceof CompanionError && thrown.code !== 'NOT_FOUND')) throw thrown;
      terminal.err(`sfa: ${messageOf(thrown)}; trying again\n`);
    }
    await setTimeout(RETRY_MS, undefined, { signal }).catch(() => undefined);
  }
}

function print(terminal: Terminal, { json }: Options, data: string): void {
  if (json) {
    terminal.out(`${data}\n`);
    return;
  }
  const { seq, at, pbx: _pbx, type, ...rest } = JSON.parse(data) as Record<string, unknown>;
  const fields = Object.entries(rest).map(([name, value]) => `${name}=${JSON.stringify(value)}`);
  terminal.out(
    `${printable(`${String(seq).padStart(6)}  ${String(at)}  ${String(type)}  ${fields.join(' ')}`)}\n`,
  );
}
