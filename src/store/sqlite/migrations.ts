import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/** Every change of the tables, in order; one that was released is never edited. */
export const migrations: Record<string, Migration> = {
  '0001-start': {
    async up(db: Kysely<unknown>): Promise<void> {
      // AUTOINCREMENT: a sequence number is never given twice, since subscribers resume by it.
      await sql`CREATE TABLE events (
        seq INTEGER PRIMARY KEY AUTOINCREMENT,
        at INTEGER,
        pbx TEXT NOT NULL,
        type TEXT NOT NULL,
        body TEXT NOT NULL
      ) STRICT`.execute(db);
      await sql`CREATE TABLE accounts (
        pbx TEXT NOT NULL,
        user TEXT NOT NULL COLLATE NOCASE,
        status TEXT NOT NULL,
        updated_at INTEGER NOT NULL,
        PRIMARY KEY (pbx, user)
      ) STRICT, WITHOUT ROWID`.execute(db);
      await sql`CREATE TABLE buddies (
        pbx TEXT NOT NULL,
        user TEXT NOT NULL COLLATE NOCASE,
        buddy TEXT NOT NULL COLLATE NOCASE,
        fullname TEXT,
        status TEXT NOT NULL,
        updated_at INTEGER NOT NULL,
        PRIMARY KEY (pbx, user, buddy)
      ) STRICT, WITHOUT ROWID`.execute(db);
      await sql`CREATE TABLE chats (
        n INTEGER PRIMARY KEY AUTOINCREMENT,
        id TEXT NOT NULL UNIQUE,
        pbx TEXT NOT NULL,
        user TEXT NOT NULL COLLATE NOCASE,
        peer TEXT NOT NULL COLLATE NOCASE,
        direction TEXT NOT NULL,
        text TEXT NOT NULL,
        state TEXT,
        origin TEXT NOT NULL,
        confirmed INTEGER NOT NULL,
        at INTEGER NOT NULL,
        reason TEXT
      ) STRICT`.execute(db);
      await sql`CREATE INDEX chats_of_user ON chats (user, peer, n)`.execute(db);
      await sql`CREATE INDEX chats_unconfirmed ON chats (pbx, user, peer, n)
        WHERE origin = 'own' AND confirmed = 0`.execute(db);
      await sql`CREATE INDEX chats_outbox ON chats (pbx, state, n)
        WHERE state IN ('queued', 'sending')`.execute(db);
      await sql`CREATE TABLE calls (
        n INTEGER PRIMARY KEY AUTOINCREMENT,
        id TEXT NOT NULL UNIQUE,
        pbx TEXT NOT NULL,
        active INTEGER NOT NULL,
        body TEXT NOT NULL
      ) STRICT`.execute(db);
      await sql`CREATE TABLE tokens (
        id TEXT PRIMARY KEY,
        name TEXT NOT NULL,
        hash TEXT NOT NULL UNIQUE,
        created_at INTEGER NOT NULL
      ) STRICT, WITHOUT ROWID`.execute(db);
    },
  },
};
