/** Reading what a PBX sent: nothing is assumed about its shape, and nothing here throws. */
export type Fields = Readonly<Record<string, unknown>>;

/** The fields of an object; none for everything that is no object. */
export function fieldsOf(value: unknown): Fields {
  return typeof value === 'object' && value !== null ? (value as Fields) : {};
}

/** The value when it is a text, else an empty text. */
export function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** The value when it is a number, else null. */
export function numberOf(value: unknown): number | null {
  return typeof value === 'number' ? value : null;
}

/** The items of a list; none for everything that is no list. */
export function itemsOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
