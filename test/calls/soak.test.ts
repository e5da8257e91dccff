import { expect, it } from 'vitest';
import type { FaultOrder } from '../../src/sim/faults/fault.ts';
import { until } from '../helpers/until.ts';
import { startScene } from './scene.ts';

const CALLS = 1_000;
const AT_ONCE = 20;

/** A small generator of numbers below 1 (mulberry32): the same seed gives the same trouble. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

function resources(): Readonly<Record<string, number>> {
  const kinds = process.getActiveResourcesInfo().filter((kind) => /TCP|Timeout/.test(kind));
  return Object.fromEntries(kinds.map((kind) => [kind, kinds.filter((other) => other === kind).length]));
}

const OPERATIONS = ['originate', 'create', 'addChannel', 'hangup', 'destroy', 'list', 'subscribe'];

it('leaves nothing behind after 1,000 calls with random faults', { timeout: 180_000 }, async () => {
  const before = resources();
  const scene = await startScene({ simulated: { licensedChannels: 100 } });
  const { pbx, call } = scene;
  const chance = random(2011);
  const pick = <Item>(items: readonly Item[]): Item => items[Math.floor(chance() * items.length)] as Item;
  const faults: readonly (() => FaultOrder)[] = [
    () => ({ kind: 'drop', where: 'ari' }),
    () => ({ kind: 'lost', action: pick(OPERATIONS) }),
    // A DELETE that finds its connection ended is sent once more.
    () => ({ kind: 'swallow', where: 'ari', action: pick(OPERATIONS), times: 2 }),
    () => ({ kind: 'late', action: pick(OPERATIONS), millis: 30 }),
    () => ({ kind: 'refuse', where: 'ari', millis: 20 }),
    () => ({ kind: 'garbage', where: 'ari' }),
  ];
  let asked = 0;
  let begun = 0;
  let restarts = 0;
  const causes = new Map<string, number>();

  const oneCall = async () => {
    asked += 1;
    if (chance() < 0.1) await pbx.fault(pick(faults)());
    // A restart ends whatever is left: in the second half only the service does.
    if (begun < CALLS / 2 && asked % 100 === 0) {
      restarts += 1;
      await pbx.fault({ kind: 'restart', millis: 10 });
    }
    // Most wait for the connection, some do not.
    if (chance() < 0.95) await until(() => scene.ari.connected);
    const answer = await call('POST', '/v1/calls', {
      from: pick(['james_bond', 'q_branch']),
      to: pick(['austin_powers', 'busy_bee', 'noanswer_ned', 'james_bond']),
      agent: pick(['PJSIP/a', 'PJSIP/b', 'PJSIP/busy', 'PJSIP/noanswer']),
      first: pick(['agent', 'skype']),
      timeout: 1,
      record: chance() < 0.2,
    });
    if (answer.status !== 201) return;
    begun += 1;
    const path = `/v1/calls/${String(answer.body['id'])}`;
    const deeds = [
      () => call('POST', `${path}/hold`),
      () => call('POST', `${path}/unhold`),
      () => call('POST', `${path}/consultation`, { agent: pick(['PJSIP/c', 'PJSIP/busy']) }),
      () => call('POST', `${path}/consultation/complete`),
      () => call('DELETE', `${path}/consultation`),
      () => call('POST', `${path}/transfer`, { extension: '6001' }),
      async () => {
        const channels = pbx.calls.book.channels.filter(({ id }) => id.includes(String(answer.body['id'])));
        const channel = channels.length > 0 ? pick(channels) : undefined;
        if (channel) pbx.calls.hangup(channel, 16);
      },
    ];
    for (let deed = 0; deed < 4; deed += 1) await pick(deeds)();
    const ended = await call('DELETE', path);
    expect(ended.body['state']).toBe('ended');
    const cause = String(ended.body['cause']);
    causes.set(cause, (causes.get(cause) ?? 0) + 1);
  };
  const worker = async () => {
    while (begun < CALLS) await oneCall();
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));

  // Those that were sent to an extension live on there by right: the operator's dialplan ends them.
  for (const channel of pbx.calls.book.channels) if (channel.exten === '6001') pbx.calls.hangup(channel, 16);
  await until(() => scene.ari.connected);
  await until(() => pbx.calls.book.channels.length === 0 && pbx.calls.book.bridges.length === 0);
  await until(() => scene.control.size.calls === 0 && scene.control.size.channels === 0);
  expect((await call('GET', '/v1/calls?active=true')).body['items']).toEqual([]);
  expect(scene.calls.usage()).toMatchObject([{ used: 0 }]);
  expect(restarts).toBeGreaterThan(3);
  expect([...causes.keys()]).toEqual(expect.arrayContaining(['hangup', 'transferred', 'busy']));
  await scene.stop();
  await until(() => Object.entries(resources()).every(([kind, count]) => count <= (before[kind] ?? 0)));
});
