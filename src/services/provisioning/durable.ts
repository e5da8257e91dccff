import { type FileHandle, open } from 'node:fs/promises';
import { basename } from 'node:path';
import { CompanionError } from '../../model/errors.ts';

/** Passwords: read and write for the owner, read for the group. */
export const NEW_FILE_MODE = 0o640;

export interface OwnerAndMode {
  readonly uid: number;
  readonly gid: number;
  readonly mode: number;
  /** The owner is wished for only: a file that cannot be given away stays ours. */
  readonly wished?: true;
}

/**
 * Makes a file that is on the disk when this returns.
 *
 * @param like whose owner and mode it gets; our own and {@link NEW_FILE_MODE} when null.
 * @throws CompanionError `CONFIG_INVALID` when an owner that is not merely wished for cannot be kept.
 */
export async function writeDurably(path: string, text: string, like: OwnerAndMode | null): Promise<void> {
  const file = await open(path, 'wx', 0o600);
  try {
    await file.writeFile(text);
    if (like !== null) await giveTo(file, path, like);
    // After the owner: changing that may clear bits of the mode.
    await file.chmod(like === null ? NEW_FILE_MODE : like.mode & 0o7777);
    await file.sync();
  } finally {
    await file.close();
  }
}

async function giveTo(file: FileHandle, path: string, { uid, gid, wished }: OwnerAndMode): Promise<void> {
  const now = await file.stat();
  if (now.uid === uid && now.gid === gid) return;
  try {
    await file.chown(uid, gid);
  } catch (thrown) {
    if (!(thrown instanceof Error && 'code' in thrown && thrown.code === 'EPERM')) throw thrown;
    if (wished) return;
    throw new CompanionError(
      'CONFIG_INVALID',
      `${basename(path)}: the owner of the deployed file (${uid}:${gid}) cannot be kept; run it as root or as that user`,
    );
  }
}

/** New and removed names of a directory are on the disk when this returns. */
export async function syncDirectory(path: string): Promise<void> {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
