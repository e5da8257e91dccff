import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fastify from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { useProblems } from '../../src/api/problem.ts';
import { checkCommand } from '../../src/cli/check.ts';
import { runCli } from '../../src/cli/program.ts';
import { ERROR_CATALOGUE } from '../../src/model/errors.ts';
import { account, type Journey, startJourney, whenReady } from '../helpers/service.ts';
import { recordingTerminal } from '../helpers/terminal.ts';
import { until } from '../helpers/until.ts';
import { ExampleBook } from './examples/book.ts';

const HEAD = `# An example of every error

Each is what the service answered when \`test/api/error-examples.test.ts\` asked for it; only ids, times and addresses
are fixed. The [catalogue](errors.md) tells what the codes mean and what to do.
`;

/** `vitest run -u` writes the page anew. */
const PAGE = '../../docs/error-examples.md';

const ACCOUNTS = [account('james_bond'), account('q_branch')];
const CHATS = '/v1/accounts/james_bond/chats';
const AGENT = 'PJSIP/shoe-phone';

describe('the page of examples', { timeout: 60_000 }, () => {
  const book = new ExampleBook();
  const journeys: Journey[] = [];
  const start = async (...options: Parameters<typeof startJourney>) => {
    const journey = await startJourney(...options);
    journeys.push(journey);
    return journey;
  };
  let main: Journey;
  beforeAll(async () => {
    main = await start(ACCOUNTS, {}, {}, { calls: { channels: 1 } });
    await whenReady(main);
  });
  afterAll(() => Promise.all(journeys.map((journey) => journey.stop())));

  it('requests that are refused as they stand', async () => {
    await book.ask(main, { path: '/v1/nothing' });
    await book.ask(main, { path: '/v1/accounts', headers: { authorization: 'Bearer sfa_wrong' } });
    const { body } = await main.call('POST', '/v1/tokens', { name: 'reader', scopes: ['chat:read'] });
    const headers = { authorization: `Bearer ${String(body['token'])}` };
    await book.ask(main, { method: 'POST', path: CHATS, body: { to: 'echo123', text: 'hi' }, headers });
    await book.ask(main, { method: 'POST', path: CHATS, body: { to: 'echo123' } });
    await book.ask(main, { method: 'POST', path: CHATS, body: { to: 'x\r\nAction: Logoff', text: 'hi' } });
    await book.ask(main, {
      method: 'POST',
      path: CHATS,
      body: { to: 'echo123', text: 'x'.repeat(5000) },
      shown: '{"to":"echo123","text":"xxxx..."}',
    });
    const limited = await start(ACCOUNTS, {}, { requestsPerMinute: 1 });
    await limited.call('GET', '/v1/pbxs');
    await book.ask(limited, { path: '/v1/pbxs' });
  });

  it('things that there are not, and states that forbid', async () => {
    for (const path of [
      '/v1/accounts/goldfinger',
      '/v1/chats/none',
      '/v1/pbxs/none',
      '/v1/calls/none',
      '/v1/accounts/james_bond/buddies/goldfinger',
    ]) {
      await book.ask(main, { path });
    }
    await book.ask(main, { method: 'DELETE', path: '/v1/tokens/none' });
    const key = { 'idempotency-key': 'order-4711' };
    const sent = await main.call('POST', CHATS, { to: 'echo123', text: 'hello' }, key);
    await book.ask(main, { method: 'POST', path: CHATS, body: { to: 'echo123', text: 'bye' }, headers: key });
    const path = `/v1/chats/${String(sent.body['id'])}/resolve`;
    await book.ask(main, { method: 'POST', path, body: { state: 'sent' } });
    await main.call('POST', '/v1/accounts/q_branch/logoff');
    const buddies = '/v1/accounts/q_branch/buddies';
    await book.ask(main, { method: 'POST', path: buddies, body: { buddy: 'echo123' } });
  });

  it('calls that cannot be', async () => {
    const call = {
      method: 'POST',
      path: '/v1/calls',
      body: { from: 'james_bond', to: 'echo123', agent: AGENT },
    };
    const living = await main.call(call.method, call.path, call.body);
    await book.ask(main, call);
    await main.call('DELETE', `/v1/calls/${String(living.body['id'])}`);
    await main.pbx.fault({ kind: 'refuse', where: 'ari', millis: 3_600_000 });
    await main.pbx.fault({ kind: 'drop', where: 'ari' });
    await until(async () => (await main.call('GET', '/readyz')).body['status'] !== 'ok');
    await book.ask(main, call);
    const amiAlone = await start(ACCOUNTS, {}, {}, { ari: null });
    await whenReady(amiAlone);
    await book.ask(amiAlone, { ...call, body: { ...call.body, record: true } });
  });

  it('a PBX that refuses, is silent, or is gone', async () => {
    const path = '/v1/accounts/james_bond/properties';
    await book.ask(main, { method: 'PATCH', path, body: { birthday: 'tomorrow' } });
    await main.pbx.fault({ kind: 'lost', where: 'ami', action: 'SkypeAddBuddy' });
    const add = { method: 'POST', path: '/v1/accounts/james_bond/buddies', body: { buddy: 'moneypenny' } };
    const timeout = book.ask(main, add);
    const { port } = main.pbx.ami;
    const rights = { username: 'sfa', secret: 'manager secret', read: ['all'], write: ['call'] } as const;
    const restricted = await start(ACCOUNTS, { managers: [rights] });
    await until(async () => (await restricted.call('GET', '/v1/pbxs/main')).body['ami'] === 'ready');
    await book.ask(restricted, add);
    const mistaken = await start(ACCOUNTS, { managers: [{ ...rights, secret: 'another one' }] });
    const refused = async () => (await mistaken.call('GET', '/v1/pbxs/main')).body;
    await until(async () => (await refused())['code'] === 'AMI_AUTH_FAILED');
    book.note('AMI_AUTH_FAILED', [
      'GET /v1/pbxs/main',
      '',
      'HTTP/1.1 200 OK',
      '',
      JSON.stringify(await refused(), null, 2),
    ]);
    await timeout;
    await unloadDriver(port);
    await book.ask(main, add);
    await main.pbx.stop();
    await until(async () => (await main.call('GET', '/v1/pbxs/main')).body['ami'] !== 'ready');
    await book.ask(main, add);
  });

  it('mistakes in a file, and a defect', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'sfa-examples-'));
    const file = join(directory, 'pbx.yaml');
    writeFileSync(file, 'version: 1\nusers:\n  james_bond: { secret: x, contxt: sales }\n');
    const terminal = recordingTerminal();
    expect(await runCli(['check', file], terminal, [checkCommand])).toBe(1);
    const said = (terminal.stdout() + terminal.stderr()).replaceAll(file, 'pbx.yaml').trimEnd();
    book.note('CONFIG_INVALID', ['$ sfa check pbx.yaml', said]);
    rmSync(directory, { recursive: true });

    const server = fastify();
    useProblems(server);
    server.get('/v1/accounts', () => {
      throw new Error('a defect, whose words stay in the log');
    });
    const url = await server.listen({ host: '127.0.0.1', port: 0 });
    await book.ask({ ...main, service: { ...main.service, url } }, { path: '/v1/accounts' });
    await server.close();
  });

  it('holds every code of the catalogue, as docs/error-examples.md shows it', async () => {
    const codes = Object.keys(ERROR_CATALOGUE);
    expect(book.codes.toSorted()).toEqual(codes.toSorted());
    await expect(book.page(HEAD, codes)).toMatchFileSnapshot(PAGE);
  });
});

/** What `module unload chan_skype.so` on the console does. */
async function unloadDriver(port: number): Promise<void> {
  const socket = connect(port, '127.0.0.1');
  socket.write(
    'Action: Login\r\nUsername: sfa\r\nSecret: manager secret\r\nEvents: off\r\n\r\n' +
      'Action: ModuleLoad\r\nModule: chan_skype.so\r\nLoadType: unload\r\n\r\n',
  );
  let heard = '';
  while (!heard.includes('Module unloaded.')) heard += String((await once(socket, 'data'))[0]);
  socket.destroy();
}
