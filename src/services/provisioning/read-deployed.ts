import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { CompanionError } from '../../model/errors.ts';

/** Reads deployed files of a directory; null where there is none. */
export function readDeployed(directory: string): (name: string) => Promise<string | null> {
  return (name) =>
    readFile(join(directory, name), 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return null;
      throw error;
    });
}

/** @throws CompanionError `CONFIG_INVALID` when there is no such directory. */
export async function assertDirectory(directory: string): Promise<void> {
  const found = await stat(directory).catch(() => null);
  if (found?.isDirectory()) return;
  throw new CompanionError('CONFIG_INVALID', `${directory}: there is no such directory`, { directory });
}
