import { createHash } from 'node:crypto';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import process from 'node:process';

/** The folder of this laboratory in the checkout. */
export const LAB_DIR = import.meta.dirname;
/** The checkout that the laboratory belongs to. */
export const CHECKOUT = resolve(LAB_DIR, '..');
/** Where a running laboratory leaves its facts; ignored by git. */
export const RUN_DIR = join(LAB_DIR, '.run');
export const FACTS_FILE = join(RUN_DIR, 'lab.json');

// biome-ignore lint/style/noProcessEnv: the one place of the laboratory that reads it
const env = process.env;

/** Where Asterisk is installed, once for all checkouts of a user. */
export const LAB_HOME =
  env['SFA_LAB_HOME'] ||
  join(env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'chan-skype-companion', 'lab');

/** A mirror of Debian that goes before the one that apt on this machine uses. */
export const MIRROR = env['SFA_LAB_MIRROR'];
/** The Debian suite that carries Asterisk 22. */
export const SUITE = env['SFA_LAB_SUITE'] || 'sid';

/** Tells the instances of several checkouts apart. */
export const INSTANCE = createHash('sha256').update(CHECKOUT).digest('hex').slice(0, 12);

/** A reason why the laboratory cannot run, worth one line and no stack. */
export class LabError extends Error {
  override readonly name = 'LabError';
}

/** Tells a human what is going on; results go to standard output. */
export function progress(text: string): void {
  process.stderr.write(`lab: ${text}\n`);
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Whether an error of the file system says that something is not there. */
export function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}
