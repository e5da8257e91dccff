import { randomUUID } from 'node:crypto';
import { mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { CompanionError, messageOf } from '../../model/errors.ts';
import type { DesiredFile } from './file-plan.ts';
import { DirectoryLock } from './lock.ts';
import { readDeployed } from './read-deployed.ts';

/** Where a deployment keeps its marker, backups and lock, inside the target directory. */
const STATE = '.sfa';
const MARKER = 'deployment.json';
const KEPT_BACKUPS = 5;
/** A set that is being written; becomes a backup when the PBX has taken it. */
const WORK = 'work-';
const BACKUP = 'backup-';
/** Passwords: read and write for the owner, read for the group. */
const NEW_FILE_MODE = 0o640;

/**
 * `writing`: some files may be new already; the next run puts the old ones back. `written`: all files are
 * new, but the PBX may not have taken them.
 */
type Phase = 'writing' | 'written';

interface Marker {
  readonly id: string;
  readonly phase: Phase;
  readonly files: readonly MarkedFile[];
}

interface MarkedFile {
  readonly name: string;
  /** False where there was no such file before: undoing removes it. */
  readonly existed: boolean;
}

/** What an earlier run left behind when it was ended in the middle. */
export type Recovery = 'none' | 'undone' | 'written';

/** Told before each step; a test ends the process here. */
export type OnStep = (step: string) => void;

/**
 * The files of one target directory, changed as a set: whenever the process is ended, by `kill -9` or a
 * power cut, the directory holds the old or the new set, or a marker by which the next run undoes the
 * mixture.
 */
export class Deployment {
  readonly #directory: string;
  readonly #state: string;
  readonly #lock: DirectoryLock;
  readonly #onStep: OnStep;
  #marker: Marker | null;

  private constructor(directory: string, lock: DirectoryLock, marker: Marker | null, onStep: OnStep) {
    this.#directory = directory;
    this.#state = join(directory, STATE);
    this.#lock = lock;
    this.#marker = marker;
    this.#onStep = onStep;
  }

  /**
   * Takes the directory for itself.
   *
   * @throws CompanionError `CONFIG_INVALID` when it is not there or another run holds it.
   */
  static async open(directory: string, onStep: OnStep = () => {}): Promise<Deployment> {
    const found = await stat(directory).catch(() => null);
    if (!found?.isDirectory()) {
      throw new CompanionError('CONFIG_INVALID', `${directory}: there is no such directory`, { directory });
    }
    const state = join(directory, STATE);
    await mkdir(state, { recursive: true, mode: 0o700 });
    const lock = await DirectoryLock.take(state, directory);
    return new Deployment(directory, lock, await readMarker(join(state, MARKER)), onStep);
  }

  /** Ends what an earlier run left unfinished: a half-written set is undone. */
  async recover(): Promise<Recovery> {
    if (this.#marker === null) {
      // Staged by a run that ended before it touched a file.
      for (const name of await this.#directories(WORK)) {
        await rm(join(this.#state, name), { recursive: true, force: true });
      }
      return 'none';
    }
    if (this.#marker.phase === 'written') return 'written';
    await this.undo();
    return 'undone';
  }

  /** The text of a deployed file, or null. */
  read(name: string): Promise<string | null> {
    return readDeployed(this.#directory)(name);
  }

  /** Replaces the files by new ones, all of them; the old ones are kept for {@link undo} and rollback. */
  async write(files: readonly DesiredFile[]): Promise<void> {
    const id = `${new Date().toISOString().replace(/[:.]/g, '-')}-${randomUUID().slice(0, 8)}`;
    const fresh = join(this.#work(id), 'new');
    const old = join(this.#work(id), 'old');
    await mkdir(fresh, { recursive: true, mode: 0o700 });
    await mkdir(old, { mode: 0o700 });
    const marked: MarkedFile[] = [];
    for (const { name, text } of files) {
      this.#onStep(`stage ${name}`);
      const before = await this.#backUp(name, join(old, name));
      await writeDurably(join(fresh, name), text, before);
      marked.push({ name, existed: before !== null });
    }
    await syncDirectory(old);
    await syncDirectory(fresh);
    await this.#mark({ id, phase: 'writing', files: marked });
    for (const { name } of marked) {
      this.#onStep(`replace ${name}`);
      await rename(join(fresh, name), join(this.#directory, name));
    }
    await syncDirectory(this.#directory);
    await this.#mark({ id, phase: 'written', files: marked });
  }

  /** Puts the old files back. */
  async undo(): Promise<void> {
    const marker = this.#marker;
    if (marker === null) return;
    if (marker.phase === 'written') await this.#mark({ ...marker, phase: 'writing' });
    for (const { name, existed } of marker.files) {
      this.#onStep(`restore ${name}`);
      const target = join(this.#directory, name);
      if (existed) {
        const kept = join(this.#work(marker.id), 'old', name);
        const facts = await stat(kept);
        const copy = `${target}.sfa-restore`;
        await rm(copy, { force: true });
        await writeDurably(copy, await readFile(kept, 'utf8'), facts);
        await rename(copy, target);
      } else {
        await rm(target, { force: true });
      }
    }
    await syncDirectory(this.#directory);
    await this.#unmark();
    await rm(this.#work(marker.id), { recursive: true, force: true });
  }

  /** The PBX has taken the files: the marker goes, the backup stays for a rollback. */
  async finish(): Promise<void> {
    const marker = this.#marker;
    if (marker === null) return;
    await this.#unmark();
    const work = this.#work(marker.id);
    await rm(join(work, 'new'), { recursive: true, force: true });
    await rename(work, join(this.#state, BACKUP + marker.id));
    const backups = await this.#backups();
    for (const id of backups.slice(0, -KEPT_BACKUPS)) {
      await rm(join(this.#state, id), { recursive: true, force: true });
    }
  }

  /** The files as they were before the last finished deployment; null when there is no backup. */
  async previous(): Promise<{ id: string; files: DesiredFile[] } | null> {
    const id = (await this.#backups()).at(-1);
    if (id === undefined) return null;
    const old = join(this.#state, id, 'old');
    const names = await readdir(old);
    const files = await Promise.all(
      names.sort().map(async (name) => ({ name, text: await readFile(join(old, name), 'utf8') })),
    );
    return { id, files };
  }

  /** Forgets a backup that a rollback has used. */
  async discard(id: string): Promise<void> {
    await rm(join(this.#state, id), { recursive: true, force: true });
  }

  /** Lets the next run in. */
  async close(): Promise<void> {
    await this.#lock.release();
  }

  #work(id: string): string {
    return join(this.#state, WORK + id);
  }

  #backups(): Promise<string[]> {
    return this.#directories(BACKUP);
  }

  async #directories(start: string): Promise<string[]> {
    const entries = await readdir(this.#state, { withFileTypes: true });
    return entries.flatMap(({ name }) => (name.startsWith(start) ? [name] : [])).sort();
  }

  async #backUp(name: string, path: string): Promise<OwnerAndMode | null> {
    const text = await this.read(name);
    if (text === null) return null;
    const facts = await stat(join(this.#directory, name));
    await writeDurably(path, text, facts);
    return facts;
  }

  async #mark(marker: Marker): Promise<void> {
    this.#onStep(`mark ${marker.phase}`);
    const path = join(this.#state, MARKER);
    await rm(`${path}.tmp`, { force: true });
    await writeDurably(`${path}.tmp`, `${JSON.stringify(marker, null, 2)}\n`, null);
    await rename(`${path}.tmp`, path);
    await syncDirectory(this.#state);
    this.#marker = marker;
  }

  async #unmark(): Promise<void> {
    this.#onStep('unmark');
    await rm(join(this.#state, MARKER), { force: true });
    await syncDirectory(this.#state);
    this.#marker = null;
  }
}

interface OwnerAndMode {
  readonly uid: number;
  readonly gid: number;
  readonly mode: number;
}

/** On the disk when it returns; owner and mode are those of the file that it stands for. */
async function writeDurably(path: string, text: string, like: OwnerAndMode | null): Promise<void> {
  const file = await open(path, 'wx', 0o600);
  try {
    await file.writeFile(text);
    if (like !== null) {
      const now = await file.stat();
      if (now.uid !== like.uid || now.gid !== like.gid) await file.chown(like.uid, like.gid);
    }
    await file.chmod(like === null ? NEW_FILE_MODE : like.mode & 0o7777);
    await file.sync();
  } finally {
    await file.close();
  }
}

async function syncDirectory(path: string): Promise<void> {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function readMarker(path: string): Promise<Marker | null> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as Marker;
  } catch (thrown) {
    if (thrown instanceof Error && 'code' in thrown && thrown.code === 'ENOENT') return null;
    throw new CompanionError(
      'CONFIG_INVALID',
      `${path}: found a marker that cannot be read: ${messageOf(thrown)}`,
    );
  }
}
