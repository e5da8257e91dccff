import { CompanionError } from '../../model/errors.ts';
import type { Page } from '../port.ts';

/** Reads a cursor, which is the number of the last row of the page before. */
export function readCursor(cursor: string): number {
  if (!/^[0-9]{1,15}$/.test(cursor)) {
    throw new CompanionError('REQUEST_INVALID', 'cursor: give back the `next` of the page before', {
      field: 'cursor',
    });
  }
  return Number(cursor);
}

/** A page of rows of which one more than `limit` was asked for. */
export function pageOf<Row, Item>(
  rows: readonly Row[],
  limit: number,
  cursorOf: (row: Row) => number,
  itemOf: (row: Row) => Item,
): Page<Item> {
  const kept = rows.slice(0, limit);
  const last = kept.at(-1);
  return {
    items: kept.map(itemOf),
    next: rows.length > limit && last !== undefined ? String(cursorOf(last)) : null,
  };
}
