import { randomUUID } from 'node:crypto';
import { expect, it, onTestFinished } from 'vitest';
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
import { memoryStore } from '../helpers/store.ts';
import { until } from '../helpers/until.ts';
import { ACCOUNTS, EXTENSIONS } from './scene.ts';

const log = { debug() {}, info() {}, warn() {}, error() {} };

/** Calls over AMI on a PBX and a store that outlive them. */
async function callsOn(pbx: SimulatedPbx, store: Awaited<ReturnType<typeof memoryStore>>) {
  const credentials = { username: 'sfa', secret: 's', eventMask: 'system,call' };
  const link = new PbxLink(socketTransport(pbx.ami), { pbx: 'main', ...credentials }, systemClock);
  const control = new AmiControl(link, systemClock, log);
  const taken = (async () => {
    for await (const batch of link.items()) {
      for (const item of batch) {
        if (item.kind === 'message') control.take(item.message);
        else if (item.kind === 'state' && item.state === 'ready') void control.connected();
      }
    }
  })();
  const recorder = new Recorder(store, await EventHub.open(store), randomUUID);
  const calls = new CallService({
    routes: new Map([['main', { control, rules: DEFAULT_CALL_RULES }]]),
    directory: new Directory(ACCOUNTS),
    store,
    recorder,
    clock: systemClock,
    log,
    newId: randomUUID,
  });
  await calls.open();
  link.start();
  await until(() => link.state === 'ready');
  /** Ends as a crash does: nothing is told to the PBX. */
  const crash = async () => {
    await link.stop();
    await taken;
    await recorder.idle();
  };
  return { calls, crash };
}

it('takes joined calls over after a crash, and ends the others with what they left', async () => {
  const pbx = await startSimulatedPbx({
    accounts: ACCOUNTS.map(({ user }) => ({ user, secret: 'x' })),
    managers: [{ username: 'sfa', secret: 's', read: ['all'], write: ['all'] }],
    ari: { username: 'a', password: 'b' },
    extensions: EXTENSIONS,
  });
  const store = await memoryStore();
  onTestFinished(async () => {
    await pbx.stop();
    await store.close();
  });
  const request = { from: 'james_bond', to: 'austin_powers', agent: 'PJSIP/shoe-phone' };
  const first = await callsOn(pbx, store);
  const joined = await first.calls.start(request);
  const ringing = await first.calls.start({ ...request, agent: 'PJSIP/noanswer' });
  await until(async () => (await first.calls.show(joined.id)).state === 'bridged');
  await first.crash();
  expect(pbx.calls.book.channels).toHaveLength(3);

  const { calls, crash } = await callsOn(pbx, store);
  await until(async () => (await calls.show(ringing.id)).state === 'ended');
  expect(await calls.show(ringing.id)).toMatchObject({ cause: 'gap', endedBy: 'service' });
  await until(() => pbx.calls.book.channels.length === 2);
  expect(await calls.operations.getProperty(joined.id, 'topic')).toBe('');
  expect(await calls.end(joined.id)).toMatchObject({ state: 'ended', cause: 'hangup', endedBy: 'api' });
  await until(() => pbx.calls.book.channels.length === 0);
  expect(calls.usage()).toMatchObject([{ used: 0 }]);
  await crash();
});
