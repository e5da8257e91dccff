import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { AuditLog } from '../../src/services/audit-log.ts';
import { EventHub } from '../../src/services/hub.ts';
import { silentLogger } from '../../src/services/logger.ts';
import { Recorder } from '../../src/services/recorder.ts';
import type { Store } from '../../src/store/port.ts';
import { memoryStore } from '../helpers/store.ts';

const entry = (target: string) => ({
  actor: 'script',
  action: 'POST /v1/calls',
  target,
  status: 201,
  requestId: 'r',
});

describe('AuditLog', () => {
  let store: Store;
  let recorder: Recorder;
  let audit: AuditLog;
  let errors: object[];
  let transactions: number;
  let full: boolean;
  beforeEach(async () => {
    store = await memoryStore();
    errors = [];
    transactions = 0;
    full = false;
    const counting: Store = {
      ...store,
      transaction: (work, options) => {
        transactions += 1;
        return full ? Promise.reject(new Error('the disk is full')) : store.transaction(work, options);
      },
    };
    recorder = new Recorder(counting, await EventHub.open(store), () => 'id');
    const log = { ...silentLogger, error: (facts: object) => void errors.push(facts) };
    audit = new AuditLog({ store, recorder, clock: { now: () => 7 }, log });
  });
  afterEach(() => store.close());

  const targets = async () => (await store.audit({ limit: 10 })).items.map(({ target }) => target);

  it('stores the entries of a moment together, apart from what somebody waits for', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    onTestFinished(() => void vi.useRealTimers());
    audit.note(entry('a'));
    audit.note(entry('b'));
    await recorder.change(async () => {});
    expect([await targets(), transactions]).toEqual([[], 1]);
    await vi.advanceTimersByTimeAsync(100);
    await audit.settled();
    expect([await targets(), transactions, vi.getTimerCount()]).toEqual([['b', 'a'], 2, 1]);
  });

  it('gives whoever reads it every entry, newest first, with its time', async () => {
    audit.note(entry('a'));
    audit.note(entry('b'));
    const { items } = await audit.page({ limit: 10 });
    expect(items.map(({ target, at }) => [target, at])).toEqual([
      ['b', 7],
      ['a', 7],
    ]);
    await audit.settled();
    expect(transactions).toBe(1);
  });

  it('names each entry that cannot be stored, and goes on', async () => {
    full = true;
    audit.note(entry('a'));
    await audit.settled();
    expect(errors).toEqual([{ ...entry('a'), at: 7, error: 'the disk is full' }]);
    full = false;
    audit.note(entry('b'));
    await audit.settled();
    expect(await targets()).toEqual(['b']);
  });
});
