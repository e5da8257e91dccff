import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { LinkItem } from '../../src/ami/link/link.ts';
import { EventHub } from '../../src/services/hub.ts';
import { runIntake } from '../../src/services/intake.ts';
import { silentLogger } from '../../src/services/logger.ts';
import { Recorder } from '../../src/services/recorder.ts';
import type { Store } from '../../src/store/port.ts';
import { memoryStore } from '../helpers/store.ts';

const state = (name: 'ready' | 'disconnected', at: number): LinkItem => ({
  kind: 'state',
  state: name,
  reason: null,
  at,
});
const login = (at: number): LinkItem => ({
  kind: 'message',
  at,
  message: {
    headers: [
      ['Event', 'SkypeAccountStatus'],
      ['Username', 'james_bond'],
      ['Status', 'Logged In'],
    ],
  },
});

describe('the intake of a PBX', () => {
  let store: Store;
  beforeEach(async () => {
    store = await memoryStore();
  });
  afterEach(() => store.close());

  /** A run of the service that saw these batches. */
  async function run(...batches: LinkItem[][]): Promise<void> {
    async function* items() {
      yield* batches;
    }
    await runIntake(items(), {
      pbx: 'main',
      isAccount: () => true,
      recorder: new Recorder(store, await EventHub.open(store), () => 'id'),
      log: silentLogger,
      signal: new AbortController().signal,
      seenAt: await store.seenAt('main'),
      onState: () => {},
    });
  }
  const gaps = async () =>
    (await store.eventsAfter(0, 100)).flatMap(({ event }) => (event.type === 'gap' ? [event] : []));

  it('announces the span from the last stored event to the next login', async () => {
    await run([state('ready', 1000), login(2000)], [state('disconnected', 3000)], [state('ready', 4000)]);
    expect(await gaps()).toEqual([{ type: 'gap', from: 2000, to: 4000 }]);
    await run([state('ready', 9000), login(9500)]);
    expect(await gaps()).toEqual([
      { type: 'gap', from: 2000, to: 4000 },
      { type: 'gap', from: 4000, to: 9000 },
    ]);
  });

  it('knows from the login on what may be missed, although nothing came', async () => {
    await run([state('ready', 1000)]);
    await run([state('ready', 5000)]);
    expect(await gaps()).toEqual([{ type: 'gap', from: 1000, to: 5000 }]);
  });

  it('keeps the place of a gap between the events around it', async () => {
    await run([
      state('ready', 1000),
      login(2000),
      state('disconnected', 2500),
      state('ready', 3000),
      login(3500),
    ]);
    expect((await store.eventsAfter(0, 10)).map(({ event }) => event.type)).toEqual([
      'account.status',
      'gap',
      'account.status',
    ]);
  });
});
