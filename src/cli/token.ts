import type { Command } from 'commander';
import { systemClock } from '../model/clock.ts';
import { isoTime } from '../model/public-event.ts';
import { printable } from '../model/text.ts';
import { parseScopes, SCOPES } from '../services/scopes.ts';
import { createToken, revokeToken } from '../services/tokens.ts';
import type { Store } from '../store/port.ts';
import { openStore } from '../store/state.ts';
import type { Register } from './program.ts';
import { readSettings } from './settings.ts';
import { EXIT, type Terminal } from './terminal.ts';

interface CreateOptions {
  readonly config: string;
  readonly scope?: string;
  readonly account?: string[];
  readonly days?: string;
  readonly json?: true;
}

const DAY = 24 * 60 * 60 * 1000;

/** `sfa token create|list|revoke`: works on the database itself, beside a running service or without. */
export const tokenCommand: Register = (program, terminal, finish) => {
  const token = program.command('token').description('bearer tokens for the REST API');
  const create = withConfig(token.command('create'))
    .description('make a token and print it once; only its hash is stored')
    .argument('<name>', 'who will use it, for example the name of a script')
    .option('--scope <scopes>', `what it may do, for example chat:send,read; everything when absent`)
    .option('--account <patterns...>', "accounts that it reaches, for example 'sales_*'; all when absent")
    .option('--days <days>', 'how long it is valid; for ever when absent')
    .option('--json', 'print the token with its facts as JSON')
    .addHelpText(
      'after',
      `\nScopes: ${SCOPES.join(', ')}; chat:* is everything about chats, * is everything.`,
    )
    .action(async (name: string, options: CreateOptions) => {
      const days = options.days === undefined ? null : Number(options.days);
      if (days !== null && !(days > 0)) {
        create.error('error: --days: a number above 0 is allowed', { exitCode: EXIT.usage });
      }
      await withStore(options.config, terminal, async (store) => {
        const { token: secret, row } = await createToken(
          store,
          {
            name,
            scopes: options.scope === undefined ? undefined : parseScopes(options.scope),
            accounts: options.account?.flatMap((patterns) => patterns.split(',')),
            expiresAt: days === null ? null : systemClock.now() + days * DAY,
          },
          systemClock,
        );
        const { hash: _, ...facts } = row;
        terminal.out(options.json ? `${JSON.stringify({ token: secret, ...facts })}\n` : `${secret}\n`);
      });
      finish(EXIT.done);
    });
  withConfig(token.command('list'))
    .description('list the tokens, without their secrets')
    .option('--json', 'print them as JSON')
    .action(async ({ config, json }: { config: string; json?: true }) => {
      await withStore(config, terminal, async (store) => {
        const rows = (await store.tokens()).map(({ hash: _, ...row }) => row);
        if (json) terminal.out(`${JSON.stringify({ items: rows, next: null })}\n`);
        for (const row of json ? [] : rows) {
          const used = row.lastUsedAt === null ? 'never used' : `used ${isoTime(row.lastUsedAt)}`;
          const until = row.expiresAt === null ? '' : `, until ${isoTime(row.expiresAt)}`;
          const reach = `${row.scopes.join(',')} on ${row.accounts.join(',')}`;
          terminal.out(`${row.id}  ${printable(row.name)}: ${reach}, ${used}${until}\n`);
        }
      });
      finish(EXIT.done);
    });
  withConfig(token.command('revoke'))
    .description('end a token')
    .argument('<id>', 'its id, as `sfa token list` shows it')
    .action(async (id: string, { config }: { config: string }) => {
      await withStore(config, terminal, (store) => revokeToken(store, id));
      finish(EXIT.done);
    });
};

function withConfig(command: Command): Command {
  return command.option('--config <file>', 'settings of the service', 'sfa.yaml');
}

async function withStore(
  config: string,
  terminal: Terminal,
  work: (store: Store) => Promise<void>,
): Promise<void> {
  const store = await openStore(readSettings(config, terminal).stateDir);
  try {
    await work(store);
  } finally {
    await store.close();
  }
}
