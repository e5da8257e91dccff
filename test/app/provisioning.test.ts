import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import pino from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Service, startService } from '../../src/app.ts';
import { runSfa } from '../../src/cli/commands.ts';
import { rereadModels, serviceOptions } from '../../src/cli/serve/options.ts';
import { readSettings } from '../../src/cli/settings.ts';
import type { Settings } from '../../src/config/settings/load.ts';
import { ACCOUNTS_AT_ONCE } from '../../src/services/reconcile/reconcile.ts';
import { type SimulatedPbx, startSimulatedPbx } from '../../src/sim/pbx.ts';
import { recordingTerminal } from '../helpers/terminal.ts';
import { until } from '../helpers/until.ts';

/** What `sfa serve` does, beside a simulated PBX, with models on the disk that change meanwhile. */
describe('a service and its models', () => {
  let directory: string;
  let pbx: SimulatedPbx;
  let service: Service;
  let settings: Settings;
  let lines: Record<string, unknown>[];
  const terminal = recordingTerminal({ JAMES: 'hunter2', AMI: 'manager' });
  const log = pino(
    { base: {} },
    new Writable({
      write(chunk: Buffer, _encoding, done) {
        lines.push(JSON.parse(chunk.toString()) as Record<string, unknown>);
        done();
      },
    }),
  );

  beforeEach(async () => {
    lines = [];
    directory = mkdtempSync(join(tmpdir(), 'sfa-serve-'));
    mkdirSync(join(directory, 'etc'));
    pbx = await startSimulatedPbx({
      accounts: [
        { user: 'james_bond', secret: 'x', buddies: ['dr_evil'] },
        { user: 'q_branch', secret: 'x', loggedIn: false },
      ],
      managers: [{ username: 'sfa', secret: 'manager', read: ['all'], write: ['all'] }],
      ari: { username: 'sfa', password: 'x' },
    });
    model('james_bond: { secret: { env: JAMES }, buddies: { echo123: } }');
  });
  afterEach(async () => {
    await service.stop();
    await pbx.stop();
    rmSync(directory, { recursive: true });
  });

  const model = (users: string) =>
    writeFileSync(join(directory, 'model.yaml'), `version: 1\nusers:\n  ${users}\n`);
  const config = () => join(directory, 'sfa.yaml');
  const configure = (more = '') =>
    writeFileSync(
      config(),
      `listen: 127.0.0.1:0\n${more}pbxs:\n  main:\n    model: model.yaml\n    etc: etc\n    ami: { port: ${pbx.ami.port}, username: sfa, secret: { env: AMI } }\n`,
    );
  async function serve(more = '') {
    configure(more);
    settings = readSettings(config(), terminal);
    service = await startService(serviceOptions(settings), log);
    await told('the accounts are as the model says, as far as they can be');
  }
  const reread = () => rereadModels(config(), settings, service, log, terminal);
  const told = async (message: string) => {
    await until(() => lines.some(({ msg }) => msg === message));
    return lines.find(({ msg }) => msg === message);
  };
  const buddies = () =>
    [...(pbx.community.account('james_bond')?.buddies ?? [])].map(({ name }) => name).sort();
  async function get(path: string, body: object = { scopes: ['provisioning:read'] }) {
    const root = await service.createToken('root');
    const asked = async (method: string, where: string, token: string, sent?: object) => {
      const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
      const request = { method, headers, ...(sent === undefined ? {} : { body: JSON.stringify(sent) }) };
      const response = await fetch(`${service.url}${where}`, request);
      return { status: response.status, body: (await response.json()) as Record<string, unknown> };
    };
    const made = await asked('POST', '/v1/tokens', root, { name: 'script', ...body });
    return asked('GET', path, String(made.body['token']));
  }

  it('tells strangers on buddy lists in its log, and keeps them', async () => {
    await serve();
    expect(buddies()).toEqual(['dr_evil', 'echo123']);
    expect(await told('buddies that the model does not name')).toMatchObject({
      pbx: 'main',
      user: 'james_bond',
      buddies: ['dr_evil'],
    });
    expect(await told('the accounts are as the model says, as far as they can be')).toMatchObject({
      accounts: 1,
      changed: 1,
      failed: 0,
    });
  });

  it('gives up when the connection is lost, says so once, and begins anew with the next one', async () => {
    await pbx.stop();
    const users = Array.from({ length: 60 }, (_, index) => `agent_${index}`);
    pbx = await startSimulatedPbx({
      accounts: users.map((user) => ({ user, secret: 'x' })),
      managers: [{ username: 'sfa', secret: 'manager', read: ['all'], write: ['all'] }],
      ari: { username: 'sfa', password: 'x' },
    });
    model(users.map((user) => `${user}: { secret: { env: JAMES }, buddies: { echo123: } }`).join('\n  '));
    // All that are worked on at once hang.
    await pbx.fault({ kind: 'lost', where: 'ami', action: 'SkypeBuddies', times: ACCOUNTS_AT_ONCE });
    configure();
    settings = readSettings(config(), terminal);
    service = await startService(serviceOptions(settings), log);
    await until(async () => {
      const { items } = (await get('/v1/accounts', {})).body as { items: { status: string }[] };
      return items.filter(({ status }) => status === 'Logged In').length === ACCOUNTS_AT_ONCE;
    });
    await pbx.fault({ kind: 'drop', where: 'ami' });
    expect(await told('the connection was lost while accounts were looked at')).toMatchObject({
      accounts: 60,
      failed: ACCOUNTS_AT_ONCE,
      left: 60 - ACCOUNTS_AT_ONCE,
    });
    expect(await told('the accounts are as the model says, as far as they can be')).toMatchObject({
      changed: 60,
      failed: 0,
    });
    expect(lines.filter(({ msg }) => msg === 'an account is not as the model says')).toHaveLength(
      ACCOUNTS_AT_ONCE,
    );
  });

  it('removes them when the settings say so', async () => {
    await serve('reconcile: { prune: yes }\n');
    expect(buddies()).toEqual(['echo123']);
  });

  it('takes a model that was read anew: accounts come, buddies and profile follow, accounts go', async () => {
    await serve();
    model(
      'james_bond: { secret: { env: JAMES }, profile: { city: London }, buddies: { moneypenny: } }\n  q_branch: { secret: { env: JAMES } }',
    );
    reread();
    await until(() => pbx.community.account('q_branch')?.loggedIn === true && buddies().length === 3);
    expect(buddies()).toEqual(['dr_evil', 'echo123', 'moneypenny']);
    expect(await told('the models were read anew')).toMatchObject({ accounts: 2 });
    const users = async () =>
      ((await get('/v1/accounts', {})).body['items'] as { user: string }[]).map(({ user }) => user);
    expect(await users()).toEqual(['james_bond', 'q_branch']);
    model('q_branch: { secret: { env: JAMES } }');
    reread();
    expect(await users()).toEqual(['q_branch']);
  });

  it('keeps the model in force when the new one holds mistakes, and says which', async () => {
    await serve();
    model('james_bond: { secrt: { env: JAMES } }');
    reread();
    expect(await told('the models were read anew and not taken: those before stay in force')).toBeDefined();
    const { status, body } = await get('/v1/provisioning/diagnostics');
    expect(status).toBe(200);
    expect(body).toMatchObject({
      items: [
        { pbx: null, inForce: false, key: 'users.james_bond.secrt', code: 'SFA110', line: 3, column: 17 },
        { pbx: 'main', inForce: true, severity: 'error', code: 'SFA100' },
      ],
      next: null,
    });
    model('james_bond: { secret: { env: JAMES } }');
    writeFileSync(join(directory, 'etc', 'extensions.conf'), '[default]\nexten => james_bond,1,NoOp()\n');
    reread();
    expect((await get('/v1/provisioning/diagnostics')).body['items']).toEqual([]);
  });

  it('says that other settings wait for a restart', async () => {
    await serve();
    configure('retention: { days: 30 }\n');
    reread();
    expect(
      await told('settings beside the models have changed: they take effect at the next start'),
    ).toBeDefined();
  });

  it('plans files and live accounts over REST, secrets masked, without changing anything', async () => {
    await serve();
    const plan = async () => {
      const { status, body } = await get('/v1/provisioning/plan');
      expect(status).toBe(200);
      return (body['items'] as Record<string, unknown>[])[0];
    };
    const first = await plan();
    expect(first).toMatchObject({
      pbx: 'main',
      files: [
        { name: 'chan_skype.conf', action: 'create', diff: expect.stringContaining('+secret = <secret ') },
        { name: 'extensions_skype.conf', action: 'create' },
      ],
      loadOnly: [],
      filesReason: null,
      live: [{ user: 'james_bond', plan: { add: [], strangers: ['dr_evil'] }, error: null }],
      liveReason: null,
    });
    expect(JSON.stringify(first)).not.toContain('hunter2');
    await runSfa(['generate', join(directory, 'model.yaml'), '--out', join(directory, 'etc')], terminal);
    expect(readFileSync(join(directory, 'etc', 'chan_skype.conf'), 'utf8')).toContain('hunter2');
    const bond = pbx.community.account('james_bond');
    if (bond === undefined) throw new Error('james_bond is on the PBX');
    pbx.community.removeBuddy(bond, 'echo123');
    expect(await plan()).toMatchObject({
      files: [{ action: 'keep', diff: '' }, { action: 'keep' }],
      live: [{ plan: { add: ['echo123'] } }],
    });
    expect(buddies()).toEqual(['dr_evil']);
    await pbx.stop();
    await until(async () => ((await plan())?.['live'] ?? null) === null);
    expect(await plan()).toMatchObject({ liveReason: expect.stringContaining('no manager connection') });
  });

  it('shows both only to tokens that may read provisioning and reach every account', async () => {
    await serve();
    for (const path of ['/v1/provisioning/plan', '/v1/provisioning/diagnostics']) {
      expect((await get(path, { scopes: ['account:read', 'pbx:read'] })).status).toBe(403);
      expect((await get(path, { accounts: ['james_*'] })).status).toBe(403);
    }
  });
});
