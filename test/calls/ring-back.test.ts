import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { Leg } from '../../src/services/calls/ari/legs.ts';
import { RingBack } from '../../src/services/calls/ari/ring-back.ts';

const leg = (): Leg => ({
  role: 'agent',
  channel: 'agent-1',
  phase: 'answered',
  since: 0,
  hangupCause: null,
  dialStatus: '',
});

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it('lets the waiting side hear the ringing when nobody answers at once, and only once', () => {
  const rung: string[] = [];
  new RingBack((channel) => rung.push(channel)).begin(leg());
  vi.advanceTimersByTime(99);
  expect(rung).toEqual([]);
  vi.advanceTimersByTime(10_000);
  expect(rung).toEqual(['agent-1']);
});

it('orders nothing for one who was answered or has gone meanwhile', () => {
  const rung: string[] = [];
  const answered = new RingBack((channel) => rung.push(channel));
  answered.begin(leg());
  answered.stop();
  const gone = leg();
  new RingBack((channel) => rung.push(channel)).begin(gone);
  gone.phase = 'gone';
  vi.advanceTimersByTime(1_000);
  expect([rung, vi.getTimerCount()]).toEqual([[], 0]);
});
