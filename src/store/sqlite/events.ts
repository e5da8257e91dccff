import type { Kysely, Selectable } from 'kysely';
import type { CompanionEvent, RecordedEvent } from '../../model/events.ts';
import type { StoreReader } from '../port.ts';
import { pageOf, readCursor } from './cursor.ts';
import type { Tables } from './tables.ts';

/** Everything that reads events. */
export function eventReads(db: Kysely<Tables>): Pick<StoreReader, 'eventsAfter' | 'events' | 'lastSeq'> {
  return {
    async eventsAfter(seq, limit) {
      const rows = await db
        .selectFrom('events')
        .selectAll()
        .where('seq', '>', seq)
        .orderBy('seq')
        .limit(limit)
        .execute();
      return rows.map(eventOf);
    },
    async events({ types, user, person, since, until, limit, cursor }) {
      let select = db.selectFrom('events').selectAll();
      if (types !== undefined) select = select.where('type', 'in', [...types]);
      if (user !== undefined) select = select.where('user', '=', user);
      if (person !== undefined) select = select.where('person', '=', person);
      if (since !== undefined) select = select.where('at', '>=', since);
      if (until !== undefined) select = select.where('at', '<', until);
      if (cursor !== undefined) select = select.where('seq', '<', readCursor(cursor));
      const rows = await select
        .orderBy('seq', 'desc')
        .limit(limit + 1)
        .execute();
      return pageOf(rows, limit, ({ seq }) => seq, eventOf);
    },
    async lastSeq() {
      // Not the highest row: events that the retention removed keep their numbers.
      const row = await db
        .selectFrom('sqlite_sequence')
        .select('seq')
        .where('name', '=', 'events')
        .executeTakeFirst();
      return row?.seq ?? 0;
    },
  };
}

function eventOf(row: Selectable<Tables['events']>): RecordedEvent {
  return {
    seq: row.seq,
    receivedAt: row.at,
    pbx: row.pbx,
    event: JSON.parse(row.body) as CompanionEvent,
  };
}
