import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DirectoryLock } from '../../src/services/provisioning/lock.ts';

/** A pid that the kernel never gives: the largest is 4194304. */
const DEAD = { pid: 99_999_999, began: '1' };

describe('DirectoryLock', () => {
  let directory: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'sfa-lock-'));
  });
  afterEach(() => rmSync(directory, { recursive: true }));

  const take = () => DirectoryLock.take(directory, '/etc/asterisk');
  const leave = (generation: number, owner: object | null) =>
    writeFileSync(join(directory, `lock-${generation}`), `${JSON.stringify(owner)}\n`);

  it('is held by one run, and names it', async () => {
    const lock = await take();
    await expect(take()).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      message: `/etc/asterisk: another run (process ${process.pid}) is changing these files; wait until it has ended`,
    });
    await lock.release();
    await (await take()).release();
  });

  it('is taken over from a dead process', async () => {
    leave(7, DEAD);
    const lock = await take();
    expect(readdirSync(directory)).toEqual(['lock-8']);
    await expect(take()).rejects.toThrow('another run');
    await lock.release();
  });

  it('is taken over when the pid is another process by now', async () => {
    leave(1, { pid: process.pid, began: '1' });
    await (await take()).release();
  });

  it('goes to exactly one of many who find it left by a dead process at once', async () => {
    for (let round = 0; round < 100; round += 1) {
      leave(1_000 * (round + 1), DEAD);
      const outcomes = await Promise.allSettled(Array.from({ length: 8 }, take));
      const winners = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));
      expect(winners).toHaveLength(1);
      await winners[0]?.release();
    }
    expect(readdirSync(directory)).toHaveLength(1);
  });

  it('is refused to a run that slept while the numbers went on', async () => {
    const others: DirectoryLock[] = [];
    const late = DirectoryLock.take(directory, '/etc/asterisk', async () => {
      if (others.length > 0) return;
      others.push(await take());
      await others[0]?.release();
      others.push(await take());
    });
    await expect(late).rejects.toThrow('another run');
    expect(readdirSync(directory)).toEqual(['lock-2']);
  });

  it('is never held twice when runs come and go', async () => {
    let holders = 0;
    let runs = 0;
    const run = async () => {
      while (runs < 300) {
        const lock = await take().catch(() => null);
        if (lock === null) continue;
        holders += 1;
        expect(holders).toBe(1);
        runs += 1;
        await new Promise((resolve) => setImmediate(resolve));
        holders -= 1;
        await lock.release();
      }
    };
    await Promise.all([run(), run(), run(), run()]);
    expect(runs).toBeGreaterThanOrEqual(300);
  });
});
