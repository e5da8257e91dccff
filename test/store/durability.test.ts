import Database from 'better-sqlite3';
import { expect, it, onTestFinished } from 'vitest';
import { Durability } from '../../src/store/sqlite/durability.ts';

it('waits for the disk with each commit, unless it is told otherwise', () => {
  const database = new Database(':memory:');
  onTestFinished(() => void database.close());
  const [NORMAL, FULL] = [1, 2];
  const level = () => database.pragma('synchronous', { simple: true });
  const durability = new Durability((text) => database.pragma(text));
  expect(level()).toBe(FULL);
  for (const [durable, expected] of [
    [false, NORMAL],
    [false, NORMAL],
    [true, FULL],
    [true, FULL],
    [false, NORMAL],
  ] as const) {
    durability.set(durable);
    expect(level()).toBe(expected);
  }
});
