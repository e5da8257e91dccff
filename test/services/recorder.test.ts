import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { nameFromPbx } from '../../src/model/skype-name.ts';
import { EventHub } from '../../src/services/hub.ts';
import { Recorder, SKIPPED_SEQS, skipLostNumbers } from '../../src/services/recorder.ts';
import type { Store } from '../../src/store/port.ts';
import { chat, memoryStore } from '../helpers/store.ts';

const loggedIn = { type: 'account.status', user: nameFromPbx('a'), status: 'Logged In' } as const;

describe('Recorder', () => {
  let store: Store;
  let transactions: number;
  let durable: unknown[];
  let flushes: number;
  let full: boolean;
  let refused: boolean;
  let hub: EventHub;
  let recorder: Recorder;
  beforeEach(async () => {
    store = await memoryStore();
    transactions = 0;
    durable = [];
    flushes = 0;
    full = false;
    refused = false;
    hub = await EventHub.open(store);
    const counting: Store = {
      ...store,
      transaction: (work, options) => {
        transactions += 1;
        durable.push(options?.durable);
        return full ? Promise.reject(new Error('the disk is full')) : store.transaction(work, options);
      },
      flush: () => {
        flushes += 1;
        return refused ? Promise.reject(new Error('the disk fails')) : store.flush();
      },
    };
    recorder = new Recorder(counting, hub, () => 'id');
  });
  afterEach(() => store.close());

  it('stores changes that come together in one transaction', async () => {
    await Promise.all(['a', 'b', 'c'].map((id) => recorder.change((tx) => tx.insertChat(chat({ id })))));
    expect(transactions).toBe(1);
    expect((await store.chatsInState('main', 'queued')).map(({ id }) => id)).toEqual(['a', 'b', 'c']);
  });

  it('lets orders leave before it keeps the thread with writing', async () => {
    const done: string[] = [];
    const stored = recorder.change(async () => void done.push('stored'));
    // An idle connection is looked at for a turn of the loop before it is used again.
    setImmediate(() => done.push('sent'));
    await stored;
    expect(done).toEqual(['sent', 'stored']);
  });

  it('undoes a failing change alone, its events with it', async () => {
    const seen: number[] = [];
    hub.observe((events) => void seen.push(...events.map(({ seq }) => seq)));
    const results = await Promise.allSettled([
      recorder.record([{ pbx: 'main', at: 1, event: loggedIn }]),
      recorder.change(async (tx, append) => {
        await tx.insertChat(chat({ id: 'x' }));
        await append('main', 2, loggedIn);
        throw new Error('refused');
      }),
      recorder.record([{ pbx: 'main', at: 3, event: loggedIn }]),
    ]);
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(transactions).toBe(1);
    expect(await store.chat('x')).toBeNull();
    expect((await store.eventsAfter(0, 10)).map(({ seq, receivedAt }) => [seq, receivedAt])).toEqual([
      [1, 1],
      [2, 3],
    ]);
    expect(seen).toEqual([1, 2]);
  });

  it('publishes nothing that could not be stored, and says that it is not well', async () => {
    full = true;
    await expect(recorder.record([{ pbx: 'main', at: 1, event: loggedIn }])).rejects.toThrow('disk is full');
    expect([hub.lastSeq, recorder.healthy]).toEqual([0, false]);
    full = false;
    await recorder.record([{ pbx: 'main', at: 1, event: loggedIn }]);
    expect([hub.lastSeq, recorder.healthy]).toEqual([1, true]);
  });

  it('lets what nobody waits for join the next transaction', async () => {
    const later = recorder.change((tx) => tx.insertChat(chat({ id: 'later' })), { soon: false });
    await recorder.change((tx) => tx.insertChat(chat({ id: 'now' })));
    await later;
    expect(transactions).toBe(1);
    void recorder.change((tx) => tx.insertChat(chat({ id: 'last' })), { soon: false });
    await recorder.idle();
    expect(await store.chat('last')).not.toBeNull();
  });

  describe('what may wait for the disk', () => {
    const news = () => recorder.change((_tx, append) => append('main', 1, loggedIn), { durable: false });

    it('goes with what may not, and alone does not make anybody wait', async () => {
      await news();
      await Promise.all([news(), recorder.record([{ pbx: 'main', at: 1, event: loggedIn }])]);
      expect(durable).toEqual([false, true]);
    });

    it('is brought there after a second, or when the service stops', async () => {
      vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
      onTestFinished(() => void vi.useRealTimers());
      await news();
      await news();
      await vi.advanceTimersByTimeAsync(999);
      expect(flushes).toBe(0);
      await vi.advanceTimersByTimeAsync(1);
      expect(flushes).toBe(1);
      await news();
      await recorder.idle();
      expect([flushes, vi.getTimerCount()]).toEqual([2, 0]);
    });

    it('is waited for by the next one when the disk refused it', async () => {
      vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
      onTestFinished(() => void vi.useRealTimers());
      await news();
      refused = true;
      await vi.advanceTimersByTimeAsync(1_000);
      expect(recorder.healthy).toBe(false);
      await news();
      expect([durable, recorder.healthy]).toEqual([[false, true], true]);
    });

    it('is there already when something durable followed', async () => {
      vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
      onTestFinished(() => void vi.useRealTimers());
      await news();
      await recorder.record([{ pbx: 'main', at: 1, event: loggedIn }]);
      expect(vi.getTimerCount()).toBe(0);
    });

    it('is never more than a thousand events and a group', async () => {
      for (let group = 0; group < 3; group += 1) {
        await Promise.all(Array.from({ length: 500 }, news));
      }
      expect(durable).toEqual([false, false, true]);
    });
  });
});

it('gives no number twice that a power cut took back', async () => {
  const store = await memoryStore();
  onTestFinished(() => store.close());
  const append = () => store.transaction((tx) => tx.appendEvent('main', 1, loggedIn));
  expect((await append()).seq).toBe(1);
  await skipLostNumbers(store);
  expect((await append()).seq).toBe(2);
  await skipLostNumbers({ ...store, interrupted: true });
  // Whoever saw the lost ones gets everything that came afterwards.
  const { seq } = await append();
  expect(seq).toBe(2 + SKIPPED_SEQS + 1);
  const hub = await EventHub.open(store);
  const stop = new AbortController();
  const { value } = await hub.follow(2 + SKIPPED_SEQS, stop.signal).next();
  expect(value?.seq).toBe(seq);
});
