/**
 * How fast captures are read, as ratios of one run on the same files: `node bench/replay.ts [--mb 100] [--large]`.
 * `--large` adds the file of 1 GB. Exit 1 when a goal is missed.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { everyHeader, quick, thorough } from './replay/ours.ts';
import { asteriskManager, stream, streamLarge, yana } from './replay/peers.ts';
import { writeTraffic } from './replay/traffic.ts';

const { values } = parseArgs({
  options: { mb: { type: 'string', default: '100' }, large: { type: 'boolean' } },
});
const bytes = Number(values.mb) * 1e6;
const ROUNDS = 5;
const print = (text: string) => void process.stdout.write(`${text}\n`);

interface Reader {
  readonly name: string;
  readonly read: (path: string) => Promise<number>;
  readonly rates: number[];
}

/** Takes all readers in turn in every round, so that a slow moment of the machine meets all of them. */
async function race(path: string, size: number, readers: readonly Reader[]): Promise<void> {
  for (let round = 0; round <= ROUNDS; round += 1) {
    for (const reader of readers) {
      const begun = performance.now();
      await reader.read(path);
      // The first round is for the compiler.
      if (round > 0) reader.rates.push(size / 1e3 / (performance.now() - begun));
    }
  }
}

const reader = (name: string, read: Reader['read']): Reader => ({ name, read, rates: [] });
function median(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
const rate = ({ rates }: Reader) => median(rates);

let missed = 0;
function goal(text: string, value: number, least: number, unit = 'x'): void {
  const met = value >= least;
  if (!met) missed += 1;
  print(`${met ? 'met   ' : 'MISSED'} ${text}: ${value.toFixed(2)}${unit} (goal ${least}${unit})`);
}

const folder = mkdtempSync(join(tmpdir(), 'sfa-bench-'));
try {
  const mixed = join(folder, 'mixed.amilog');
  const sparse = join(folder, 'sparse.amilog');
  const mix = await writeTraffic(mixed, bytes, { seed: 20261121, skype: 0.3 });
  const thin = await writeTraffic(sparse, bytes, { seed: 20261121, skype: 0.01 });
  print(
    `${(mix.bytes / 1e6).toFixed(0)} MB, ${mix.messages} messages of ${(mix.bytes / mix.messages).toFixed(0)} bytes, ${mix.skype} Skype events (30 %); and ${thin.skype} of ${thin.messages} (1 %)`,
  );

  const library = reader('asterisk-manager 0.2.0, every header', asteriskManager);
  const other = reader('yana 0.3.0, every header', yana);
  const full = reader('ours, every header', everyHeader);
  const all = reader('ours, every header and the events', thorough);
  const found = reader('ours, the events alone (--quick)', quick);
  const plain = reader('createReadStream, 64 KiB, nothing else', stream);
  const large = reader('createReadStream, 1 MiB, nothing else', streamLarge);
  await race(mixed, mix.bytes, [library, other, full, all, found, plain, large]);
  print('\n30 % Skype events                                 MB/s');
  for (const each of [library, other, full, all, found, plain, large])
    print(`${each.name.padEnd(46)} ${rate(each).toFixed(0).padStart(7)}`);

  const sparseFound = reader(found.name, quick);
  const sparsePlain = reader(plain.name, stream);
  const sparseLarge = reader(large.name, streamLarge);
  await race(sparse, thin.bytes, [sparseFound, sparsePlain, sparseLarge]);
  print('\n1 % Skype events                                  MB/s');
  for (const each of [sparseFound, sparsePlain, sparseLarge])
    print(`${each.name.padEnd(46)} ${rate(each).toFixed(0).padStart(7)}`);
  if ((await quick(mixed)) !== mix.skype || (await quick(sparse)) !== thin.skype)
    throw new Error('events were lost');

  print('');
  goal('every header, against asterisk-manager', rate(full) / rate(library), 7);
  goal('events out of 30 %, against asterisk-manager', rate(found) / rate(library), 15);
  goal('events out of 1 %, of mere streaming', (100 * rate(sparseFound)) / rate(sparsePlain), 60, ' %');
  print(
    `       (of streaming in pieces of 1 MiB: ${((100 * rate(sparseFound)) / rate(sparseLarge)).toFixed(0)} %)`,
  );

  print('\npeak memory and time, each in a process of its own');
  const sizes = values.large ? [10, 100, 1000] : [10, 100];
  const peaks = new Map<string, number[]>();
  for (const mb of sizes) {
    const path = join(folder, `${mb}.amilog`);
    await writeTraffic(path, mb * 1e6, { seed: 7, skype: 0.3 });
    for (const name of ['everyHeader', 'quick', 'thorough', 'timeline']) {
      const script = join(import.meta.dirname, 'replay/memory.ts');
      const runs = [1, 2, 3, 4, 5].map(
        () =>
          JSON.parse(execFileSync(process.execPath, [script, name, path], { encoding: 'utf8' })) as {
            ms: number;
            peakMb: number;
          },
      );
      const peak = median(runs.map(({ peakMb }) => peakMb));
      const ms = median(runs.map((run) => run.ms));
      peaks.set(name, [...(peaks.get(name) ?? []), peak]);
      print(
        `${name.padEnd(12)} ${String(mb).padStart(5)} MB ${ms.toFixed(0).padStart(6)} ms ${(ms / mb).toFixed(2).padStart(6)} ms/MB ${peak.toFixed(0).padStart(5)} MB`,
      );
    }
    rmSync(path);
  }
  for (const [name, measured] of peaks) {
    const first = measured[0] ?? Number.NaN;
    goal(
      `${name}: memory of the smallest file, of the largest's`,
      (100 * first) / (measured.at(-1) ?? Number.NaN),
      87,
      ' %',
    );
  }
} finally {
  rmSync(folder, { recursive: true });
}
process.exitCode = missed === 0 ? 0 : 1;
