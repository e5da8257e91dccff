import { afterEach, describe, expect, it } from 'vitest';
import { until } from '../helpers/until.ts';
import { type Answer, type Scene, type SceneOptions, startScene } from './scene.ts';

let scene: Scene;
afterEach(() => scene.stop());

async function start(options: SceneOptions = {}): Promise<void> {
  scene = await startScene(options);
}

const begin = (over: Record<string, unknown> = {}) =>
  scene.call('POST', '/v1/calls', {
    from: 'james_bond',
    to: 'austin_powers',
    agent: 'PJSIP/shoe-phone',
    ...over,
  });
const pathOf = ({ body }: Answer) => `/v1/calls/${String(body['id'])}`;
const show = async (path: string) => (await scene.call('GET', path)).body;
const reach = (path: string, state: string) => until(async () => (await show(path))['state'] === state);
const list = async () => (await scene.call('GET', '/v1/calls')).body['items'] as Record<string, unknown>[];
const quiet = () =>
  until(() => scene.pbx.calls.book.channels.length === 0 && scene.pbx.calls.book.bridges.length === 0);

describe('licensed channels', () => {
  it('refuses a call beyond the limit before the PBX does, and counts on-box calls twice', async () => {
    await start({ rules: { channels: 3 }, simulated: { licensedChannels: 3 } });
    const first = await begin();
    await reach(pathOf(first), 'bridged');
    const both = await begin({ to: 'q_branch' });
    await reach(pathOf(both), 'bridged');
    expect(scene.calls.usage()).toEqual([{ pbx: 'main', used: 3, limit: 3 }]);
    expect(await begin()).toMatchObject({
      status: 503,
      body: { code: 'NO_FREE_CHANNEL', limit: 3, used: 3 },
    });
    expect((await list()).length).toBe(2);
    await scene.call('DELETE', pathOf(both));
    expect(scene.calls.usage()).toEqual([{ pbx: 'main', used: 1, limit: 3 }]);
    expect((await begin()).status).toBe(201);
  });

  it('counts the channels of others, too', async () => {
    await start({ rules: { channels: 1 }, simulated: { licensedChannels: 1 } });
    scene.pbx.calls.incomingCall({ from: 'dr_evil', to: 'q_branch' });
    expect(await begin()).toMatchObject({ status: 503, body: { code: 'NO_FREE_CHANNEL', used: 1 } });
  });

  it('says so when the PBX refuses all the same, and nothing is left', async () => {
    await start({ rules: { channels: 10 }, simulated: { licensedChannels: 0 } });
    scene.calls.setLicensedChannels('main', 0);
    expect(await begin({ first: 'skype' })).toMatchObject({ status: 503, body: { code: 'NO_FREE_CHANNEL' } });
    scene.calls.setLicensedChannels('main', null);
    expect(await begin({ first: 'skype' })).toMatchObject({
      status: 502,
      body: { code: 'ARI_REQUEST_FAILED', httpStatus: 500, reason: 'Allocation failed' },
    });
    await quiet();
  });
});

describe('refusals', () => {
  it.each([
    [{ to: '+112' }, 422, 'VALUE_FORBIDDEN'],
    [{ agent: 'Local/6001@default' }, 422, 'VALUE_FORBIDDEN'],
    [{ variables: { 'SHELL(x)': '1' } }, 422, 'VALUE_FORBIDDEN'],
    [{ topic: 'a\nb' }, 422, 'VALUE_FORBIDDEN'],
    [{ from: 'blofeld' }, 404, 'ACCOUNT_UNKNOWN'],
    [{ timeout: 0 }, 400, 'REQUEST_INVALID'],
    [{ first: 'x' }, 400, 'REQUEST_INVALID'],
  ])('%j is %i %s', async (over, status, code) => {
    await start();
    expect(await begin(over)).toMatchObject({ status, body: { code } });
    expect(await list()).toEqual([]);
  });

  it('knows why the PBX refuses an account that is logged out', async () => {
    await start();
    const bond = scene.pbx.community.account('james_bond');
    if (bond) scene.pbx.community.logoff(bond);
    await scene.store.transaction((tx) =>
      tx.putAccount({ pbx: 'main', user: 'james_bond', status: 'Logged Out', updatedAt: 1 }),
    );
    expect(await begin({ first: 'skype' })).toMatchObject({
      status: 409,
      body: { code: 'ACCOUNT_LOGGED_OUT' },
    });
    const late = await begin();
    await reach(pathOf(late), 'ended');
    expect((await show(pathOf(late)))['cause']).toBe('logged-out');
    await quiet();
  });

  it('sends variables to both legs and the caller id along', async () => {
    await start();
    const begun = await begin({ variables: { CAMPAIGN: 'spring, "x"' }, callerId: '"M" <007>' });
    await reach(pathOf(begun), 'bridged');
    expect(scene.pbx.calls.book.channels.map(({ variables }) => variables.get('CAMPAIGN'))).toEqual([
      'spring, "x"',
      'spring, "x"',
    ]);
  });
});

describe('incoming calls', () => {
  const agents = (agent: string) => ({
    rules: {
      incoming: {
        agents: new Map([['james_bond', agent]]),
        fallback: { context: 'default', extension: '6001' },
      },
    },
  });
  const callIn = () =>
    scene.pbx.calls.incomingCall({
      from: 'austin_powers',
      to: 'james_bond',
      targetIdentity: '+442079460007',
    });

  it('go on behind their Stasis line when nobody is to ring, with the caller read', async () => {
    await start();
    callIn();
    await until(async () => (await list())[0]?.['state'] === 'ended');
    expect((await list())[0]).toMatchObject({
      direction: 'in',
      agent: '',
      cause: 'continued',
      targetIdentity: '+442079460007',
      caller: {
        number: 'austin_powers',
        name: 'Austin Powers',
        properties: { skypename: 'austin_powers', fullname: 'Austin Powers', country: 'gb', city: 'London' },
      },
    });
    await until(() => scene.pbx.calls.book.channels[0]?.application === 'MusicOnHold');
  });

  it('go to the operator when the agent is busy', async () => {
    await start(agents('PJSIP/desk-busy'));
    callIn();
    await until(async () => (await list())[0]?.['state'] === 'ended');
    expect((await list())[0]).toMatchObject({ cause: 'continued', endedBy: 'agent' });
    await until(() => scene.pbx.calls.book.channels[0]?.exten === '6001');
  });

  it('end when the caller gives up first', async () => {
    await start(agents('PJSIP/noanswer'));
    callIn();
    await until(async () => (await list())[0]?.['state'] === 'ringing');
    const caller = scene.pbx.calls.book.channels.find(({ skype }) => skype !== null);
    if (caller) scene.pbx.calls.hangup(caller, 16);
    await until(async () => (await list())[0]?.['state'] === 'ended');
    expect((await list())[0]).toMatchObject({ cause: 'hangup', endedBy: 'skype' });
    await quiet();
  });
});

describe('a stop of the service', () => {
  it('hangs up the calls that it controls', async () => {
    await start();
    const joined = await begin();
    await reach(pathOf(joined), 'bridged');
    await scene.calls.stop();
    expect(await show(pathOf(joined))).toMatchObject({
      state: 'ended',
      cause: 'hangup',
      endedBy: 'service',
    });
    await quiet();
  });
});

describe('a restart of the service', () => {
  it('takes joined calls over and ends the others', async () => {
    await start();
    const joined = await begin();
    await reach(pathOf(joined), 'bridged');
    const held = await begin();
    await reach(pathOf(held), 'bridged');
    await scene.call('POST', `${pathOf(held)}/hold`);
    const ringing = await begin({ agent: 'PJSIP/noanswer' });
    const { pbx, store, crash } = scene;
    await crash();
    await start({ pbx, store });
    await reach(pathOf(ringing), 'ended');
    expect(await show(pathOf(ringing))).toMatchObject({ cause: 'gap', endedBy: 'service' });
    expect((await show(pathOf(joined)))['state']).toBe('bridged');
    await until(async () => (await scene.call('POST', `${pathOf(held)}/unhold`)).status === 200);
    expect((await show(pathOf(held)))['state']).toBe('bridged');
    await until(() => pbx.calls.book.channels.length === 4);
    await scene.call('DELETE', pathOf(joined));
    await scene.call('DELETE', pathOf(held));
    await quiet();
  });

  it('keeps idempotency keys', async () => {
    await start();
    const key = { 'idempotency-key': 'k' };
    const body = { from: 'james_bond', to: 'austin_powers', agent: 'PJSIP/shoe-phone' };
    const first = await scene.call('POST', '/v1/calls', body, key);
    const { pbx, store, crash } = scene;
    await crash();
    await start({ pbx, store });
    const second = await scene.call('POST', '/v1/calls', body, key);
    expect(second).toMatchObject({ status: 201, body: { id: first.body['id'] } });
  });
});

describe('an answer that never came', () => {
  it.each([
    ['hangup', 4],
    ['destroy', 2],
  ])('is followed by a look that finds what %s left', async (action, times) => {
    await start();
    const begun = await begin();
    await reach(pathOf(begun), 'bridged');
    // Each is sent once more on another connection.
    await scene.pbx.fault({ kind: 'swallow', where: 'ari', action, times });
    expect((await scene.call('DELETE', pathOf(begun))).body).toMatchObject({ state: 'ended' });
    await quiet();
  });
});

describe('recordings', () => {
  it('begin with the call and can be downloaded after it', async () => {
    await start();
    const begun = await begin({ record: true });
    await until(async () => (await show(pathOf(begun)))['recording'] !== null);
    await until(async () => (await scene.call('POST', `${pathOf(begun)}/recording/stop`)).status === 200);
    await scene.call('DELETE', pathOf(begun));
    expect((await show(pathOf(begun)))['recording']).toMatchObject({ state: 'done', format: 'wav' });
    const file = await fetch(`${scene.url}${pathOf(begun)}/recording`);
    expect([file.status, file.headers.get('content-type')]).toEqual([200, 'audio/wav']);
    expect(
      Buffer.from(await file.arrayBuffer())
        .subarray(0, 4)
        .toString('latin1'),
    ).toBe('RIFF');
  });
});
