/**
 * How many Skype events a second the simulated PBX sends to one reader in another process, over loopback. It must
 * never be the bottleneck of a figure: 200,000 a second is the least.
 *
 *     node bench/sim.ts [--json]
 *
 * The load is asked for at a rising rate; the figure is the highest at which the reader had everything in the same
 * second, of several runs the median. Other work on the machine lowers it; the CPU time of each event does not depend on it.
 */
import { fork } from 'node:child_process';
import { connect } from 'node:net';
import { fileURLToPath } from 'node:url';
import { callCentreAccounts, startLoad } from '../src/sim/drive/load.ts';
import { startSimulatedPbx } from '../src/sim/pbx.ts';

const ACCOUNTS = 500;
const RATES = [100_000, 200_000, 300_000, 400_000];
const SECONDS = 2;
const RUNS = 3;

const [role, port] = process.argv.slice(2);
if (role === 'reader') read(Number(port));
else await measure(role === '--json');

async function measure(json: boolean): Promise<void> {
  const manager = { username: 'bench', secret: 'bench', read: ['system'], write: ['system'] } as const;
  const pbx = await startSimulatedPbx({
    accounts: callCentreAccounts(ACCOUNTS),
    managers: [manager],
    ari: { username: 'bench', password: 'bench' },
    licensedChannels: ACCOUNTS,
    mostWaiting: 512 * 1024 * 1024,
  });
  const reader = fork(fileURLToPath(import.meta.url), ['reader', String(pbx.ami.port)]);
  let got = 0;
  await new Promise<void>((resolve) => {
    reader.on('message', (count) => {
      got = Number(count);
      resolve();
    });
  });
  const figures: number[] = [];
  for (const rate of Array.from({ length: RUNS }, () => RATES).flat()) {
    const before = got;
    const load = startLoad(pbx, { rate, seed: 7 });
    const startedAt = performance.now();
    const cpu = process.cpuUsage();
    await pause(SECONDS * 1000);
    load.stop();
    const sent = load.told;
    const { user, system } = process.cpuUsage(cpu);
    const micros = (user + system) / sent;
    while (got - before < sent) await pause(5);
    const perSecond = Math.round(sent / ((performance.now() - startedAt) / 1000));
    figures.push(perSecond);
    if (!json)
      process.stdout.write(
        `asked ${rate}/s: sent and received ${perSecond}/s, ${micros.toFixed(2)} µs of CPU each\n`,
      );
  }
  reader.kill();
  await pbx.stop();
  const best = Array.from({ length: RUNS }, (_, run) =>
    Math.max(...figures.slice(run * RATES.length, (run + 1) * RATES.length)),
  ).sort((a, b) => a - b);
  const median = best[Math.floor(RUNS / 2)] ?? 0;
  process.stdout.write(
    json
      ? `${JSON.stringify({ name: 'sim', unit: 'events/s', value: median, least: 200_000 })}\n`
      : `median of ${RUNS} runs: ${median} events/s\n`,
  );
  process.exitCode = median >= 200_000 ? 0 : 1;
}

/** Counts the blocks that come and tells the count as often as the parent can use it. */
function read(from: number): void {
  const socket = connect(from, '127.0.0.1');
  socket.write('Action: Login\r\nUsername: bench\r\nSecret: bench\r\n\r\n');
  const end = Buffer.from('\r\n\r\n');
  let tail = Buffer.alloc(0);
  let blocks = 0;
  let greeted = false;
  socket.on('data', (bytes: Buffer) => {
    const all = tail.length === 0 ? bytes : Buffer.concat([tail, bytes]);
    let last = 0;
    for (let at = all.indexOf(end); at !== -1; at = all.indexOf(end, last)) {
      last = at + end.length;
      blocks += 1;
    }
    tail = Buffer.from(all.subarray(last));
    // The answer to the login and FullyBooted come first.
    if (!greeted && blocks >= 2) {
      greeted = true;
      blocks -= 2;
      process.send?.(blocks);
    }
  });
  setInterval(() => {
    if (greeted) process.send?.(blocks);
  }, 5);
  process.on('disconnect', () => process.exit());
}

function pause(millis: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, millis));
}
