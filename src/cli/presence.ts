import { printable } from '../model/text.ts';
import { Client, type ClientOptions, clientCommand, part } from './client.ts';
import type { Register } from './program.ts';
import { EXIT } from './terminal.ts';

interface ShownPresence {
  readonly buddy: string;
  readonly status: string;
  readonly state: string;
  readonly at: string | null;
}

/** `sfa presence ACCOUNT [--history] [--buddy NAME]` */
export const presenceCommand: Register = (program, terminal, finish) => {
  clientCommand(program.command('presence'))
    .description('who is there, now or lately (a client of the REST API)')
    .argument('<account>')
    .option('--history', 'how presence changed, newest first')
    .option('--buddy <name>', 'only this buddy')
    .action(async (user: string, options: ClientOptions & { history?: true; buddy?: string }) => {
      const query = new URLSearchParams();
      if (options.history && options.buddy !== undefined) query.set('buddy', options.buddy);
      const path = `/accounts/${part(user)}/presence${options.history ? '/history' : ''}?${query}`;
      const answer = await new Client(options, terminal).call<{ items: ShownPresence[] }>('GET', path);
      const wanted = options.buddy?.toLowerCase();
      const items = answer.items.filter(
        ({ buddy }) => wanted === undefined || buddy.toLowerCase() === wanted,
      );
      if (options.json) terminal.out(`${JSON.stringify({ ...answer, items })}\n`);
      for (const { buddy, status, state, at } of options.json ? [] : items) {
        terminal.out(`${printable(`${at ?? '?'}  ${buddy}: ${status} (${state})`)}\n`);
      }
      finish(EXIT.done);
    });
};
