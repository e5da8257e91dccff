/**
 * `npm run bench -- service [SECONDS]`: chat sends end to end (REST, store, AMI, simulated PBX, in three
 * processes) beside the bare cost of each part in the same run; events from the PBX's socket to SSE
 * subscribers; start time and memory with 1,000 accounts.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { setTimeout } from 'node:timers/promises';
import { fanOut } from './service/fan-out.ts';
import { type LoadResult, load } from './service/load.ts';

const ACCOUNTS = 1_000;
const WARM_SECONDS = 3;
const seconds = Number(process.argv[2] ?? 5);
const stateDir = await mkdtemp(join(tmpdir(), 'sfa-bench-'));
const children: ChildProcess[] = [];
const start = async (file: string, ...args: string[]) => {
  const child = fork(join(import.meta.dirname, 'service', file), args, { execArgv: ['--expose-gc'] });
  children.push(child);
  const [first] = (await once(child, 'message')) as [unknown];
  return { child, first };
};
const print = (text: string) => process.stdout.write(`${text}\n`);
const line = (what: string, { perSecond, p50, p99 }: LoadResult) =>
  print(
    `${what.padEnd(46)} ${Math.round(perSecond).toString().padStart(8)}/s  p50 ${p50.toFixed(2)} ms  p99 ${p99.toFixed(2)} ms`,
  );

try {
  const pbx = await start('pbx.ts', String(ACCOUNTS));
  // A PBX of its own for the bare action: the echoes of the other one would keep the service busy.
  const barePbx = await start('pbx.ts', '1');
  const server = await start(
    'server.ts',
    stateDir,
    String(pbx.first),
    String(barePbx.first),
    String(ACCOUNTS),
  );
  const { url, emptyUrl, token, startMs } = server.first as {
    url: string;
    emptyUrl: string;
    token: string;
    startMs: number;
  };
  const ask = async <Answer>(message: object): Promise<Answer> => {
    const answer = once(server.child, 'message');
    server.child.send(message);
    return ((await answer) as [Answer])[0];
  };
  const headers = { authorization: `Bearer ${token}` };
  await until(async () => {
    const response = await fetch(`${url}/v1/accounts`, { headers });
    const { items } = (await response.json()) as { items: { status: string }[] };
    return items.every(({ status }) => status === 'Logged In');
  });
  const { memory } = await ask<{ memory: number }>({ what: 'memory' });
  print(
    `start ${startMs.toFixed(0)} ms; ${Math.round(memory / 2 ** 20)} MB at rest with ${ACCOUNTS} accounts\n`,
  );

  const chatSends = {
    bodyOf: (index: number) => ({
      path: `/v1/accounts/user_${index % ACCOUNTS}/chats?wait=30`,
      body: JSON.stringify({ to: `peer_${index % 997}`, text: `chat ${index} of the bench` }),
    }),
  };
  // Every part is measured as compiled code, as it runs after the first seconds of a service.
  await load({ url: emptyUrl, connections: 16, seconds: WARM_SECONDS, bodyOf: null });
  await ask<LoadResult>({ what: 'action', seconds: WARM_SECONDS, inFlight: 16 });
  await load({ ...chatSends, url, headers, connections: 16, seconds: WARM_SECONDS });

  for (const connections of [1, 16, 256]) {
    const empty = await load({ url: emptyUrl, connections, seconds, bodyOf: null });
    line(`fastify, empty route, ${connections} connections`, empty);
    const insert = await ask<LoadResult>({ what: 'insert', seconds, inFlight: 1 });
    line('one durable insert after the other', insert);
    // For comparison only: what group commit makes of it.
    const together = await ask<LoadResult>({ what: 'insert', seconds, inFlight: connections });
    line(`durable inserts, ${connections} share a commit`, together);
    const action = await ask<LoadResult>({ what: 'action', seconds, inFlight: connections });
    line(`SkypeChatSend alone, ${connections} in flight`, action);
    const chats = await load({ ...chatSends, url, headers, connections, seconds });
    line(`chat send, end to end, ${connections} connections`, chats);
    const slowest = Math.min(empty.perSecond, insert.perSecond, action.perSecond);
    print(`  ${((chats.perSecond / slowest) * 100).toFixed(0)} % of the slowest part\n`);
  }
  for (const subscribers of [1, 10, 100]) {
    const { perSecond } = await fanOut({
      url,
      token,
      subscribers,
      events: 20_000,
      write: (count) => pbx.child.send(count),
    });
    print(
      `events to each of ${subscribers} SSE subscribers: ${Math.round(perSecond)}/s (${Math.round(perSecond * subscribers)}/s in all)`,
    );
  }
} finally {
  for (const child of children) child.disconnect();
  await Promise.all(children.map((child) => child.exitCode ?? once(child, 'exit')));
  await rm(stateDir, { recursive: true });
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds())) await setTimeout(50);
}
