import { type Kysely, sql } from 'kysely';
import type { Call } from '../../model/events.ts';
import type { AccountRow, Store, StoreReader, StoreWriter } from '../port.ts';
import { accessReads, accessWrites } from './access.ts';
import { chatReads } from './chats.ts';
import { pageOf, readCursor } from './cursor.ts';
import type { Durability } from './durability.ts';
import { eventReads } from './events.ts';
import { hotWrites } from './hot.ts';
import { housekeeping } from './housekeeping.ts';
import type { Prepare } from './prepared.ts';
import type { Tables } from './tables.ts';

/** The store over an opened and migrated database. */
export function sqliteStore(
  db: Kysely<Tables>,
  own: {
    /** The same database for what runs inside a transaction: `db` lets nobody else in until that is over. */
    readonly inside: Kysely<Tables>;
    readonly prepare: Prepare;
    readonly inTransaction: () => boolean;
    readonly interrupted: boolean;
    readonly durability: Durability;
    readonly flush: () => Promise<void>;
    readonly backup: (file: string) => Promise<void>;
  },
): Store {
  const hot = hotWrites(own.prepare);
  // Takes the lock at once: one that begins with reading could not go on to write when another process
  // (`sfa token create`) wrote in between.
  const begin = own.prepare('BEGIN IMMEDIATE');
  const commit = own.prepare('COMMIT');
  const rollback = own.prepare('ROLLBACK');
  const tx: StoreWriter = { ...writer(own.inside), ...hot };
  return {
    ...reader(db),
    // One connection at a time, as in a transaction of the builder, which would compile these each time.
    interrupted: own.interrupted,
    transaction: (work, { durable = true } = {}) =>
      db.connection().execute(async () => {
        own.durability.set(durable);
        begin.run();
        try {
          const result = await work(tx);
          commit.run();
          return result;
        } catch (thrown) {
          // A commit that fails, for example on a full disk, may have undone everything by itself.
          if (own.inTransaction()) rollback.run();
          throw thrown;
        }
      }),
    flush: own.flush,
    backup: own.backup,
    close: () => db.destroy(),
  };
}

function reader(db: Kysely<Tables>): StoreReader {
  return {
    ...eventReads(db),
    ...chatReads(db),
    ...accessReads(db),
    async accounts() {
      const rows = await db.selectFrom('accounts').selectAll().orderBy('user').execute();
      return rows.map(accountOf);
    },
    async account(pbx, user) {
      const row = await db
        .selectFrom('accounts')
        .selectAll()
        .where('pbx', '=', pbx)
        .where('user', '=', user)
        .executeTakeFirst();
      return row === undefined ? null : accountOf(row);
    },
    async buddies(pbx, user) {
      const rows = await db
        .selectFrom('buddies')
        .selectAll()
        .where('pbx', '=', pbx)
        .where('user', '=', user)
        .orderBy('buddy')
        .execute();
      return rows.map(({ updated_at, listed, ...row }) => ({
        ...row,
        updatedAt: updated_at,
        listed: listed === 1,
      }));
    },
    async calls({ active, limit, cursor }) {
      let select = db.selectFrom('calls').select(['n', 'body']);
      if (active !== undefined) select = select.where('active', '=', sql.lit(active ? 1 : 0));
      if (cursor !== undefined) select = select.where('n', '<', readCursor(cursor));
      const rows = await select
        .orderBy('n', 'desc')
        .limit(limit + 1)
        .execute();
      return pageOf(rows, limit, ({ n }) => n, callOf);
    },
    async livingCalls() {
      const rows = await db
        .selectFrom('calls')
        .select('body')
        // Not as a parameter: the index of living calls is found by the number alone.
        .where('active', '=', sql.lit(1))
        .orderBy('n')
        .execute();
      return rows.map(callOf);
    },
    async call(id) {
      const row = await db.selectFrom('calls').select('body').where('id', '=', id).executeTakeFirst();
      return row === undefined ? null : callOf(row);
    },
    async seenAt(pbx) {
      const row = await db.selectFrom('pbxs').select('seen_at').where('pbx', '=', pbx).executeTakeFirst();
      return row?.seen_at ?? null;
    },
    async webhookSeq(name) {
      const row = await db.selectFrom('webhooks').select('seq').where('name', '=', name).executeTakeFirst();
      return row?.seq ?? null;
    },
  };
}

function accountOf({ updated_at, listed_at, ...row }: Tables['accounts']): AccountRow {
  return { ...row, updatedAt: updated_at, listedAt: listed_at };
}

function callOf({ body }: Pick<Tables['calls'], 'body'>): Call {
  return JSON.parse(body) as Call;
}

type ColdWrites = Omit<StoreWriter, Exclude<keyof ReturnType<typeof hotWrites>, keyof StoreReader>>;

function writer(db: Kysely<Tables>): ColdWrites {
  return {
    ...reader(db),
    ...accessWrites(db),
    ...housekeeping(db),
    async skipSeqs(count) {
      const seq = await eventReads(db).lastSeq();
      await sql`DELETE FROM sqlite_sequence WHERE name = 'events'`.execute(db);
      await sql`INSERT INTO sqlite_sequence (name, seq) VALUES ('events', ${seq + count})`.execute(db);
    },
    async putAccount({ pbx, user, status, updatedAt }) {
      await db
        .insertInto('accounts')
        .values({ pbx, user, status, updated_at: updatedAt })
        .onConflict((conflict) => conflict.doUpdateSet({ status, updated_at: updatedAt }))
        .execute();
    },
    async putListedAt(pbx, user, at) {
      await db
        .updateTable('accounts')
        .set({ listed_at: at })
        .where('pbx', '=', pbx)
        .where('user', '=', user)
        .execute();
    },
    async putBuddy({ updatedAt, listed, ...row }) {
      await db
        .insertInto('buddies')
        .values({ ...row, updated_at: updatedAt, listed: listed ? 1 : 0 })
        .onConflict((conflict) =>
          conflict.doUpdateSet((eb) => ({
            status: row.status,
            // A status event carries no name; the one that a list gave before is kept.
            fullname: eb.fn.coalesce(eb.ref('excluded.fullname'), eb.ref('buddies.fullname')),
            updated_at: updatedAt,
            listed: listed ? 1 : eb.ref('buddies.listed'),
          })),
        )
        .execute();
    },
    async removeBuddy(pbx, user, buddy) {
      await db
        .deleteFrom('buddies')
        .where('pbx', '=', pbx)
        .where('user', '=', user)
        .where('buddy', '=', buddy)
        .execute();
    },
    async putWebhookSeq(name, seq) {
      await db
        .insertInto('webhooks')
        .values({ name, seq })
        .onConflict((conflict) => conflict.doUpdateSet({ seq }))
        .execute();
    },
  };
}
