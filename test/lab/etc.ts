import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { logSize, readLog, restart } from '../../lab/asterisk.ts';
import { lab } from './helpers.ts';

/** The laboratory's configuration directory, to be put back as it was. */
export interface LabEtc {
  readonly directory: string;
  read(name: string): string;
  write(name: string, text: string): void;
  remove(name: string): void;
  /** Puts all files back as they were, and starts Asterisk anew with them. */
  restore(): Promise<void>;
}

/** Borrows the configuration directory; call `restore` when done. */
export async function borrowEtc(): Promise<LabEtc> {
  const { etcDir: directory } = await lab();
  const path = (name: string) => join(directory, name);
  const files = () =>
    readdirSync(directory, { withFileTypes: true }).flatMap((entry) => (entry.isFile() ? [entry.name] : []));
  const before = new Map(files().map((name) => [name, readFileSync(path(name))]));
  return {
    directory,
    read: (name) => readFileSync(path(name), 'utf8'),
    write: (name, text) => writeFileSync(path(name), text),
    remove: (name) => rmSync(path(name), { force: true }),
    async restore() {
      rmSync(path('.sfa'), { recursive: true, force: true });
      for (const name of files()) if (!before.has(name)) rmSync(path(name));
      for (const [name, bytes] of before) writeFileSync(path(name), bytes);
      await restart();
    },
  };
}

/** Warnings and errors that Asterisk logs about our files meanwhile. */
export async function complaintsDuring(work: () => Promise<void>): Promise<string[]> {
  const from = await logSize();
  await work();
  const lines = (await readLog(from)).split('\n');
  return lines.filter((line) => /WARNING|ERROR/.test(line) && /skype/i.test(line));
}
