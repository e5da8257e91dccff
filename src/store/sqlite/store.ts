import type { Kysely, Selectable } from 'kysely';
import type { ChatMessage } from '../../model/chat.ts';
import { CompanionError } from '../../model/errors.ts';
import type { Call, CompanionEvent } from '../../model/events.ts';
import type { ChatQuery, Page, Store, StoreReader, StoreWriter } from '../port.ts';
import type { Tables } from './tables.ts';

/** The store over an opened and migrated database. */
export function sqliteStore(db: Kysely<Tables>): Store {
  return {
    ...reader(db),
    transaction: (work) => db.transaction().execute((tx) => work(writer(tx))),
    close: () => db.destroy(),
  };
}

function reader(db: Kysely<Tables>): StoreReader {
  return {
    async eventsAfter(seq, limit) {
      const rows = await db
        .selectFrom('events')
        .selectAll()
        .where('seq', '>', seq)
        .orderBy('seq')
        .limit(limit)
        .execute();
      return rows.map((row) => ({
        seq: row.seq,
        receivedAt: row.at,
        pbx: row.pbx,
        event: JSON.parse(row.body) as CompanionEvent,
      }));
    },
    async lastSeq() {
      const row = await db
        .selectFrom('events')
        .select((eb) => eb.fn.max('seq').as('seq'))
        .executeTakeFirst();
      return row?.seq ?? 0;
    },
    async accounts() {
      const rows = await db.selectFrom('accounts').selectAll().orderBy('user').execute();
      return rows.map(({ updated_at, ...row }) => ({ ...row, updatedAt: updated_at }));
    },
    async buddies(pbx, user) {
      const rows = await db
        .selectFrom('buddies')
        .selectAll()
        .where('pbx', '=', pbx)
        .where('user', '=', user)
        .orderBy('buddy')
        .execute();
      return rows.map(({ updated_at, ...row }) => ({ ...row, updatedAt: updated_at }));
    },
    async chat(id) {
      const row = await db.selectFrom('chats').selectAll().where('id', '=', id).executeTakeFirst();
      return row === undefined ? null : chatOf(row);
    },
    chats: (query) => chats(db, query),
    async chatsInState(pbx, state) {
      const rows = await db
        .selectFrom('chats')
        .selectAll()
        .where('pbx', '=', pbx)
        .where('state', '=', state)
        .orderBy('n')
        .execute();
      return rows.map(chatOf);
    },
    async unconfirmedSend(pbx, user, peer, text) {
      const row = await db
        .selectFrom('chats')
        .selectAll()
        .where('pbx', '=', pbx)
        .where('user', '=', user)
        .where('peer', '=', peer)
        .where('origin', '=', 'own')
        .where('confirmed', '=', 0)
        .where('state', 'in', ['sending', 'sent', 'unknown'])
        .where('text', '=', text)
        .orderBy('n')
        .limit(1)
        .executeTakeFirst();
      return row === undefined ? null : chatOf(row);
    },
    async calls(filter) {
      let query = db.selectFrom('calls').select('body').orderBy('n', 'desc');
      if (filter.active !== undefined) query = query.where('active', '=', filter.active ? 1 : 0);
      const rows = await query.limit(1000).execute();
      return rows.map((row) => JSON.parse(row.body) as Call);
    },
    async call(id) {
      const row = await db.selectFrom('calls').select('body').where('id', '=', id).executeTakeFirst();
      return row === undefined ? null : (JSON.parse(row.body) as Call);
    },
    async tokenByHash(hash) {
      const row = await db.selectFrom('tokens').selectAll().where('hash', '=', hash).executeTakeFirst();
      if (row === undefined) return null;
      const { created_at, ...rest } = row;
      return { ...rest, createdAt: created_at };
    },
  };
}

function writer(db: Kysely<Tables>): StoreWriter {
  return {
    ...reader(db),
    async appendEvent(pbx, receivedAt, event) {
      const row = await db
        .insertInto('events')
        .values({ at: receivedAt, pbx, type: event.type, body: JSON.stringify(event) })
        .returning('seq')
        .executeTakeFirstOrThrow();
      return { seq: row.seq, receivedAt, pbx, event };
    },
    async putAccount({ updatedAt, ...row }) {
      await db
        .insertInto('accounts')
        .values({ ...row, updated_at: updatedAt })
        .onConflict((conflict) => conflict.doUpdateSet({ status: row.status, updated_at: updatedAt }))
        .execute();
    },
    async putBuddy({ updatedAt, ...row }) {
      await db
        .insertInto('buddies')
        .values({ ...row, updated_at: updatedAt })
        .onConflict((conflict) =>
          conflict.doUpdateSet((eb) => ({
            status: row.status,
            // A status event carries no name; the one that a list gave before is kept.
            fullname: eb.fn.coalesce(eb.ref('excluded.fullname'), eb.ref('buddies.fullname')),
            updated_at: updatedAt,
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
    async insertChat(chat) {
      await db
        .insertInto('chats')
        .values({ ...chat, confirmed: chat.origin === 'own' ? 0 : 1 })
        .execute();
    },
    async changeChat(id, change) {
      const { confirmed, ...rest } = change;
      await db
        .updateTable('chats')
        .set({ ...rest, ...(confirmed === undefined ? {} : { confirmed: confirmed ? 1 : 0 }) })
        .where('id', '=', id)
        .execute();
    },
    async putCall(call) {
      const row = { pbx: call.pbx, active: call.state === 'ended' ? 0 : 1, body: JSON.stringify(call) };
      await db
        .insertInto('calls')
        .values({ id: call.id, ...row })
        .onConflict((conflict) => conflict.column('id').doUpdateSet(row))
        .execute();
    },
    async putToken({ createdAt, ...row }) {
      await db
        .insertInto('tokens')
        .values({ ...row, created_at: createdAt })
        .execute();
    },
  };
}

async function chats(db: Kysely<Tables>, query: ChatQuery): Promise<Page<ChatMessage>> {
  let select = db.selectFrom('chats').selectAll().where('user', '=', query.user);
  if (query.peer !== undefined) select = select.where('peer', '=', query.peer);
  if (query.cursor !== undefined) select = select.where('n', '<', readCursor(query.cursor));
  const rows = await select
    .orderBy('n', 'desc')
    .limit(query.limit + 1)
    .execute();
  const items = rows.slice(0, query.limit);
  const last = items.at(-1);
  return {
    items: items.map(chatOf),
    next: rows.length > query.limit && last !== undefined ? String(last.n) : null,
  };
}

function readCursor(cursor: string): number {
  if (!/^[0-9]{1,15}$/.test(cursor)) {
    throw new CompanionError('REQUEST_INVALID', 'cursor: give back the `next` of the page before');
  }
  return Number(cursor);
}

function chatOf(row: Selectable<Tables['chats']>): ChatMessage {
  const { n: _n, confirmed: _confirmed, ...chat } = row;
  return chat;
}
