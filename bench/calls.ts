/**
 * `npm run bench -- calls [--lab lab.json] [--seconds N]`: cycles of setting a call up and taking it down, through our
 * API and with bare kept-alive HTTP on the same PBX in the same run, one at a time and eight; then 200 calls
 * alive on the simulated PBX, and how late an event about one of them comes.
 */
import { type ChildProcess, execFileSync, fork } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { BareAri } from './calls/bare.ts';
import { OurApi } from './calls/ours.ts';
import { LABORATORY, type Target } from './calls/target.ts';

/** Turns, so that both see the same moods of the machine; long enough that the first moments count little. */
const TURN_SECONDS = 5;
const ALIVE = 200;
/** A service runs for months: its code is compiled by then. */
const WARM_UP_SECONDS = { ours: 20, bare: 5 };
const { values } = parseArgs({ options: { lab: { type: 'string' }, seconds: { type: 'string' } } });
const seconds = Number(values.seconds ?? 30);
const print = (text: string) => process.stdout.write(`${text}\n`);
const children: ChildProcess[] = [];
const start = async <Facts>(
  file: string,
  ...args: string[]
): Promise<{ child: ChildProcess; facts: Facts }> => {
  const child = fork(join(import.meta.dirname, 'calls', file), args);
  children.push(child);
  return { child, facts: ((await once(child, 'message')) as [Facts])[0] };
};

try {
  const simulated = await start<Target>('pbx.ts');
  const target = values.lab === undefined ? simulated.facts : laboratory(values.lab);
  await compare(target);
  await alive(simulated.facts, simulated.child);
} finally {
  for (const child of children) child.kill();
}

/** The laboratory, whose people answer at once: else their 200 ms would hide everything. */
function laboratory(file: string): Target {
  const facts = JSON.parse(readFileSync(file, 'utf8')) as Pick<Target, 'ami' | 'ari'> & { cli: string[] };
  const { ami, ari } = facts;
  const [command = '', ...words] = facts.cli;
  for (const order of ['answer 0', 'licenses 100']) execFileSync(command, [...words, `skype lab ${order}`]);
  return { name: 'real Asterisk', ami, ari, ...LABORATORY };
}

async function service(target: Target): Promise<{ api: OurApi; stop(): Promise<void> }> {
  const { child, facts } = await start<{ url: string; token: string }>('server.ts', JSON.stringify(target));
  const api = new OurApi(facts.url, facts.token);
  await api.open();
  return {
    api,
    async stop() {
      api.close();
      const ended = once(child, 'exit');
      child.send('stop');
      await ended;
    },
  };
}

/** Ours and bare take turns, so that neither has the better minute of the machine. */
async function compare(target: Target): Promise<void> {
  const { api, stop } = await service(target);
  const bare = new BareAri(target, 'sfabare');
  await bare.open();
  const ours = async () => api.end(await api.begin(target));
  await rate(8, WARM_UP_SECONDS.ours, ours);
  await rate(8, WARM_UP_SECONDS.bare, () => bare.cycle());
  for (const atOnce of [1, 8]) {
    const rounds: { ours: number; bare: number }[] = [];
    for (let spent = 0; spent < seconds; spent += TURN_SECONDS) {
      rounds.push({
        bare: await rate(atOnce, TURN_SECONDS, () => bare.cycle()),
        ours: await rate(atOnce, TURN_SECONDS, ours),
      });
    }
    const ratio = median(rounds.map((round) => round.ours / round.bare));
    print(
      `${target.name}, ${atOnce} at once: ours ${median(rounds.map((round) => round.ours)).toFixed(0)} cycles/s, ` +
        `bare ${median(rounds.map((round) => round.bare)).toFixed(0)} cycles/s, ratio ${ratio.toFixed(2)}`,
    );
  }
  bare.close();
  await stop();
}

/** Cycles a second. */
async function rate(atOnce: number, forSeconds: number, cycle: () => Promise<void>): Promise<number> {
  let cycles = 0;
  const began = performance.now();
  const worker = async () => {
    while (performance.now() - began < forSeconds * 1000) {
      await cycle();
      cycles += 1;
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  return (cycles * 1000) / (performance.now() - began);
}

async function alive(target: Target, pbx: ChildProcess): Promise<void> {
  const { api, stop } = await service(target);
  const began = performance.now();
  const calls = await Promise.all(Array.from({ length: ALIVE }, () => api.begin(target)));
  print(`${ALIVE} calls alive on the ${target.name} after ${(performance.now() - began).toFixed(0)} ms`);
  const lags: number[] = [];
  for (const call of calls) {
    const told = once(pbx, 'message') as Promise<[{ at: number }]>;
    pbx.send(call);
    const [{ at }] = await told;
    lags.push((await api.state(call, 'ended')) - at);
  }
  lags.sort((a, b) => a - b);
  print(
    `from the far end's hang-up to the event on the stream: p50 ${quantile(lags, 0.5)} ms, p99 ${quantile(lags, 0.99)} ms, longest ${quantile(lags, 1)} ms`,
  );
  await stop();
}

function median(numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? 0;
}

function quantile(sorted: readonly number[], part: number): string {
  return (sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? 0).toFixed(1);
}
