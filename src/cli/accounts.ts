import { printable } from '../model/text.ts';
import { Client, type ClientOptions, clientCommand, part } from './client.ts';
import type { Register } from './program.ts';
import { EXIT, type Terminal } from './terminal.ts';

interface ShownAccount {
  readonly user: string;
  readonly pbx: string;
  readonly status: string;
  readonly updatedAt: string | null;
}

/** `sfa accounts list|show|login|logoff|get|set` */
export const accountsCommand: Register = (program, terminal, finish) => {
  const accounts = program
    .command('accounts')
    .description('accounts: how they stand, login, properties (a client of the REST API)');
  clientCommand(accounts.command('list', { isDefault: true }))
    .description('list the accounts')
    .action(async (options: ClientOptions) => {
      const answer = await new Client(options, terminal).call<{ items: ShownAccount[] }>('GET', '/accounts');
      if (options.json) terminal.out(`${JSON.stringify(answer)}\n`);
      else for (const account of answer.items) print(terminal, account);
      finish(EXIT.done);
    });
  for (const [name, method, suffix, description] of [
    ['show', 'GET', '', 'show an account'],
    ['login', 'POST', '/login', 'log an account in'],
    ['logoff', 'POST', '/logoff', 'log an account off'],
  ] as const) {
    clientCommand(accounts.command(name))
      .description(description)
      .argument('<account>')
      .action(async (user: string, options: ClientOptions) => {
        const path = `/accounts/${part(user)}${suffix}`;
        const account = await new Client(options, terminal).call<ShownAccount>(method, path);
        if (options.json) terminal.out(`${JSON.stringify(account)}\n`);
        else print(terminal, account);
        finish(EXIT.done);
      });
  }
  clientCommand(accounts.command('get'))
    .description('read the properties of an account from the PBX')
    .argument('<account>')
    .action(async (user: string, options: ClientOptions) => {
      const client = new Client(options, terminal);
      printProperties(terminal, options, await client.call('GET', `/accounts/${part(user)}/properties`));
      finish(EXIT.done);
    });
  const set = clientCommand(accounts.command('set'))
    .description('set properties of an account')
    .argument('<account>')
    .argument('<properties...>', "NAME=VALUE, for example 'mood_text=Shaken, not stirred'")
    .action(async (user: string, properties: string[], options: ClientOptions) => {
      const values = properties.map((text): [string, string] => {
        const divided = text.indexOf('=');
        if (divided < 1) set.error(`error: ${text}: allowed is NAME=VALUE`, { exitCode: EXIT.usage });
        return [text.slice(0, divided), text.slice(divided + 1)];
      });
      const client = new Client(options, terminal);
      const path = `/accounts/${part(user)}/properties`;
      printProperties(terminal, options, await client.call('PATCH', path, Object.fromEntries(values)));
      finish(EXIT.done);
    });
};

function print(terminal: Terminal, { user, pbx, status, updatedAt }: ShownAccount): void {
  terminal.out(
    `${printable(`${user} on ${pbx}: ${status}${updatedAt === null ? '' : ` (${updatedAt})`}`)}\n`,
  );
}

function printProperties(
  terminal: Terminal,
  { json }: ClientOptions,
  properties: Readonly<Record<string, string>>,
): void {
  if (json) terminal.out(`${JSON.stringify(properties)}\n`);
  else {
    for (const [name, value] of Object.entries(properties))
      terminal.out(`${printable(`${name}=${value}`)}\n`);
  }
}
