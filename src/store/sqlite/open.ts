import { closeSync, existsSync, mkdirSync, openSync, rmSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { dirname } from 'node:path';
import Database from 'better-sqlite3';
import { Kysely, SqliteDialect } from 'kysely';
import { Migrator } from 'kysely/migration';
import { CompanionError, messageOf } from '../../model/errors.ts';
import type { Store } from '../port.ts';
import { Durability } from './durability.ts';
import { migrations } from './migrations.ts';
import type { SqlValue } from './prepared.ts';
import { sqliteStore } from './store.ts';
import type { Tables } from './tables.ts';

/** A store in memory, for replay and tests. */
export const IN_MEMORY = ':memory:';

/**
 * Opens the database file, creates it when it is absent, and brings its tables up to date.
 *
 * WAL with `synchronous=FULL` for what is durable: it survives a power cut.
 *
 * @throws CompanionError `INTERNAL` with the path when the file cannot be opened or migrated.
 */
export async function openSqliteStore(path: string): Promise<Store> {
  let database: Database.Database;
  // Closing the last connection removes the log.
  const interrupted = existsSync(`${path}-wal`);
  try {
    if (path !== IN_MEMORY) {
      mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
      makePrivate(path, 'a');
    }
    database = new Database(path);
  } catch (thrown) {
    throw new CompanionError('INTERNAL', `cannot open the database ${path}: ${messageOf(thrown)}`, { path });
  }
  database.pragma('journal_mode = WAL');
  const durability = new Durability((text) => database.pragma(text));
  database.pragma('foreign_keys = ON');
  // Each checkpoint writes a page that many commits touched once: 32 MB of log before the next.
  database.pragma('wal_autocheckpoint = 8000');
  database.pragma('cache_size = -65536');
  // Each part of a transaction is a savepoint: the pages that it could need again are no file's business.
  database.pragma('temp_store = MEMORY');
  // What was erased leaves no trace in pages that are written anyway.
  database.pragma('secure_delete = FAST');
  // `sfa token create` and `sfa backup` open the file beside a running service.
  database.pragma('busy_timeout = 5000');
  const db = new Kysely<Tables>({ dialect: new SqliteDialect({ database }) });
  const migrator = new Migrator({ db, provider: { getMigrations: async () => migrations } });
  const { error } = await migrator.migrateToLatest();
  if (error !== undefined) {
    await db.destroy();
    throw new CompanionError('INTERNAL', `cannot update the database ${path}: ${messageOf(error)}`, { path });
  }
  return sqliteStore(db, {
    inside: new Kysely<Tables>({ dialect: new SqliteDialect({ database }) }),
    interrupted,
    durability,
    prepare: (text) => database.prepare<SqlValue[]>(text),
    inTransaction: () => database.inTransaction,
    flush: () => (path === IN_MEMORY ? Promise.resolve() : flushLog(`${path}-wal`)),
    backup: async (file) => {
      makePrivate(file, 'wx');
      try {
        await database.backup(file);
      } catch (thrown) {
        // Half a copy would be taken for one.
        rmSync(file, { force: true });
        throw thrown;
      }
    },
  });
}

/** What a commit writes is in the log; another descriptor of it waits for the disk without holding anybody up. */
async function flushLog(path: string): Promise<void> {
  const log = await open(path, 'r+');
  try {
    await log.datasync();
  } finally {
    await log.close();
  }
}

/** Chats are nobody else's business: a new file is mode 0640, as SQLite makes its log and index then, too. */
function makePrivate(path: string, flag: 'a' | 'wx'): void {
  closeSync(openSync(path, flag, 0o640));
}
