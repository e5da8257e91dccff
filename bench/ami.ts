/**
 * `npm run bench -- ami [--rounds 3] [--events 300000] [--actions 200000] [--million]`: this project's link
 * beside asterisk-manager and yana, in turns on the same load from another process. Exits with 1 when a
 * target is missed. `--million` asks 1,000,000 things, 256 at once, and checks each answer.
 */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import process from 'node:process';
import { parseArgs, promisify } from 'node:util';
import type { Measured } from './ami/measure.ts';
import { hostileShapes } from './ami/shapes.ts';

const COMPANION = 'companion';
const PEERS = ['asterisk-manager', 'yana'] as const;
const THROUGH = 'companion through asterisk-manager';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '3' },
    events: { type: 'string', default: '300000' },
    actions: { type: 'string', default: '200000' },
    million: { type: 'boolean', default: false },
  },
});
const rounds = Number(values.rounds);
const here = join(import.meta.dirname, 'ami');
const run = promisify(execFile);
const missed: string[] = [];

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

function judge(what: string, good: boolean): void {
  say(`  ${good ? 'reached' : 'MISSED '}  ${what}`);
  if (!good) missed.push(what);
}

const median = (numbers: readonly number[]): number =>
  numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? Number.NaN;

/** Measures in turns, so that whatever else the machine does hits all alike; gives medians. */
async function compare(port: string, mode: string, counts: Readonly<Record<string, number>>) {
  const taken = new Map<string, Measured[]>(Object.keys(counts).map((name) => [name, []]));
  for (let round = 0; round < rounds; round += 1) {
    for (const [name, count] of Object.entries(counts)) {
      const options = ['--no-deprecation', join(here, 'measure.ts'), name, port, mode, String(count)];
      const { stdout } = await run(process.execPath, options, { timeout: 300_000 });
      taken.get(name)?.push(JSON.parse(stdout) as Measured);
    }
  }
  return new Map(
    [...taken].map(([name, all]) => {
      const figures = {
        rate: median(all.map(({ rate }) => rate)),
        lag: median(all.map(({ lagP99Ms }) => lagP99Ms)),
        lost: Math.max(...all.map(({ lost }) => lost)),
        wrong: Math.max(...all.map(({ wrong }) => wrong)),
      };
      const rate = Math.round(figures.rate).toLocaleString('en').padStart(10);
      const lag = figures.lag.toFixed(1).padStart(8);
      say(`  ${name.padEnd(36)}${rate} /s${lag} ms lag p99   lost ${figures.lost}, wrong ${figures.wrong}`);
      return [name, figures] as const;
    }),
  );
}

const server: ChildProcess = spawn(process.execPath, [join(here, 'server.ts')], {
  stdio: ['ignore', 'pipe', 'inherit'],
});
try {
  const [bytes] = (await once(server.stdout ?? server, 'data')) as [Buffer];
  const port = bytes.toString().trim();

  const events = Number(values.events);
  say(`Events delivered, medians of ${rounds} rounds`);
  const flood = await compare(port, 'events', {
    [COMPANION]: events * 4,
    [PEERS[0]]: events,
    [PEERS[1]]: events,
    [THROUGH]: events,
  });
  const [ours, peer] = [flood.get(COMPANION), flood.get(PEERS[0])];
  if (ours && peer) {
    judge(
      `events: ${(ours.rate / peer.rate).toFixed(1)} times asterisk-manager (8)`,
      ours.rate >= 8 * peer.rate,
    );
    judge(`lag: ${(ours.lag / peer.lag).toFixed(2)} of asterisk-manager's (0.33)`, ours.lag * 3 <= peer.lag);
  }

  const actions = Number(values.actions);
  for (const inFlight of ['1', '16', '256']) {
    say(`Actions, ${inFlight} in flight`);
    const count = inFlight === '1' ? Math.ceil(actions / 8) : actions;
    const echo = await compare(port, inFlight, {
      [COMPANION]: count,
      [PEERS[0]]: count,
      [PEERS[1]]: count,
      [THROUGH]: count,
    });
    const [mine, theirs] = [echo.get(COMPANION), echo.get(PEERS[0])];
    if (mine) judge('nothing lost, nothing wrong', mine.lost === 0 && mine.wrong === 0);
    if (inFlight === '256' && mine && theirs) {
      judge(
        `actions: ${(mine.rate / theirs.rate).toFixed(1)} times asterisk-manager (1.8)`,
        mine.rate >= 1.8 * theirs.rate,
      );
    }
  }

  if (values.million) {
    say('1,000,000 actions, 256 in flight, each answer checked');
    const options = [join(here, 'measure.ts'), COMPANION, port, '256', '1000000'];
    const { stdout } = await run(process.execPath, options, { timeout: 300_000 });
    const { rate, lost, wrong, peakMb } = JSON.parse(stdout) as Measured;
    say(`  ${Math.round(rate).toLocaleString('en')} /s, peak ${Math.round(peakMb)} MB`);
    judge(`lost ${lost}, wrong ${wrong}`, lost === 0 && wrong === 0);
  }
} finally {
  server.kill();
}

say('Hostile shapes: milliseconds for a size and for its double');
for (const { shape, chunk, once: single, twice } of hostileShapes()) {
  const label = `${shape}, ${chunk}-byte chunks`;
  say(`  ${label.padEnd(44)}${single.toFixed(0).padStart(6)}${twice.toFixed(0).padStart(6)}`);
  // Linear is 2; the collector and other tenants blur it, a square would be 4.
  judge(`${label}: ${(twice / single).toFixed(1)} times for the double`, twice < 3.2 * single + 20);
}
if (missed.length > 0) process.exitCode = 1;
