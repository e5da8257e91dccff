import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { openSqliteStore } from '../../src/store/sqlite/open.ts';
import { chat, memoryStore } from '../helpers/store.ts';
import { storeContract } from './contract.ts';

const directory = mkdtempSync(join(tmpdir(), 'sfa-store-'));
afterAll(() => rmSync(directory, { recursive: true }));

let files = 0;
storeContract('SQLite in memory', memoryStore);
storeContract('SQLite in a file', () => {
  files += 1;
  return openSqliteStore(join(directory, `${files}`, 'sfa.sqlite'));
});

it('keeps everything over a restart', async () => {
  const path = join(directory, 'restart.sqlite');
  const before = await openSqliteStore(path);
  await before.transaction((tx) => tx.insertChat(chat({ id: 'a' })));
  await before.close();
  const after = await openSqliteStore(path);
  expect(await after.chat('a')).toEqual(chat({ id: 'a' }));
  await after.close();
});

it('knows a file that was left without being closed', async () => {
  const path = join(directory, 'left.sqlite');
  const first = await openSqliteStore(path);
  expect(first.interrupted).toBe(false);
  const second = await openSqliteStore(path);
  expect(second.interrupted).toBe(true);
  await second.close();
  await first.close();
  const third = await openSqliteStore(path);
  expect(third.interrupted).toBe(false);
  await third.close();
});

it('names the file that cannot be opened', async () => {
  await expect(openSqliteStore('/dev/null/sfa.sqlite')).rejects.toThrow('/dev/null/sfa.sqlite');
});

it('lets nobody else read the database, its log, or a backup', async () => {
  const path = join(directory, 'private.sqlite');
  const store = await openSqliteStore(path);
  await store.transaction((tx) => tx.insertChat(chat({ id: 'a' })));
  await store.backup(`${path}.backup`);
  for (const file of [path, `${path}-wal`, `${path}-shm`, `${path}.backup`]) {
    expect([file, statSync(file).mode & 0o777]).toEqual([file, 0o640]);
  }
  await store.close();
  const copy = await openSqliteStore(`${path}.backup`);
  expect(await copy.chat('a')).toEqual(chat({ id: 'a' }));
  await copy.close();
});

it('writes a backup over nothing', async () => {
  const file = join(directory, 'taken');
  writeFileSync(file, 'something else');
  const store = await memoryStore();
  await expect(store.backup(file)).rejects.toThrow('EEXIST');
  expect(readFileSync(file, 'utf8')).toBe('something else');
  await store.close();
});
