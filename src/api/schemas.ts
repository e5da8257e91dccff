import { z } from 'zod';

/** Pieces that several resources share. */
export const userParams = z.object({ user: z.string().min(1).max(64).describe('Account name') });

export const time = z.string().describe('RFC 3339, UTC, milliseconds');

export function listOf<Item extends z.ZodType>(item: Item) {
  return z.object({
    items: z.array(item),
    next: z.string().nullable().describe('Cursor of the next page, or null'),
  });
}
