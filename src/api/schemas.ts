import { z } from 'zod';

/** Names of the schemas in the OpenAPI document. */
export const schemaNames = z.registry<{ id: string }>();

/** Gives a schema its name in the OpenAPI document. */
export function named<Schema extends z.ZodType>(id: string, schema: Schema): Schema {
  schemaNames.add(schema, { id });
  return schema;
}

/** Pieces that several resources share. */
export const userParams = z.object({ user: z.string().min(1).max(64).describe('Account name') });

export const time = z.string().describe('RFC 3339, UTC, milliseconds');

export const limit = z.coerce.number().int().min(1).max(500).default(100).describe('Most items of a page');
export const cursor = z.string().optional().describe('`next` of the page before');

/** A moment in a query: RFC 3339 with an offset; becomes milliseconds since the epoch. */
export const moment = (what: string) =>
  z
    .string()
    .refine(
      (text) => z.iso.datetime({ offset: true }).safeParse(text).success,
      'a time of RFC 3339 with its offset, such as 2026-11-21T12:00:00Z',
    )
    .optional()
    .describe(what);

export function millis(text: string | undefined): number | undefined {
  return text === undefined ? undefined : Date.parse(text);
}

export function listOf<Item extends z.ZodType>(item: Item) {
  return z.object({
    items: z.array(item),
    next: z.string().nullable().describe('Cursor of the next page, or null'),
  });
}
