import { type Kysely, sql } from 'kysely';
import { PERSONAL_EVENTS, type StoreWriter } from '../port.ts';
import type { Tables } from './tables.ts';

/** Tables with a time, and which of their rows are never too old. */
const AGING = [
  { table: 'events', key: 'seq', keep: sql`FALSE` },
  { table: 'chats', key: 'n', keep: sql`state IN ('queued', 'sending') AND origin = 'own'` },
  { table: 'audit', key: 'n', keep: sql`FALSE` },
] as const;

/** What removes rows: retention and erasure. */
export function housekeeping(db: Kysely<Tables>): Pick<StoreWriter, 'purge' | 'erasePerson'> {
  const removed = async (query: ReturnType<typeof sql>) =>
    Number((await query.execute(db)).numAffectedRows ?? 0n);
  return {
    async purge(before, limit) {
      let rows = 0;
      for (const { table, key, keep } of AGING) {
        const [name, id] = [sql.table(table), sql.ref(key)];
        rows += await removed(
          sql`DELETE FROM ${name} WHERE ${id} IN (
            SELECT ${id} FROM ${name} WHERE at < ${before} AND NOT (${keep}) ORDER BY at LIMIT ${limit})`,
        );
      }
      rows += await removed(
        sql`DELETE FROM claims WHERE (user, key) IN (
          SELECT user, key FROM claims WHERE at < ${before} LIMIT ${limit})`,
      );
      rows += await removed(
        sql`DELETE FROM calls WHERE n IN (SELECT n FROM calls
          WHERE active = 0 AND json_extract(body, '$.endedAt') < ${before} ORDER BY n LIMIT ${limit})`,
      );
      return rows;
    },
    async erasePerson(person) {
      const types = sql.join(PERSONAL_EVENTS.map((type) => sql.lit(type)));
      return {
        chats: await removed(sql`DELETE FROM chats WHERE peer = ${person}`),
        events: await removed(sql`DELETE FROM events WHERE person = ${person} AND type IN (${types})`),
        buddies: await removed(sql`DELETE FROM buddies WHERE buddy = ${person}`),
        calls: await removed(
          sql`DELETE FROM calls WHERE active = 0 AND json_extract(body, '$.peer') = ${person} COLLATE NOCASE`,
        ),
      };
    },
  };
}
