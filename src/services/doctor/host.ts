import { constants } from 'node:fs';
import { access, stat, statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { messageOf } from '../../model/errors.ts';
import { type Finding, fine, wrong } from './findings.ts';

/** Free bytes below which a warning is due, and below which the service could not go on. */
const LOW_BYTES = 512 * 1024 * 1024;
const NO_BYTES = 16 * 1024 * 1024;
const OTHERS = 0o007;

/** Looks at the machine that the service runs on: its directory and its disk. */
export async function checkHost(stateDir: string): Promise<Finding[]> {
  const found = await stat(stateDir).catch(() => null);
  // Made at the first start, if the directory around it allows.
  const at = found === null ? dirname(stateDir) : stateDir;
  try {
    await access(at, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (thrown) {
    return [wrong('SFA310', null, `${at} cannot be written: ${messageOf(thrown)}`)];
  }
  if (found !== null && !found.isDirectory()) return [wrong('SFA310', null, `${stateDir} is no directory`)];
  return [
    fine('SFA310', null),
    ...(found === null ? [] : [privacyOf(stateDir, found.mode)]),
    await roomOn(at),
  ];
}

function privacyOf(stateDir: string, mode: number): Finding {
  if ((mode & OTHERS) === 0) return fine('SFA311', null);
  return wrong(
    'SFA311',
    null,
    `${stateDir} has mode ${modeOf(mode)}: everybody on this host may look into it`,
  );
}

async function roomOn(path: string): Promise<Finding> {
  const { bavail, bsize } = await statfs(path);
  const free = bavail * bsize;
  const text = `${Math.floor(free / 1024 / 1024)} MiB free below ${path}`;
  if (free >= LOW_BYTES) return fine('SFA312', null, text);
  return wrong('SFA312', null, text, { severity: free < NO_BYTES ? 'error' : 'warning' });
}

/** `0640`. */
export function modeOf(mode: number): string {
  return (mode & 0o7777).toString(8).padStart(4, '0');
}
