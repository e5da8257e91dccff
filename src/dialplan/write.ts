import { randomBytes } from 'node:crypto';
import { type FileHandle, open, realpath, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { CompanionError } from '../model/errors.ts';

/** Read and write for the owner, read for the group: these files hold passwords. */
const NEW_FILE_MODE = 0o640;

export interface WrittenFile {
  readonly path: string;
  readonly bytes: number;
}

/**
 * Writes files into a directory so that a reader finds either the old or the new content of each, also
 * after a power cut. All are written under temporary names first; nothing is replaced before that
 * succeeded for every one. An existing file keeps its mode and owner, and a symbolic link stays one.
 *
 * @throws CompanionError CONFIG_INVALID when the directory is not there; an Error of the file system
 * when it refuses, after which temporary files are gone.
 */
export async function writeFiles(
  directory: string,
  files: readonly { readonly name: string; readonly text: string }[],
): Promise<WrittenFile[]> {
  await assertDirectory(directory);
  const staged: Staged[] = [];
  try {
    for (const file of files) await stage(join(directory, file.name), file.text, staged);
    for (const { temporary, target } of staged) await rename(temporary, target);
  } catch (thrown) {
    await Promise.all(staged.map(({ temporary }) => rm(temporary, { force: true })));
    throw thrown;
  }
  for (const parent of new Set(staged.map(({ target }) => dirname(target)))) await syncDirectory(parent);
  return staged.map(({ path, bytes }) => ({ path, bytes }));
}

interface Staged extends WrittenFile {
  readonly temporary: string;
  readonly target: string;
}

async function assertDirectory(directory: string): Promise<void> {
  const found = await stat(directory).catch(() => null);
  if (found?.isDirectory()) return;
  const what = found === null ? 'there is no such directory' : 'that is no directory';
  throw new CompanionError('CONFIG_INVALID', `--out ${directory}: ${what}; nothing was written`, {
    directory,
  });
}

async function stage(path: string, text: string, staged: Staged[]): Promise<void> {
  // A link is followed, so that the file behind it is replaced and not the link.
  const target = await realpath(path).catch(() => path);
  const existing = await stat(target).catch(() => null);
  const temporary = join(dirname(target), `.${basename(target)}.${randomBytes(6).toString('hex')}.tmp`);
  const content = Buffer.from(text, 'utf8');
  staged.push({ path, bytes: content.length, temporary, target });
  const file = await open(temporary, 'wx', 0o600);
  try {
    await file.writeFile(content);
    if (existing !== null) await keepOwner(file, existing.uid, existing.gid);
    // After the owner: changing that may clear bits of the mode.
    await file.chmod(existing === null ? NEW_FILE_MODE : existing.mode & 0o7777);
    await file.sync();
  } finally {
    await file.close();
  }
}

async function keepOwner(file: FileHandle, uid: number, gid: number): Promise<void> {
  const now = await file.stat();
  if (now.uid !== uid || now.gid !== gid) await file.chown(uid, gid);
}

async function syncDirectory(directory: string): Promise<void> {
  const handle = await open(directory, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
