import { randomUUID } from 'node:crypto';
import { lstat, mkdir, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { CompanionError, messageOf } from '../../model/errors.ts';
import { NEW_FILE_MODE, type OwnerAndMode, syncDirectory, writeDurably } from './durable.ts';
import type { FileChange } from './file-plan.ts';
import { DirectoryLock } from './lock.ts';
import { assertDirectory, readDeployed } from './read-deployed.ts';

/** Where a deployment keeps its marker, backups and lock, inside the target directory. */
const STATE = '.sfa';
const MARKER = 'deployment.json';
/** In each backup: which files it is about. */
const MANIFEST = 'files.json';
const KEPT_BACKUPS = 5;
/** A set that is being written; becomes a backup when the PBX has taken it. */
const WORK = 'work-';
const BACKUP = 'backup-';

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

/** The files as they were before a finished deployment. */
export interface Backup {
  /** Begins with the time, `2026-11-21T07-14-03-123Z`. */
  readonly id: string;
  readonly files: readonly FileChange[];
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
    await assertDirectory(directory);
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

  /** Replaces or removes the files, all of them; the old ones are kept for {@link undo} and rollback. */
  async write(files: readonly FileChange[]): Promise<void> {
    for (const { name } of files) await this.#refuseLink(name);
    // Asterisk's own user reads what lies in its directory, also where root writes it.
    const { uid, gid } = await stat(this.#directory);
    const home: OwnerAndMode = { uid, gid, mode: NEW_FILE_MODE, wished: true };
    const id = `${new Date().toISOString().replace(/[:.]/g, '-')}-${randomUUID().slice(0, 8)}`;
    const fresh = join(this.#work(id), 'new');
    const old = join(this.#work(id), 'old');
    await mkdir(fresh, { recursive: true, mode: 0o700 });
    await mkdir(old, { mode: 0o700 });
    const marked: MarkedFile[] = [];
    for (const { name, text } of files) {
      this.#onStep(`stage ${name}`);
      const before = await this.#backUp(name, join(old, name));
      if (text !== null) await writeDurably(join(fresh, name), text, before ?? home);
      marked.push({ name, existed: before !== null });
    }
    await writeDurably(join(this.#work(id), MANIFEST), `${JSON.stringify(marked, null, 2)}\n`, null);
    await syncDirectory(old);
    await syncDirectory(fresh);
    await this.#mark({ id, phase: 'writing', files: marked });
    for (const { name, text } of files) {
      this.#onStep(`replace ${name}`);
      const target = join(this.#directory, name);
      if (text === null) await rm(target, { force: true });
      else await rename(join(fresh, name), target);
    }
    await syncDirectory(this.#directory);
    await this.#mark({ id, phase: 'written', files: marked });
  }

  /** Puts the old files back. */
  async undo(): Promise<void> {
    const marker = this.#marker;
    if (marker === null) return;
    if (marker.phase === 'written') await this.#mark({ ...marker, phase: 'writing' });
    const kept = await this.#keptBy(marker.id);
    for (const { name, existed } of marker.files) {
      this.#onStep(`restore ${name}`);
      const target = join(this.#directory, name);
      if (existed) {
        const old = join(kept, 'old', name);
        const facts = await stat(old);
        const copy = `${target}.sfa-restore`;
        await rm(copy, { force: true });
        await writeDurably(copy, await readFile(old, 'utf8'), facts);
        await rename(copy, target);
      } else {
        await rm(target, { force: true });
      }
    }
    await syncDirectory(this.#directory);
    await this.#unmark();
    await rm(kept, { recursive: true, force: true });
  }

  /** The PBX has taken the files: the marker goes, the backup stays for a rollback. */
  async finish(): Promise<void> {
    const marker = this.#marker;
    if (marker === null) return;
    this.#onStep('keep the backup');
    const kept = await this.#keptBy(marker.id);
    await rm(join(kept, 'new'), { recursive: true, force: true });
    await rename(kept, join(this.#state, BACKUP + marker.id));
    // Last: a run that ends before has a marker, and the next one comes here again.
    await this.#unmark();
    const backups = await this.#directories(BACKUP);
    for (const name of backups.slice(0, -KEPT_BACKUPS)) {
      await rm(join(this.#state, name), { recursive: true, force: true });
    }
  }

  /** The sets of files that can be gone back to, the last one first. */
  async backups(): Promise<Backup[]> {
    const names = (await this.#directories(BACKUP)).reverse();
    return Promise.all(names.map((name) => this.#backup(name)));
  }

  /** Lets the next run in. */
  async close(): Promise<void> {
    await this.#lock.release();
  }

  #work(id: string): string {
    return join(this.#state, WORK + id);
  }

  /** Where a deployment's old files lie: until its very end among the unfinished ones. */
  async #keptBy(id: string): Promise<string> {
    const found = await stat(this.#work(id)).catch(() => null);
    return found === null ? join(this.#state, BACKUP + id) : this.#work(id);
  }

  async #backup(name: string): Promise<Backup> {
    const directory = join(this.#state, name);
    const marked = JSON.parse(await readFile(join(directory, MANIFEST), 'utf8')) as MarkedFile[];
    const files = marked.map(async (file): Promise<FileChange> => {
      const text = file.existed ? await readFile(join(directory, 'old', file.name), 'utf8') : null;
      return { name: file.name, text };
    });
    return { id: name.slice(BACKUP.length), files: await Promise.all(files) };
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

  /** Replacing a link would leave the file behind it as it is, for others to find. */
  async #refuseLink(name: string): Promise<void> {
    const path = join(this.#directory, name);
    const found = await lstat(path).catch(() => null);
    if (!found?.isSymbolicLink()) return;
    const allowed = 'a file; point --target at the directory that the link leads to';
    throw new CompanionError('CONFIG_INVALID', `${path}: found a symbolic link, allowed is ${allowed}`);
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

/** Whether a run of a directory ended half-way, and where; null when none did. */
export async function unfinishedIn(directory: string): Promise<Phase | null> {
  return (await readMarker(join(directory, STATE, MARKER)))?.phase ?? null;
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
