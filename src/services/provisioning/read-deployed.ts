import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Reads deployed files of a directory; null where there is none. */
export function readDeployed(directory: string): (name: string) => Promise<string | null> {
  return (name) =>
    readFile(join(directory, name), 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return null;
      throw error;
    });
}
