import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { nameFromPbx } from '../../src/model/skype-name.ts';
import { EventHub } from '../../src/services/hub.ts';
import { Recorder } from '../../src/services/recorder.ts';
import type { Store } from '../../src/store/port.ts';
import { memoryStore } from '../helpers/store.ts';

describe('EventHub', () => {
  let store: Store;
  let hub: EventHub;
  let recorder: Recorder;
  beforeEach(async () => {
    store = await memoryStore();
    hub = await EventHub.open(store);
    recorder = new Recorder(store, hub, () => 'x');
  });
  afterEach(() => store.close());

  const record = (count: number) =>
    recorder.record(
      Array.from({ length: count }, () => ({
        pbx: 'main',
        at: 1,
        event: { type: 'account.status', user: nameFromPbx('a'), status: 'Logged In' } as const,
      })),
    );
  async function take(from: number, count: number, each: (seq: number) => Promise<unknown> = async () => {}) {
    const seen: number[] = [];
    for await (const { seq } of hub.follow(from, new AbortController().signal)) {
      seen.push(seq);
      await each(seq);
      if (seen.length === count) return seen;
    }
    return seen;
  }
  const numbers = (from: number, to: number) =>
    Array.from({ length: to - from + 1 }, (_, index) => from + index);

  it('gives stored events first and new ones after, each once', async () => {
    await record(3);
    const taking = take(1, 5);
    await record(3);
    expect(await taking).toEqual([2, 3, 4, 5, 6]);
  });

  it('a subscriber far behind reads the store and misses nothing while more is published', async () => {
    await record(9000);
    const seen = await take(0, 9100, async (seq) => {
      if (seq === 50) await record(100);
    });
    expect(seen).toEqual(numbers(1, 9100));
  });

  it('goes on behind what an earlier run stored', async () => {
    await record(3);
    const later = await EventHub.open(store);
    expect(later.lastSeq).toBe(3);
    const seen: number[] = [];
    for await (const { seq } of later.follow(0, new AbortController().signal)) {
      seen.push(seq);
      if (seq === 3) break;
    }
    expect(seen).toEqual([1, 2, 3]);
  });

  it('goes on over numbers that another start on the same store has skipped meanwhile', async () => {
    await record(3);
    await store.transaction((tx) => tx.skipSeqs(1_000));
    await record(2);
    expect(await take(2, 3)).toEqual([3, 1_004, 1_005]);
    const taking = take(1_004, 3);
    await record(2);
    expect(await taking).toEqual(numbers(1_005, 1_007));
    expect(await take(500, 4)).toEqual(numbers(1_004, 1_007));
  });

  it('gives an event that is announced while a subscriber looks for one', async () => {
    await record(1);
    const pages = hub.pages(1, new AbortController().signal);
    const next = pages.next();
    // The look has found nothing by now, and its answer is not yet there.
    hub.publish([{ seq: 2, receivedAt: 1, pbx: 'main', event: { type: 'gap', from: 0, to: 1 } }]);
    expect((await next).value).toMatchObject([{ seq: 2 }]);
    await pages.return();
  });

  it('ends when the subscriber leaves, also while it waits', async () => {
    const leaving = new AbortController();
    const events = hub.follow(0, leaving.signal);
    const next = events.next();
    leaving.abort();
    expect(await next).toEqual({ done: true, value: undefined });
  });
});
