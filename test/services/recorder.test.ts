import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { nameFromPbx } from '../../src/model/skype-name.ts';
import { EventHub } from '../../src/services/hub.ts';
import { Recorder } from '../../src/services/recorder.ts';
import type { Store } from '../../src/store/port.ts';
import { chat, memoryStore } from '../helpers/store.ts';

const loggedIn = { type: 'account.status', user: nameFromPbx('a'), status: 'Logged In' } as const;

describe('Recorder', () => {
  let store: Store;
  let transactions: number;
  let full: boolean;
  let hub: EventHub;
  let recorder: Recorder;
  beforeEach(async () => {
    store = await memoryStore();
    transactions = 0;
    full = false;
    hub = await EventHub.open(store);
    const counting: Store = {
      ...store,
      transaction: (work) => {
        transactions += 1;
        return full ? Promise.reject(new Error('the disk is full')) : store.transaction(work);
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
});
