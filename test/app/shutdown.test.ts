import { expect, it } from 'vitest';
import { silentLogger } from '../../src/services/logger.ts';
import { stopInOrder } from '../../src/shutdown.ts';

it('ends every part, whichever fails or hangs, and names those', async () => {
  const ended: string[] = [];
  const named: unknown[] = [];
  const log = {
    ...silentLogger,
    warn: (facts: object) => named.push(facts),
    error: (facts: object) => named.push(facts),
  };
  const step = (what: string, run: () => Promise<unknown>) => ({ what, withinMs: 1, run });
  await stopInOrder(
    [
      step('one', async () => ended.push('one')),
      step('hangs', () => new Promise(() => {})),
      step('fails', () => Promise.reject(new Error('no'))),
      step('throws', () => {
        throw new Error('at once');
      }),
      step('last', async () => ended.push('last')),
    ],
    log,
  );
  expect(ended).toEqual(['one', 'last']);
  expect(named).toEqual([
    { what: 'hangs', withinMs: 1 },
    { what: 'fails', error: 'no' },
    { what: 'throws', error: 'at once' },
  ]);
});
