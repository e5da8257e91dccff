import { printable } from '../model/text.ts';
import { Client, type ClientOptions, clientCommand, part } from './client.ts';
import type { Register } from './program.ts';
import { EXIT, type Terminal } from './terminal.ts';

interface ShownBuddy {
  readonly user: string;
  readonly buddy: string;
  readonly fullname: string | null;
  readonly status: string;
  readonly profile?: Readonly<Record<string, string>> | null;
}

/** `sfa buddies list|show|add|remove` */
export const buddiesCommand: Register = (program, terminal, finish) => {
  const buddies = program.command('buddies').description('buddy lists (a client of the REST API)');
  const path = (user: string, buddy?: string) =>
    `/accounts/${part(user)}/buddies${buddy === undefined ? '' : `/${part(buddy)}`}`;
  clientCommand(buddies.command('list'))
    .description("list an account's buddies")
    .argument('<account>')
    .action(async (user: string, options: ClientOptions) => {
      const answer = await new Client(options, terminal).call<{ items: ShownBuddy[] }>('GET', path(user));
      if (options.json) terminal.out(`${JSON.stringify(answer)}\n`);
      else for (const buddy of answer.items) print(terminal, buddy);
      finish(EXIT.done);
    });
  clientCommand(buddies.command('show'))
    .description('show a buddy with its profile')
    .argument('<account>')
    .argument('<buddy>')
    .action(async (user: string, buddy: string, options: ClientOptions) => {
      const found = await new Client(options, terminal).call<ShownBuddy>('GET', path(user, buddy));
      if (options.json) terminal.out(`${JSON.stringify(found)}\n`);
      else print(terminal, found);
      finish(EXIT.done);
    });
  clientCommand(buddies.command('add'))
    .description('add a buddy and ask it for authorisation')
    .argument('<account>')
    .argument('<buddy>', 'Skype name or +number')
    .option('--message <text>', 'what the other side reads; also the password of accept.<password>')
    .action(async (user: string, buddy: string, options: ClientOptions & { message?: string }) => {
      const { message: authMessage } = options;
      const body = { buddy, ...(authMessage === undefined ? {} : { authMessage }) };
      const added = await new Client(options, terminal).call<ShownBuddy>('POST', path(user), body);
      if (options.json) terminal.out(`${JSON.stringify(added)}\n`);
      else print(terminal, added);
      finish(EXIT.done);
    });
  clientCommand(buddies.command('remove'))
    .description('remove a buddy')
    .argument('<account>')
    .argument('<buddy>')
    .action(async (user: string, buddy: string, options: ClientOptions) => {
      await new Client(options, terminal).call('DELETE', path(user, buddy));
      finish(EXIT.done);
    });
};

function print(terminal: Terminal, { buddy, fullname, status, profile }: ShownBuddy): void {
  terminal.out(`${printable(`${buddy}${fullname === null ? '' : ` (${fullname})`}: ${status}`)}\n`);
  for (const [name, value] of Object.entries(profile ?? {})) {
    terminal.out(`  ${printable(`${name}=${value}`)}\n`);
  }
}
