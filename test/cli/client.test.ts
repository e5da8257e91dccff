import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { accountsCommand } from '../../src/cli/accounts.ts';
import { backupCommand } from '../../src/cli/backup.ts';
import { buddiesCommand } from '../../src/cli/buddies.ts';
import { chatCommand } from '../../src/cli/chat.ts';
import { configCommand } from '../../src/cli/config.ts';
import { eventsCommand } from '../../src/cli/events.ts';
import { presenceCommand } from '../../src/cli/presence.ts';
import { runCli } from '../../src/cli/program.ts';
import { tokenCommand } from '../../src/cli/token.ts';
import { openSqliteStore } from '../../src/store/sqlite/open.ts';
import { account, type Journey, startJourney, whenReady } from '../helpers/service.ts';
import { recordingTerminal } from '../helpers/terminal.ts';
import { until } from '../helpers/until.ts';

const COMMANDS = [
  accountsCommand,
  backupCommand,
  buddiesCommand,
  chatCommand,
  configCommand,
  eventsCommand,
  presenceCommand,
  tokenCommand,
];

describe('the commands that are clients of REST', () => {
  let journey: Journey;
  beforeAll(async () => {
    journey = await startJourney([account('james_bond')]);
    await whenReady(journey);
  });
  afterAll(() => journey.stop());

  const env = () => ({ SFA_URL: journey.service.url, SFA_TOKEN: journey.token });
  async function sfa(...args: string[]): Promise<{ code: number; out: string; err: string }> {
    const terminal = recordingTerminal(env());
    const code = await runCli(args, terminal, COMMANDS);
    return { code, out: terminal.stdout(), err: terminal.stderr() };
  }

  it('sends, shows and searches chats', async () => {
    const sent = await sfa('chat', 'send', 'james_bond', 'austin_powers', 'Oh, behave!', '--json');
    expect(sent.code).toBe(0);
    const { id, state } = JSON.parse(sent.out) as { id: string; state: string };
    expect(state).toBe('sent');
    expect((await sfa('chat', 'show', id)).out).toContain(
      `${id}  james_bond -> austin_powers: Oh, behave! [sent]`,
    );
    expect((await sfa('chat', 'list', 'james_bond', '--search', 'behav')).out).toContain(id);
    expect(await sfa('chat', 'resolve', id, 'sent')).toMatchObject({
      code: 1,
      err: expect.stringContaining('sfa: STATE_CONFLICT: '),
    });
  });

  it('manages buddies and shows presence', async () => {
    expect((await sfa('buddies', 'add', 'james_bond', 'moneypenny', '--message', 'It is me')).code).toBe(0);
    await until(async () => (await sfa('buddies', 'list', 'james_bond')).out === 'moneypenny: Online\n');
    expect((await sfa('presence', 'james_bond')).out).toMatch(/moneypenny: Online \(available\)\n$/);
    expect((await sfa('presence', 'james_bond', '--history')).out).toContain(
      'moneypenny: Online (available)',
    );
    expect((await sfa('buddies', 'show', 'james_bond', 'MoneyPenny')).out).toContain('availability=Online');
    expect((await sfa('buddies', 'remove', 'james_bond', 'moneypenny')).code).toBe(0);
    expect(await sfa('buddies', 'show', 'james_bond', 'moneypenny')).toMatchObject({
      code: 1,
      err: expect.stringContaining('BUDDY_UNKNOWN'),
    });
    const { out } = await sfa('events', '--type', 'buddy.added,buddy.removed', '--json');
    expect(
      out
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line)),
    ).toMatchObject([
      { type: 'buddy.added', user: 'james_bond', buddy: 'moneypenny' },
      { type: 'buddy.removed', user: 'james_bond', buddy: 'moneypenny' },
    ]);
  });

  it('logs accounts off and in, and sets properties', async () => {
    expect((await sfa('accounts', 'logoff', 'james_bond')).out).toContain('james_bond on main: Logged Out');
    expect((await sfa('accounts', 'login', 'james_bond')).out).toContain('james_bond on main: Logged In');
    const set = await sfa('accounts', 'set', 'james_bond', 'mood_text=Shaken, not stirred', '--json');
    expect(JSON.parse(set.out)).toMatchObject({ mood_text: 'Shaken, not stirred' });
    expect((await sfa('accounts')).out).toContain('james_bond');
  });

  it('follows events until Ctrl-C', async () => {
    const terminal = recordingTerminal(env());
    const running = runCli(
      ['events', '--follow', '--after', '0', '--type', 'account.status'],
      terminal,
      COMMANDS,
    );
    await until(() => terminal.stdout().includes('account.status  user="james_bond" status="Logged In"'));
    terminal.interrupt();
    expect(await running).toBe(0);
  });

  it('says what is wrong without a token or a service', async () => {
    const nobody = recordingTerminal({});
    expect(await runCli(['accounts'], nobody, COMMANDS)).toBe(1);
    expect(nobody.stderr()).toMatch(/^sfa: UNAUTHORIZED: no token: set SFA_TOKEN/);
    const nowhere = recordingTerminal({ SFA_TOKEN: 'x', SFA_URL: 'http://127.0.0.1:1' });
    expect(await runCli(['accounts'], nowhere, COMMANDS)).toBe(1);
    expect(nowhere.stderr()).toContain('no service answers at http://127.0.0.1:1');
  });
});

describe('the commands that work on files', () => {
  const directory = mkdtempSync(join(tmpdir(), 'sfa-cli-'));
  afterAll(() => rmSync(directory, { recursive: true }));
  const config = join(directory, 'sfa.yaml');
  const run = async (...args: string[]) => {
    const terminal = recordingTerminal({ AMI: 'hidden' });
    const code = await runCli([...args, '--config', config], terminal, COMMANDS);
    return { code, out: terminal.stdout(), err: terminal.stderr() };
  };
  beforeAll(() => {
    writeFileSync(join(directory, 'model.yaml'), 'version: 1\nusers:\n  sales_1: { secret: { env: AMI } }\n');
    writeFileSync(
      config,
      'retention: { days: 90 }\npbxs:\n  main:\n    model: model.yaml\n    ami: { username: sfa, secret: { env: AMI } }\n',
    );
  });

  it('shows settings with where they come from, and no secret', async () => {
    const { code, out } = await run('config', 'show', '--origin');
    expect(code).toBe(0);
    expect(out).toContain(`retention.days: 90  # ${config}:1\n`);
    expect(out).toContain('listen: 127.0.0.1:8480  # default\n');
    expect(out).toContain('pbxs.main.ami.port: 5038  # default\n');
    expect(out).not.toContain('hidden');
  });

  it('makes, lists and revokes tokens', async () => {
    const made = await run(
      'token',
      'create',
      'crm',
      '--scope',
      'chat:send,read',
      '--account',
      'sales_*',
      '--json',
    );
    const { token, id } = JSON.parse(made.out) as { token: string; id: string };
    expect(token).toMatch(/^sfa_[A-Za-z0-9_-]{32}$/);
    expect((await run('token', 'list')).out).toBe(`${id}  crm: chat:send,chat:read on sales_*, never used\n`);
    expect((await run('token', 'revoke', id)).code).toBe(0);
    expect((await run('token', 'list')).out).toBe('');
    expect(await run('token', 'create', 'x', '--scope', 'chat:fly')).toMatchObject({ code: 1, out: '' });
  });

  it('copies the database into a new file, never over an old one', async () => {
    await run('token', 'create', 'kept');
    const copy = join(directory, 'copy.sqlite');
    expect(await run('backup', copy)).toMatchObject({ code: 0, err: `wrote ${copy}\n` });
    expect(await run('backup', copy)).toMatchObject({ code: 1 });
    const store = await openSqliteStore(copy);
    expect((await store.tokens()).map(({ name }) => name)).toEqual(['kept']);
    await store.close();
  });
});
