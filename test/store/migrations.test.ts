import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { Kysely, SqliteDialect } from 'kysely';
import { Migrator } from 'kysely/migration';
import { afterAll, expect, it } from 'vitest';
import { migrations } from '../../src/store/sqlite/migrations.ts';
import { openSqliteStore } from '../../src/store/sqlite/open.ts';

const directory = mkdtempSync(join(tmpdir(), 'sfa-migrations-'));
afterAll(() => rmSync(directory, { recursive: true }));

it('brings a database of the first version up to date, with everything in it', async () => {
  const path = join(directory, 'old.sqlite');
  const database = new Database(path);
  const db = new Kysely<unknown>({ dialect: new SqliteDialect({ database }) });
  const first = Object.fromEntries(Object.entries(migrations).slice(0, 1));
  await new Migrator({ db, provider: { getMigrations: async () => first } }).migrateToLatest();
  database.exec(`
    INSERT INTO events (at, pbx, type, body) VALUES (5, 'main', 'buddy.status',
      '{"type":"buddy.status","user":"a","buddy":"b","status":"Online"}');
    INSERT INTO chats (id, pbx, user, peer, direction, text, state, origin, confirmed, at)
      VALUES ('c', 'main', 'a', 'b', 'out', 'find me', 'sent', 'own', 1, 5);
    INSERT INTO tokens (id, name, hash, created_at) VALUES ('t', 'old', 'ab', 5);
  `);
  await db.destroy();

  const store = await openSqliteStore(path);
  expect((await store.events({ user: 'A', person: 'B', limit: 10 })).items).toHaveLength(1);
  expect((await store.chats({ user: 'a', search: 'find', limit: 10 })).items).toMatchObject([
    { id: 'c', text: 'find me', expiresAt: null, group: null },
  ]);
  expect(await store.tokenByHash('ab')).toMatchObject({ scopes: ['*'], accounts: ['*'], expiresAt: null });
  await store.close();
});
