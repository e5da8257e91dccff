import { randomUUID } from 'node:crypto';
import { link, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { CompanionError } from '../../model/errors.ts';

/** Generations: the highest number is the one that counts. */
const NAME = /^lock-(\d+)$/;
const ATTEMPTS = 10;

type Seen = () => Promise<void>;

/** Who holds a generation; null when it was given back. */
interface Owner {
  readonly pid: number;
  /** When the process began, by the kernel's clock: a pid alone may be somebody else's by now. */
  readonly began: string | null;
}

/**
 * A directory's lock, for one run at a time. One that was left by a dead process (`kill -9`, power cut) is
 * taken over by exactly one of those who try: a generation is never reused, only followed by the next
 * number, which the file system gives to one of them.
 */
export class DirectoryLock {
  readonly #directory: string;
  readonly #name: string;

  private constructor(directory: string, name: string) {
    this.#directory = directory;
    this.#name = name;
  }

  /**
   * @param directory where the lock lies; it has to exist.
   * @param of what is locked, for the message.
   * @param seen awaited when the last owner was found to be gone; a test lets others come first here.
   * @throws CompanionError `CONFIG_INVALID` while another run holds it.
   */
  static async take(directory: string, of: string, seen: Seen = async () => {}): Promise<DirectoryLock> {
    const own = join(directory, `taking-${randomUUID()}`);
    await writeOwner(own, { pid: process.pid, began: await beginOf(process.pid) });
    try {
      for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
        const last = (await generations(directory)).at(-1) ?? 0;
        const owner = last === 0 ? null : await ownerOf(join(directory, nameOf(last)));
        if (owner !== null && (await isAlive(owner))) throw held(of, owner);
        await seen();
        const name = nameOf(last + 1);
        if (!(await linked(own, join(directory, name)))) continue;
        // Who read the directory long ago may have got a number behind which the count went on already.
        const now = await generations(directory);
        if (now.at(-1) !== last + 1) {
          await rm(join(directory, name), { force: true });
          continue;
        }
        for (const older of now.slice(0, -1)) await rm(join(directory, nameOf(older)), { force: true });
        return new DirectoryLock(directory, name);
      }
    } finally {
      await rm(own, { force: true });
    }
    throw new CompanionError('CONFIG_INVALID', `${of}: other runs keep changing these files`, {
      directory: of,
    });
  }

  /** Gives it back; the generation stays, so that its number is not used again. */
  async release(): Promise<void> {
    const path = join(this.#directory, `taking-${randomUUID()}`);
    await writeOwner(path, null);
    await rename(path, join(this.#directory, this.#name));
  }
}

function nameOf(generation: number): string {
  return `lock-${generation}`;
}

async function generations(directory: string): Promise<number[]> {
  const names = await readdir(directory);
  return names
    .flatMap((name) => {
      const number = NAME.exec(name)?.[1];
      return number === undefined ? [] : [Number(number)];
    })
    .sort((a, b) => a - b);
}

/** Whether the file got its second name: false when somebody else had it first. */
async function linked(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to);
    return true;
  } catch (thrown) {
    if (thrown instanceof Error && 'code' in thrown && thrown.code === 'EEXIST') return false;
    throw thrown;
  }
}

async function writeOwner(path: string, owner: Owner | null): Promise<void> {
  const file = await open(path, 'wx', 0o600);
  try {
    await file.writeFile(`${JSON.stringify(owner)}\n`);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** The owner of a generation; null when it was given back, or is gone since a later one was taken. */
async function ownerOf(path: string): Promise<Owner | null> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as Owner | null;
  } catch (thrown) {
    if (thrown instanceof Error && 'code' in thrown && thrown.code === 'ENOENT') return null;
    throw thrown;
  }
}

async function isAlive({ pid, began }: Owner): Promise<boolean> {
  try {
    process.kill(pid, 0);
  } catch (thrown) {
    // Another user's process cannot be signalled, but lives.
    if (!(thrown instanceof Error && 'code' in thrown && thrown.code === 'EPERM')) return false;
  }
  const now = await beginOf(pid);
  return began === null || now === null || began === now;
}

/** The start of a process in the kernel's ticks since boot; null where the system does not tell. */
async function beginOf(pid: number): Promise<string | null> {
  try {
    // The name in brackets may hold blanks and brackets itself; the 22nd field is the start.
    const text = await readFile(`/proc/${pid}/stat`, 'utf8');
    return text.slice(text.lastIndexOf(')') + 2).split(' ')[19] ?? null;
  } catch {
    return null;
  }
}

function held(of: string, { pid }: Owner): CompanionError {
  return new CompanionError(
    'CONFIG_INVALID',
    `${of}: another run (process ${pid}) is changing these files; wait until it has ended`,
    { directory: of, pid },
  );
}
