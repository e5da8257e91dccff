import { expect, it } from 'vitest';
import { timeOrderedId } from '../../src/model/id.ts';

it('is a UUID of version 7 that begins with its time', () => {
  const id = timeOrderedId(Date.UTC(2026, 10, 21, 2, 39, 6, 100));
  expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  // The example of RFC 9562, appendix A.6: 2022-02-22T19:22:22Z.
  expect(timeOrderedId(0x017f22e279b0)).toMatch(/^017f22e2-79b0-7/);
  expect(timeOrderedId(1)).toMatch(/^00000000-0001-7/);
});

it('sorts by time and never comes twice', () => {
  const ids = Array.from({ length: 1000 }, (_, at) => timeOrderedId(at));
  expect(ids.toSorted()).toEqual(ids);
  expect(new Set(Array.from({ length: 1000 }, () => timeOrderedId(5))).size).toBe(1000);
});
