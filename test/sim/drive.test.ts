import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, onTestFinished, test } from 'vitest';
import { startControl } from '../../src/sim/drive/control.ts';
import { callCentreAccounts, startLoad } from '../../src/sim/drive/load.ts';
import { loadScript, playScript } from '../../src/sim/drive/script.ts';
import { until } from '../helpers/until.ts';
import { logIn, pbxForTest } from './support.ts';

const EXAMPLE = fileURLToPath(new URL('../../fixtures/sim/an-hour-at-the-desk.yaml', import.meta.url));

function script(text: string): string {
  const directory = mkdtempSync(join(tmpdir(), 'sfa-script-'));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  const path = join(directory, 'script.yaml');
  writeFileSync(path, text);
  return path;
}

describe('scripts', () => {
  test('the example reads', () => {
    const steps = loadScript(EXAMPLE);
    expect(steps.map(({ at, verb }) => `${at} ${verb}`)).toEqual([
      '1000 authorise',
      '2000 presence',
      '3000 chat',
      '5000 chat',
      '6000 call',
      '20000 hangup',
      '60000 fault',
    ]);
    expect(steps[3]).toMatchObject({ every: 10_000, times: 3, argument: { text: 'Hello?' } });
  });

  test('makes people come online, write, call, ask and hang up, at their times', async () => {
    const pbx = await pbxForTest({ accounts: [{ user: 'james_bond', secret: 'x', auth_policy: ['deny'] }] });
    const told: string[] = [];
    const steps = loadScript(
      script(`
steps:
  - { at: 30ms, hangup: { from: vesper, to: james_bond } }
  - { at: 0, presence: { person: vesper, status: Away } }
  - { at: 5ms, chat: { from: vesper, to: james_bond, text: "one\\ntwo" }, every: 5ms, times: 2 }
  - { at: 20ms, call: { from: vesper, to: james_bond, topic: Dinner } }
  - { at: 25ms, authorise: { from: vesper, to: james_bond } }
  - { at: 25ms, chat: { from: vesper, to: nobody, text: x } }
`),
    );
    const chats: string[] = [];
    pbx.community.listen((notice) => notice.type === 'chat-received' && chats.push(notice.text));
    playScript(pbx, steps, ({ verb }, result) => told.push(`${verb} ${result}`));
    await until(() => told.includes('hangup done'));
    expect(chats).toEqual(['one\ntwo', 'one\ntwo']);
    expect(told).toEqual([
      'presence done',
      'chat done',
      'chat done',
      'call done',
      'authorise deny',
      'chat user-unknown',
      'hangup done',
    ]);
    expect(pbx.community.person('vesper').status).toBe('Away');
    expect(pbx.calls.book.channels).toEqual([]);
  });

  test.each([
    ['steps:\n  - { at: 1s }\n', ':2:'],
    ['steps:\n  - { at: soon, chat: { from: a, to: b, text: x } }\n', ':2:11: '],
    ['steps:\n  - { at: 1s, presence: { person: a, status: Asleep } }\n', ':2:'],
    ['steps:\n  - { at: 1s, dance: { person: a } }\n', ':2:'],
    ['steps:\n  - { at: 1s, fault: { kind: drop }, login: { user: a } }\n', ':2:'],
  ])('a mistake is told with its place: %j', (text, place) => {
    const path = script(text);
    expect(() => loadScript(path)).toThrow(`${path}${place}`);
  });
});

describe('the control API', () => {
  async function control(token: string | null = null) {
    const pbx = await pbxForTest();
    const served = await startControl({ pbx, port: 0, token });
    onTestFinished(() => served.stop());
    const call = async (method: string, path: string, body?: unknown, authorization = '') => {
      const response = await fetch(`${served.url}${path}`, {
        method,
        headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), authorization },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      return { status: response.status, body: await response.json() };
    };
    return { pbx, call };
  }

  test('does what scripts do, and says what became of it', async () => {
    const { pbx, call } = await control();
    const wire = await logIn(pbx);
    const post = (verb: string, body: unknown) => call('POST', `/${verb}`, body);
    const done = { status: 200, body: { result: 'done' } };
    expect(await post('chat', { from: 'austin_powers', to: 'james_bond', text: 'hi' })).toEqual(done);
    expect(await wire.until('\r\n\r\n')).toContain('Message: aGk=\r\n');
    expect(await post('call', { from: 'austin_powers', to: 'james_bond', topic: 'Dinner' })).toEqual(done);
    expect((await call('GET', '/state')).body).toMatchObject({
      era: '22',
      seed: null,
      accounts: [{ user: 'james_bond', status: 'Logged In' }, { user: 'q_branch' }, { user: 'm_office' }],
      channels: [{ name: expect.stringMatching(/^Skype\/james_bond@austin_powers-/) }],
    });
    expect(await post('hangup', { from: 'austin_powers', to: 'james_bond' })).toEqual(done);
    expect(await post('hangup', { from: 'austin_powers', to: 'james_bond' })).toMatchObject({
      body: { result: 'no-such-call' },
    });
    expect(await post('block', { user: 'james_bond', buddy: 'austin_powers' })).toEqual(done);
    expect(await post('logoff', { user: 'q_branch' })).toEqual(done);
    expect(await post('login', { user: 'q_branch' })).toEqual(done);
    expect(await post('login', { user: 'nobody' })).toMatchObject({ body: { result: 'user-unknown' } });
    expect(await post('authorise', { from: 'vesper', to: 'james_bond' })).toMatchObject({
      body: { result: 'accept' },
    });
    expect(await post('fault', { kind: 'drop', where: 'ami' })).toEqual(done);
    await wire.closed;
  });

  test.each([
    ['/chat', { from: 'a', to: 'b' }],
    ['/presence', { person: 'a', status: 'Asleep' }],
    ['/presence', { person: 'a b', status: 'Away' }],
    ['/fault', { kind: 'earthquake' }],
    ['/load', { rate: -1 }],
    ['/chat', undefined],
  ])('POST %s with %j is 400', async (path, body) => {
    const { call } = await control();
    expect(await call('POST', path, body)).toMatchObject({
      status: 400,
      body: { problems: [expect.any(String)] },
    });
  });

  test('lets nobody in without the token', async () => {
    const { call } = await control('open sesame');
    expect((await call('GET', '/state')).status).toBe(401);
    expect((await call('GET', '/state', undefined, 'Bearer open sesamE')).status).toBe(401);
    expect((await call('GET', '/state', undefined, 'Bearer open sesame')).status).toBe(200);
  });

  test('starts and ends a load', async () => {
    const { pbx, call } = await control();
    let told = 0;
    pbx.community.listen(() => {
      told += 1;
    });
    expect((await call('POST', '/load', { rate: 5000, seed: 3 })).status).toBe(200);
    await until(() => told > 100);
    expect((await call('DELETE', '/load')).body).toMatchObject({ told: expect.any(Number) });
    const before = told;
    // Longer than the generator's own turn, on the same clock.
    await new Promise<void>((resolve) => pbx.scheduler.after(30, resolve));
    expect(told).toBe(before);
  });
});

describe('load', () => {
  test('keeps its rate, and the same seed tells the same story', async () => {
    const story = async () => {
      const pbx = await pbxForTest({ accounts: callCentreAccounts(20), licensedChannels: 50 });
      const told: string[] = [];
      pbx.community.listen((notice) => told.push(JSON.stringify(notice)));
      const startedAt = performance.now();
      const load = startLoad(pbx, { rate: 20_000, seed: 42 });
      await until(() => told.length > 2000);
      const perSecond = told.length / ((performance.now() - startedAt) / 1000);
      load.stop();
      return { told: told.slice(0, 2000), perSecond };
    };
    const first = await story();
    const second = await story();
    expect(second.told).toEqual(first.told);
    expect(first.perSecond).toBeLessThan(40_000);
    expect(new Set(first.told.map((notice) => JSON.parse(notice).type))).toEqual(
      new Set(['chat-received', 'buddy-status', 'account-status']),
    );
  });
});
