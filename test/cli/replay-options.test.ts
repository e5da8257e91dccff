import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { runCli } from '../../src/cli/program.ts';
import { Progress } from '../../src/cli/replay/progress.ts';
import { replayCommand } from '../../src/cli/replay.ts';
import { recordingTerminal } from '../helpers/terminal.ts';

const CAPTURE = new URL('../../fixtures/ami/iso-lines.amilog', import.meta.url).pathname;
const MAIN = join(import.meta.dirname, '../../src/cli/main.ts');

async function sfa(...args: string[]) {
  const terminal = recordingTerminal();
  const code = await runCli(['replay', CAPTURE, ...args], terminal, [replayCommand]);
  return { code, stdout: terminal.stdout(), stderr: terminal.stderr() };
}

/** The events that pass, as `TIME TYPE PERSON` without the date. */
async function shown(...args: string[]): Promise<string[]> {
  const { stdout } = await sfa('--json', ...args);
  const lines = stdout.split('\n').filter((line) => line !== '');
  return lines.map((line) => {
    const { at, type, buddy, peer, user } = JSON.parse(line) as Record<string, string>;
    return `${at?.slice(17, 23)} ${type} ${buddy ?? peer ?? user}`;
  });
}

/** As the file itself says it. */
const ALL = [
  '08.600 account.status james_bond',
  '09.850 buddy.status austin_powers',
  '12.350 buddy.status live:dr.evil',
  '13.600 chat austin_powers',
  '14.850 chat austin_powers',
  '16.100 chat live:dr.evil',
  '17.350 buddy.status +12564286000',
  '18.600 chat austin_powers',
  '19.850 account.status james_bond',
];

describe('filters of sfa replay', () => {
  it.each<[string[], number[]]>([
    [[], [0, 1, 2, 3, 4, 5, 6, 7, 8]],
    [
      ['--buddy', 'Austin_Powers'],
      [1, 3, 4, 7],
    ],
    [
      ['--buddy', 'austin_powers', '--buddy', '+12564286000'],
      [1, 3, 4, 6, 7],
    ],
    [
      ['--from', '2026-11-21T02:39:16.100Z'],
      [5, 6, 7, 8],
    ],
    [
      ['--to', '2026-11-21T02:39:09.850Z'],
      [0, 1],
    ],
    [
      ['--from', '2026-11-21T03:39:12+01:00', '--to', '2026-11-21T02:39:14Z'],
      [2, 3],
    ],
    [['--text', 'kÖLN'], [4]],
    [
      ['--text', 'YEAH'],
      [3, 7],
    ],
    [['--text', 'yeah', '--from', '2026-11-21T02:39:15Z', '--buddy', 'austin_powers'], [7]],
    [['--kind', 'buddy', '--buddy', 'live:dr.evil'], [2]],
    [['--text', 'nobody said that'], []],
  ])('%j', async (args, expected) => {
    expect(await shown(...args)).toEqual(expected.map((index) => ALL[index]));
  });

  it('refuses a time that is none, with what is allowed', async () => {
    for (const option of ['--from', '--to']) {
      expect(await sfa(option, 'yesterday')).toMatchObject({
        code: 1,
        stderr: expect.stringMatching(new RegExp(`${option}: "yesterday"`)),
      });
    }
  });
});

describe('sfa replay - reads standard input', () => {
  const bytes = readFileSync(CAPTURE);
  it.each([
    ['plain', bytes],
    ['gzip', gzipSync(bytes)],
    ['Zstandard', zstdCompressSync(bytes)],
    ['UTF-16, as PowerShell pipes it', Buffer.from(`\ufeff${bytes.toString('utf8')}`, 'utf16le')],
  ])('%s', async (_name, input) => {
    const child = spawn(process.execPath, [MAIN, 'replay', '-', '--kind', 'chat', '--json'], {
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    let out = '';
    let err = '';
    child.stdout.on('data', (chunk) => {
      out += chunk;
    });
    child.stderr.on('data', (chunk) => {
      err += chunk;
    });
    child.stdin.end(input);
    const [code] = await once(child, 'close');
    expect([code, out.trimEnd().split('\n').length]).toEqual([0, 4]);
    expect(err).toContain('9 Skype events');
    // No terminal: no line that is written over.
    expect(err).not.toContain('\r');
  });
});

describe('the progress line', () => {
  function progressOf(size: number | null) {
    let now = 0;
    const written: string[] = [];
    const progress = new Progress(
      size,
      (text) => written.push(text),
      () => now,
    );
    const at = (millis: number, bytes: number) => {
      now = millis;
      progress.at(bytes);
    };
    return { written, at, end: () => progress.end() };
  }

  it('comes after a second, then five times a second, and goes at the end', () => {
    const { written, at, end } = progressOf(400e6);
    at(500, 50e6);
    at(999, 99e6);
    expect(written).toEqual([]);
    at(1000, 100e6);
    at(1100, 110e6);
    at(1200, 130e6);
    expect(written).toEqual(['\r100 MB (25 %), 100 MB/s \u001b[K', '\r130 MB (32 %), 108 MB/s \u001b[K']);
    end();
    expect(written.at(-1)).toBe('\r\u001b[K');
  });

  it('has no share where nobody knows the size, and says nothing of short inputs', () => {
    const piped = progressOf(null);
    piped.at(2000, 1e6);
    expect(piped.written).toEqual(['\r1 MB, 1 MB/s \u001b[K']);
    const short = progressOf(10);
    short.at(10, 10);
    short.end();
    expect(short.written).toEqual([]);
  });
});
