/** A value as SQLite takes and gives it. */
export type SqlValue = string | number | null;

/** A statement that was compiled once; it belongs to the one connection that writes. */
export interface Prepared {
  run(...values: readonly SqlValue[]): {
    readonly changes: number;
    readonly lastInsertRowid: number | bigint;
  };
  get(...values: readonly SqlValue[]): unknown;
}

export type Prepare = (sql: string) => Prepared;
