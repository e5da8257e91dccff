import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { PbxLink } from '../../src/ami/link/link.ts';
import { socketTransport } from '../../src/ami/link/socket-transport.ts';
import { systemClock } from '../../src/model/clock.ts';
import { AmiControl } from '../../src/services/calls/ami/ami-control.ts';
import { DEFAULT_CALL_RULES } from '../../src/services/calls/rules.ts';
import { CallService } from '../../src/services/calls/service.ts';
import { Directory } from '../../src/services/directory.ts';
import { EventHub } from '../../src/services/hub.ts';
import { Recorder } from '../../src/services/recorder.ts';
import { type SimulatedPbx, startSimulatedPbx } from '../../src/sim/pbx.ts';
import { plainVariation } from '../../src/sim/variation/variation.ts';
import { memoryStore } from '../helpers/store.ts';
import { until } from '../helpers/until.ts';
import { ACCOUNTS, EXTENSIONS } from './scene.ts';

describe.each(['22', '1.4'] as const)('calls by AMI alone on an Asterisk %s', (era) => {
  let pbx: SimulatedPbx;
  let calls: CallService;
  let stop: () => Promise<void>;

  beforeEach(async () => {
    pbx = await startSimulatedPbx({
      accounts: ACCOUNTS.map(({ user }) => ({ user, secret: 'x' })),
      managers: [{ username: 'sfa', secret: 's', read: ['all'], write: ['all'] }],
      ari: { username: 'a', password: 'b' },
      extensions: EXTENSIONS,
      variation: plainVariation(era),
    });
    const link = new PbxLink(
      socketTransport(pbx.ami),
      { pbx: 'main', username: 'sfa', secret: 's', eventMask: 'system,call' },
      systemClock,
    );
    const log = { debug() {}, info() {}, warn() {}, error() {} };
    const control = new AmiControl(link, systemClock, log);
    const taken = (async () => {
      for await (const batch of link.items()) {
        for (const item of batch) if (item.kind === 'message') control.take(item.message);
      }
    })();
    const store = await memoryStore();
    const recorder = new Recorder(store, await EventHub.open(store), randomUUID);
    calls = new CallService({
      routes: new Map([['main', { control, rules: DEFAULT_CALL_RULES }]]),
      directory: new Directory(ACCOUNTS),
      store,
      recorder,
      clock: systemClock,
      log,
      newId: randomUUID,
    });
    link.start();
    await until(() => link.state === 'ready');
    stop = async () => {
      await calls.stop();
      await link.stop();
      await taken;
      await pbx.stop();
      await store.close();
    };
  });
  afterEach(() => stop());

  const request = { from: 'james_bond', to: 'austin_powers', agent: 'PJSIP/shoe-phone', topic: 'Plans' };
  const state = async (id: string) => (await calls.show(id)).state;
  // `Bridge` came with Asterisk 1.8: before it, both sides wait in vain.
  const joins = era === '22';

  it.runIf(joins)('joins both sides, reads a property, and takes both down', async () => {
    const { id } = await calls.start(request);
    await until(async () => (await state(id)) === 'bridged');
    expect(await calls.operations.getProperty(id, 'topic')).toBe('Plans');
    await calls.operations.setProperty(id, 'topic', 'Dinner, now');
    expect(await calls.operations.getProperty(id, 'topic')).toBe('Dinner, now');
    expect(await calls.end(id)).toMatchObject({ state: 'ended', cause: 'hangup', endedBy: 'api' });
    await until(() => pbx.calls.book.channels.length === 0);
  });

  it.runIf(joins)('sends the Skype side to an extension', async () => {
    const { id } = await calls.start({ ...request, first: 'skype' });
    await until(async () => (await state(id)) === 'bridged');
    const sent = await calls.operations.transfer(id, { extension: '6001' });
    expect(sent).toMatchObject({ state: 'ended', cause: 'transferred' });
    await until(() => pbx.calls.book.channels.length === 1);
  });

  it.runIf(!joins)('says that the PBX does not know Bridge', async () => {
    const { id } = await calls.start(request);
    await until(async () => (await state(id)) === 'ended');
    expect((await calls.show(id)).cause).toBe('failed');
    await until(() => pbx.calls.book.channels.length === 0);
  });

  it.each([
    ['PJSIP/desk-busy', 'busy'],
    ['PJSIP/shoe-phone', 'failed'],
  ])('%s: says why a call ended', async (agent, cause) => {
    const bond = pbx.community.account('james_bond');
    if (cause === 'failed' && bond) pbx.community.logoff(bond);
    const { id } = await calls.start({ ...request, agent });
    await until(async () => (await state(id)) === 'ended');
    expect((await calls.show(id)).cause).toBe(cause);
    await until(() => pbx.calls.book.channels.length === 0);
  });

  it('says what it cannot do', async () => {
    expect(calls.capabilities()).toEqual([
      {
        pbx: 'main',
        control: 'ami',
        cannot: ['hold', 'mute', 'dtmf', 'play', 'record', 'transferToSkype', 'consult', 'incoming'],
      },
    ]);
    await expect(calls.start({ ...request, record: true })).rejects.toMatchObject({
      code: 'OPERATION_UNSUPPORTED',
    });
  });
});
