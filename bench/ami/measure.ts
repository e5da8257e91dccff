/** One measurement with one client, in a process of its own: `node measure.ts CLIENT PORT MODE NUMBER`. */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import process from 'node:process';
import { CLIENTS, type Client } from './clients.ts';

export interface Measured {
  /** Events or actions a second. */
  readonly rate: number;
  readonly lagP99Ms: number;
  readonly lost: number;
  readonly wrong: number;
  readonly peakMb: number;
}

const [name = '', port = '', mode = '', number = ''] = process.argv.slice(2);
const make = CLIENTS[name];
if (make === undefined) throw new Error(`no client ${name}`);
const client = await make(Number(port));
const measured =
  mode === 'events'
    ? await events(client, Number(number))
    : await actions(client, Number(number), Number(mode));
client.close();
process.stdout.write(`${JSON.stringify(measured)}\n`, () => process.exit(0));

async function events(client: Client, count: number): Promise<Measured> {
  // Warm: compiled code, grown buffers.
  await flooded(client, 20_000);
  const lag = monitorEventLoopDelay({ resolution: 1 });
  lag.enable();
  const begun = performance.now();
  const received = await flooded(client, count);
  const seconds = (performance.now() - begun) / 1000;
  lag.disable();
  return result(received / seconds, lag.percentile(99) / 1e6, count - received, 0);
}

function flooded(client: Client, count: number): Promise<number> {
  return new Promise((resolve) => {
    let received = 0;
    client.onEvent = (event) => {
      if (event === 'FloodDone') resolve(received);
      else received += 1;
    };
    client.flood(count);
  });
}

async function actions(client: Client, count: number, inFlight: number): Promise<Measured> {
  await echoed(client, Math.min(count, 20_000), inFlight);
  const lag = monitorEventLoopDelay({ resolution: 1 });
  lag.enable();
  const begun = performance.now();
  const { answered, wrong } = await echoed(client, count, inFlight);
  const seconds = (performance.now() - begun) / 1000;
  lag.disable();
  return result(answered / seconds, lag.percentile(99) / 1e6, count - answered, wrong);
}

/** Asks so many things, so many of them at once; ends when nothing has come for some seconds. */
function echoed(
  client: Client,
  count: number,
  inFlight: number,
): Promise<{ answered: number; wrong: number }> {
  return new Promise((resolve) => {
    let asked = 0;
    let answered = 0;
    let wrong = 0;
    let before = -1;
    const watch = setInterval(() => {
      if (answered === before) done();
      before = answered;
    }, 5_000);
    const done = () => {
      clearInterval(watch);
      resolve({ answered, wrong });
    };
    const ask = async (): Promise<void> => {
      while (asked < count) {
        asked += 1;
        const tag = `SIP/${asked}`;
        if ((await client.echo(tag)) !== tag) wrong += 1;
        answered += 1;
      }
      if (answered === count) done();
    };
    for (let lane = 0; lane < inFlight; lane += 1) void ask();
  });
}

function result(rate: number, lagP99Ms: number, lost: number, wrong: number): Measured {
  return { rate, lagP99Ms, lost, wrong, peakMb: process.resourceUsage().maxRSS / 1024 };
}
