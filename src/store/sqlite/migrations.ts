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
  '0002-outbox-access-search': {
    async up(db: Kysely<unknown>): Promise<void> {
      for (const statement of SECOND) await sql.raw(statement).execute(db);
    },
  },
  '0003-living-calls': {
    async up(db: Kysely<unknown>): Promise<void> {
      await sql`CREATE INDEX calls_living ON calls (n) WHERE active = 1`.execute(db);
    },
  },
};

/** Statements of the second version. */
const SECOND = [
  'ALTER TABLE events ADD COLUMN user TEXT COLLATE NOCASE',
  'ALTER TABLE events ADD COLUMN person TEXT COLLATE NOCASE',
  `UPDATE events SET user = coalesce(json_extract(body, '$.user'), json_extract(body, '$.call.user')),
    person = coalesce(json_extract(body, '$.buddy'), json_extract(body, '$.peer'), json_extract(body, '$.call.peer'))`,
  'CREATE INDEX events_of_user ON events (user, seq)',
  'CREATE INDEX events_of_person ON events (person, seq) WHERE person IS NOT NULL',
  'CREATE INDEX events_by_time ON events (at)',

  'ALTER TABLE accounts ADD COLUMN listed_at INTEGER',
  'ALTER TABLE buddies ADD COLUMN listed INTEGER NOT NULL DEFAULT 1',

  'ALTER TABLE chats ADD COLUMN expires_at INTEGER',
  'ALTER TABLE chats ADD COLUMN group_id TEXT',
  'CREATE INDEX chats_of_group ON chats (group_id, n) WHERE group_id IS NOT NULL',
  'CREATE INDEX chats_by_time ON chats (at)',
  "CREATE INDEX chats_expiring ON chats (pbx, expires_at) WHERE state = 'queued'",
  // A driver that sends no echoes leaves every send unconfirmed: the text in the index keeps the search short.
  'DROP INDEX chats_unconfirmed',
  `CREATE INDEX chats_unconfirmed ON chats (pbx, user, peer, text, n)
    WHERE origin = 'own' AND confirmed = 0`,
  `CREATE VIRTUAL TABLE chats_words USING fts5 (
    text, content = 'chats', content_rowid = 'n', tokenize = 'unicode61 remove_diacritics 2')`,
  `CREATE TRIGGER chats_words_insert AFTER INSERT ON chats BEGIN
    INSERT INTO chats_words (rowid, text) VALUES (new.n, new.text);
  END`,
  `CREATE TRIGGER chats_words_delete AFTER DELETE ON chats BEGIN
    INSERT INTO chats_words (chats_words, rowid, text) VALUES ('delete', old.n, old.text);
  END`,
  "INSERT INTO chats_words (chats_words) VALUES ('rebuild')",

  `CREATE TABLE claims (
    user TEXT NOT NULL COLLATE NOCASE,
    key TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    chat_id TEXT NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (user, key)
  ) STRICT, WITHOUT ROWID`,
  'CREATE INDEX claims_by_time ON claims (at)',

  "ALTER TABLE tokens ADD COLUMN scopes TEXT NOT NULL DEFAULT '*'",
  "ALTER TABLE tokens ADD COLUMN accounts TEXT NOT NULL DEFAULT '*'",
  'ALTER TABLE tokens ADD COLUMN expires_at INTEGER',
  'ALTER TABLE tokens ADD COLUMN last_used_at INTEGER',

  `CREATE TABLE pbxs (pbx TEXT PRIMARY KEY, seen_at INTEGER NOT NULL) STRICT, WITHOUT ROWID`,
  `CREATE TABLE webhooks (name TEXT PRIMARY KEY, seq INTEGER NOT NULL) STRICT, WITHOUT ROWID`,
  `CREATE TABLE audit (
    n INTEGER PRIMARY KEY AUTOINCREMENT,
    at INTEGER NOT NULL,
    actor TEXT NOT NULL,
    action TEXT NOT NULL,
    target TEXT NOT NULL,
    status INTEGER NOT NULL,
    request_id TEXT NOT NULL
  ) STRICT`,
  'CREATE INDEX audit_by_time ON audit (at)',
];
