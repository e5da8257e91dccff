import { printable } from '../model/text.ts';
import { Client, type ClientOptions, clientCommand, part } from './client.ts';
import type { Register } from './program.ts';
import { EXIT, type Terminal } from './terminal.ts';

interface ShownChat {
  readonly id: string;
  readonly user: string;
  readonly peer: string;
  readonly direction: 'in' | 'out';
  readonly text: string;
  readonly state: string | null;
  readonly at: string;
  readonly reason: string | null;
  readonly parts?: readonly ShownChat[] | null;
}

interface SendOptions extends ClientOptions {
  readonly key?: string;
  readonly split?: true;
  readonly ttl?: string;
  readonly wait: string;
}

interface ListOptions extends ClientOptions {
  readonly with?: string;
  readonly search?: string;
  readonly since?: string;
  readonly until?: string;
  readonly limit: string;
}

/** `sfa chat send|list|show|resolve|conversations` */
export const chatCommand: Register = (program, terminal, finish) => {
  const chat = program.command('chat').description('send, read and search chats (a client of the REST API)');
  clientCommand(chat.command('send'))
    .description('send a chat and wait for what becomes of it')
    .argument('<account>')
    .argument('<to>', 'Skype name or +number')
    .argument('<text>')
    .option('--key <key>', 'Idempotency-Key: the same one never sends twice')
    .option('--split', 'cut a text that is too long into several chats')
    .option('--ttl <seconds>', 'how long it may wait for its PBX')
    .option('--wait <seconds>', 'how long to wait for a final state', '5')
    .addHelpText(
      'after',
      '\nExit codes: 0 sent, queued or being sent, 1 refused, rejected, expired or unknown.',
    )
    .action(async (account: string, to: string, text: string, options: SendOptions) => {
      const client = new Client(options, terminal);
      const sent = await client.call<ShownChat>(
        'POST',
        `/accounts/${part(account)}/chats?wait=${part(options.wait)}`,
        {
          to,
          text,
          ...(options.split ? { split: true } : {}),
          ...(options.ttl === undefined ? {} : { ttl: Number(options.ttl) }),
        },
        options.key === undefined ? {} : { 'idempotency-key': options.key },
      );
      show(terminal, options, sent);
      const bad = (sent.parts ?? [sent]).some(({ state }) => FAILED.has(state ?? ''));
      finish(bad ? EXIT.refused : EXIT.done);
    });
  clientCommand(chat.command('list'))
    .description('read the chats of an account, newest first')
    .argument('<account>')
    .option('--with <name>', 'only the conversation with this Skype name')
    .option('--search <words>', 'only texts with these words')
    .option('--since <time>', 'RFC 3339')
    .option('--until <time>', 'RFC 3339')
    .option('--limit <number>', 'at most so many', '50')
    .action(async (account: string, options: ListOptions) => {
      const query = new URLSearchParams({ limit: options.limit });
      if (options.with !== undefined) query.set('with', options.with);
      if (options.search !== undefined) query.set('q', options.search);
      if (options.since !== undefined) query.set('since', options.since);
      if (options.until !== undefined) query.set('until', options.until);
      const page = await new Client(options, terminal).call<{ items: ShownChat[] }>(
        'GET',
        `/accounts/${part(account)}/chats?${query}`,
      );
      if (options.json) terminal.out(`${JSON.stringify(page)}\n`);
      else for (const item of page.items) show(terminal, options, item);
      finish(EXIT.done);
    });
  clientCommand(chat.command('show'))
    .description('show a chat')
    .argument('<id>')
    .action(async (id: string, options: ClientOptions) => {
      show(
        terminal,
        options,
        await new Client(options, terminal).call<ShownChat>('GET', `/chats/${part(id)}`),
      );
      finish(EXIT.done);
    });
  clientCommand(chat.command('resolve'))
    .description('tell what became of a chat that is unknown')
    .argument('<id>')
    .argument('<state>', 'sent, rejected, or queued to send it again')
    .action(async (id: string, state: string, options: ClientOptions) => {
      const client = new Client(options, terminal);
      show(terminal, options, await client.call<ShownChat>('POST', `/chats/${part(id)}/resolve`, { state }));
      finish(EXIT.done);
    });
};

const FAILED = new Set(['rejected', 'expired', 'unknown']);

function show(terminal: Terminal, { json }: ClientOptions, chat: ShownChat): void {
  if (json) {
    terminal.out(`${JSON.stringify(chat)}\n`);
    return;
  }
  for (const { id, at, user, peer, direction, text, state, reason } of chat.parts ?? [chat]) {
    const arrow = direction === 'out' ? '->' : '<-';
    const fate = state === null ? '' : ` [${state}${reason === null ? '' : `: ${reason}`}]`;
    terminal.out(`${printable(`${at}  ${id}  ${user} ${arrow} ${peer}: ${text}${fate}`)}\n`);
  }
}
