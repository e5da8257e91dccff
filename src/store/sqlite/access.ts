import type { Kysely, Selectable } from 'kysely';
import type { StoreReader, StoreWriter, TokenRow } from '../port.ts';
import { pageOf, readCursor } from './cursor.ts';
import type { Tables } from './tables.ts';

/** Everything that reads tokens and the audit log. */
export function accessReads(db: Kysely<Tables>): Pick<StoreReader, 'tokens' | 'tokenByHash' | 'audit'> {
  return {
    async tokens() {
      const rows = await db.selectFrom('tokens').selectAll().orderBy('created_at').orderBy('id').execute();
      return rows.map(tokenOf);
    },
    async tokenByHash(hash) {
      const row = await db.selectFrom('tokens').selectAll().where('hash', '=', hash).executeTakeFirst();
      return row === undefined ? null : tokenOf(row);
    },
    async audit({ limit, cursor }) {
      let select = db.selectFrom('audit').selectAll();
      if (cursor !== undefined) select = select.where('n', '<', readCursor(cursor));
      const rows = await select
        .orderBy('n', 'desc')
        .limit(limit + 1)
        .execute();
      return pageOf(
        rows,
        limit,
        ({ n }) => n,
        ({ request_id, ...row }) => ({ ...row, requestId: request_id }),
      );
    },
  };
}

/** Everything that writes tokens. */
export function accessWrites(
  db: Kysely<Tables>,
): Pick<StoreWriter, 'putToken' | 'removeToken' | 'noteTokenUse'> {
  return {
    async putToken({ createdAt, expiresAt, lastUsedAt, scopes, accounts, ...row }) {
      const rest = {
        scopes: scopes.join(','),
        accounts: accounts.join(','),
        created_at: createdAt,
        expires_at: expiresAt,
        last_used_at: lastUsedAt,
      };
      await db
        .insertInto('tokens')
        .values({ ...row, ...rest })
        .execute();
    },
    async removeToken(id) {
      const { numDeletedRows } = await db.deleteFrom('tokens').where('id', '=', id).executeTakeFirst();
      return numDeletedRows > 0n;
    },
    async noteTokenUse(id, at) {
      await db.updateTable('tokens').set({ last_used_at: at }).where('id', '=', id).execute();
    },
  };
}

function tokenOf(row: Selectable<Tables['tokens']>): TokenRow {
  return {
    id: row.id,
    name: row.name,
    hash: row.hash,
    scopes: row.scopes.split(','),
    accounts: row.accounts.split(','),
    createdAt: row.created_at,
    expiresAt: row.expires_at,
    lastUsedAt: row.last_used_at,
  };
}
