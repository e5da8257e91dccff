import { setTimeout as wait } from 'node:timers/promises';
import { expect, it, onTestFinished, vi } from 'vitest';
import { LoopLag } from '../../src/services/loop-lag.ts';

it('counts what a look was late, not the time between two looks, and forgets it after two minutes', () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  onTestFinished(() => void vi.useRealTimers());
  let p99 = 0;
  const reset = () => {
    p99 = 0;
  };
  const lag = new LoopLag({ percentile: () => p99, reset });
  expect(lag.ms).toBe(0);
  p99 = 99_900_000;
  expect(lag.ms).toBe(0);
  p99 = 142_000_000;
  expect(lag.ms).toBe(42);
  vi.advanceTimersByTime(60_000);
  expect([lag.ms, p99]).toEqual([42, 0]);
  vi.advanceTimersByTime(60_000);
  expect(lag.ms).toBe(0);
  lag.stop();
  expect(vi.getTimerCount()).toBe(0);
});

it('sees the loop of this process stand still', async () => {
  const stopping = new AbortController();
  onTestFinished(() => stopping.abort());
  const lag = LoopLag.watch(stopping.signal);
  await vi.waitUntil(
    async () => {
      await wait(1);
      const until = performance.now() + 400;
      while (performance.now() < until);
      return lag.ms >= 200;
    },
    { timeout: 10_000 },
  );
});
