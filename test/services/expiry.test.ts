import { expect, it } from 'vitest';
import { Expiry } from '../../src/services/expiry.ts';
import { EventHub } from '../../src/services/hub.ts';
import { silentLogger } from '../../src/services/logger.ts';
import { Recorder } from '../../src/services/recorder.ts';
import type { Store } from '../../src/store/port.ts';
import { chat, memoryStore } from '../helpers/store.ts';
import { until } from '../helpers/until.ts';

it('expires chats all the same when the store failed at first', async () => {
  const store = await memoryStore();
  await store.transaction((tx) => tx.insertChat(chat({ id: 'a', expiresAt: 5 })));
  let failures = 2;
  const failing: Store = {
    ...store,
    transaction: (work) => {
      if (failures === 0) return store.transaction(work);
      failures -= 1;
      return Promise.reject(new Error('database or disk is full'));
    },
  };
  const recorder = new Recorder(failing, await EventHub.open(store), () => 'x');
  const told: string[] = [];
  const expiry = new Expiry(
    { pbx: 'main', store, recorder, clock: { now: () => 10 }, log: silentLogger, retryMs: 1 },
    ({ id, state }) => told.push(`${id} ${state}`),
  );
  await expiry.watch();
  await until(() => told.length > 0);
  expect(told).toEqual(['a expired']);
  expect([failures, (await store.chat('a'))?.state]).toEqual([0, 'expired']);
  expiry.stop();
  await store.close();
});
