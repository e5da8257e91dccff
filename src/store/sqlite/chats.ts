import { type Kysely, type Selectable, sql } from 'kysely';
import type { ChatMessage } from '../../model/chat.ts';
import type { ChatQuery, Page, StoreReader } from '../port.ts';
import { pageOf, readCursor } from './cursor.ts';
import type { Tables } from './tables.ts';

type Reads = Pick<
  StoreReader,
  | 'chat'
  | 'chats'
  | 'chatsOfGroup'
  | 'chatsInState'
  | 'expiredChats'
  | 'nextExpiry'
  | 'conversations'
  | 'unconfirmedSend'
  | 'claim'
  | 'queueFigures'
>;

/** Everything that reads chats. */
export function chatReads(db: Kysely<Tables>): Reads {
  return {
    async chat(id) {
      const row = await db.selectFrom('chats').selectAll().where('id', '=', id).executeTakeFirst();
      return row === undefined ? null : chatOf(row);
    },
    chats: (query) => chats(db, query),
    async chatsOfGroup(group) {
      const rows = await db
        .selectFrom('chats')
        .selectAll()
        .where('group_id', '=', group)
        .orderBy('n')
        .execute();
      return rows.map(chatOf);
    },
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
    async expiredChats(pbx, now, limit) {
      const rows = await db
        .selectFrom('chats')
        .selectAll()
        .where('pbx', '=', pbx)
        .where('state', '=', 'queued')
        .where('expires_at', '<=', now)
        .orderBy('expires_at')
        .limit(limit)
        .execute();
      return rows.map(chatOf);
    },
    async nextExpiry(pbx) {
      const row = await db
        .selectFrom('chats')
        .select((eb) => eb.fn.min('expires_at').as('at'))
        .where('pbx', '=', pbx)
        .where('state', '=', 'queued')
        .executeTakeFirst();
      return row?.at ?? null;
    },
    async conversations({ user, limit, cursor }) {
      // SQLite gives the bare columns of the row that holds the maximum.
      const newest = db
        .selectFrom('chats')
        .select(['user', 'peer', 'at', 'direction', 'text'])
        .select((eb) => [eb.fn.max('n').as('n'), eb.fn.countAll<number>().as('chats')])
        .where('user', '=', user)
        .groupBy('peer');
      let page = db.selectFrom(newest.as('newest')).selectAll();
      if (cursor !== undefined) page = page.where('n', '<', readCursor(cursor));
      const rows = await page
        .orderBy('n', 'desc')
        .limit(limit + 1)
        .execute();
      return pageOf(
        rows,
        limit,
        ({ n }) => Number(n),
        (row) => ({
          user: row.user,
          peer: row.peer,
          chats: row.chats,
          lastAt: row.at,
          lastDirection: row.direction,
          lastText: row.text,
        }),
      );
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
    async claim(user, key) {
      const row = await db
        .selectFrom('claims')
        .selectAll()
        .where('user', '=', user)
        .where('key', '=', key)
        .executeTakeFirst();
      if (row === undefined) return null;
      const { chat_id, ...rest } = row;
      return { ...rest, chatId: chat_id };
    },
    async queueFigures() {
      const rows = await db
        .selectFrom('chats')
        .select(['pbx', 'state'])
        .select((eb) => [eb.fn.countAll<number>().as('chats'), eb.fn.min('at').as('oldestAt')])
        .where('state', 'in', ['queued', 'sending'])
        .groupBy(['pbx', 'state'])
        .execute();
      return rows.flatMap(({ state, ...row }) => (state === null ? [] : [{ ...row, state }]));
    },
  };
}

async function chats(db: Kysely<Tables>, query: ChatQuery): Promise<Page<ChatMessage>> {
  let select = db.selectFrom('chats').selectAll().where('user', '=', query.user);
  if (query.peer !== undefined) select = select.where('peer', '=', query.peer);
  if (query.direction !== undefined) select = select.where('direction', '=', query.direction);
  if (query.state !== undefined) select = select.where('state', '=', query.state);
  if (query.since !== undefined) select = select.where('at', '>=', query.since);
  if (query.until !== undefined) select = select.where('at', '<', query.until);
  if (query.search !== undefined) {
    const words = matchOf(query.search);
    if (words === null) return { items: [], next: null };
    select = select.where(
      'n',
      'in',
      sql<number>`(SELECT rowid FROM chats_words WHERE chats_words MATCH ${words})`,
    );
  }
  if (query.cursor !== undefined) select = select.where('n', '<', readCursor(query.cursor));
  const rows = await select
    .orderBy('n', 'desc')
    .limit(query.limit + 1)
    .execute();
  return pageOf(rows, query.limit, ({ n }) => n, chatOf);
}

/** Words as an FTS5 expression: each quoted, so that nothing in them is an operator; null for no words. */
function matchOf(search: string): string | null {
  const words = search.match(/[\p{L}\p{N}\p{M}\p{Co}]+/gu);
  return words === null ? null : words.map((word) => `"${word}"*`).join(' ');
}

export function chatOf(row: Selectable<Tables['chats']>): ChatMessage {
  const { n: _n, confirmed: _confirmed, expires_at, group_id, ...chat } = row;
  return { ...chat, expiresAt: expires_at, group: group_id };
}
