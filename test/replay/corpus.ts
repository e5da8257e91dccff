import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { openCaptureFile } from '../../src/ami/capture/open.ts';
import { nameKey } from '../../src/model/skype-name.ts';

/** One capture of the corpus, as `fixtures/ami/index.json` describes it. */
export interface CorpusEntry {
  readonly file: string;
  readonly what: string;
  readonly origin: 'synthetic' | 'authentic';
  /** File with the events that its sender sent. */
  readonly expected: string;
  readonly accounts?: readonly string[];
  readonly unknownBytes?: number;
  readonly badEvents?: number;
}

const HERE = new URL('../../fixtures/ami/', import.meta.url);

export const corpus = JSON.parse(readFileSync(new URL('index.json', HERE), 'utf8')) as readonly CorpusEntry[];

/** The year of the corpus' times that name none. */
export const YEAR = 2026;

export function pathOf({ file }: CorpusEntry): string {
  return fileURLToPath(new URL(file, HERE));
}

export function expectedOf({ expected }: CorpusEntry): unknown[] {
  return JSON.parse(readFileSync(new URL(expected, HERE), 'utf8')) as unknown[];
}

export function isAccountOf({ accounts }: CorpusEntry): ((name: string) => boolean) | null {
  return accounts ? (name) => accounts.some((account) => nameKey(account) === nameKey(name)) : null;
}

/** The bytes of a capture, uncompressed. */
export async function bytesOf(entry: CorpusEntry): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const chunk of (await openCaptureFile(pathOf(entry))).chunks) parts.push(Buffer.from(chunk));
  return Buffer.concat(parts);
}

export async function* inChunks(bytes: Buffer, size = 1 << 16): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}
