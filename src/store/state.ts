import { join } from 'node:path';
import type { Store } from './port.ts';
import { openSqliteStore } from './sqlite/open.ts';

/** Opens the database of a service's state directory. @throws CompanionError `INTERNAL` when it cannot be opened. */
export function openStore(stateDir: string): Promise<Store> {
  return openSqliteStore(join(stateDir, 'sfa.sqlite'));
}
