import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import type { ChatMessage } from '../src/model/chat.ts';
import { systemClock } from '../src/model/clock.ts';
import type { RecordedEvent } from '../src/model/events.ts';
import { createToken } from '../src/services/tokens.ts';
import { openStore } from '../src/store/state.ts';
import { Part } from './processes.ts';
import { Sender } from './sender.ts';
import { ACCOUNTS, type Received } from './setup.ts';
import { judge, type Verdict } from './verdict.ts';

/** Longest time from a start to its kill, in milliseconds: some hit the start, most the load. */
const MOST_ALIVE_MS = 900;

/**
 * Kills the service at random moments under load, starts it again each time, and counts every message at
 * the simulated PBX, in the store and at a subscriber.
 */
export async function soak(kills: number, progress: (text: string) => void): Promise<Verdict> {
  const stateDir = await mkdtemp(join(tmpdir(), 'sfa-soak-'));
  const parts: Part[] = [];
  const start = (file: string, ...args: string[]) => {
    const part = new Part(file, args);
    parts.push(part);
    return part;
  };
  try {
    const token = await makeToken(stateDir);
    const simulator = start('simulator.ts');
    const ami = String((await simulator.hear('listening')).port);
    let service = start('service.ts', stateDir, '0', ami);
    const port = String((await service.hear('listening')).port);
    const url = `http://127.0.0.1:${port}`;
    const subscriber = start('subscriber.ts', url, token);
    const sender = new Sender(url, token);
    for (let kill = 1; kill <= kills; kill += 1) {
      await setTimeout(Math.random() * MOST_ALIVE_MS);
      await service.kill();
      service = start('service.ts', stateDir, port, ami);
      // A service that dies before it listens is one of the moments, too.
      if (kill % 4 !== 0) await service.hear('listening');
      progress(`kill ${kill} of ${kills}, ${sender.acknowledged.length} chats acknowledged`);
    }
    await sender.stop();
    const ask = caller(url, token);
    await until(async () => (await ask('/readyz'))['status'] === 'ok');
    await until(async () => /^sfa_queue_chats\{/m.test(await metrics(url, token)) === false);
    simulator.ask();
    const { written, arrived } = await simulator.hear('counted');
    await until(async () => (await ask('/v1/events/history?limit=1&type=chat')) !== null);
    await until(() => lastWritten(ask, written));
    let received: readonly Received[] = [];
    const [newest] = (await ask('/v1/events/history?limit=1'))['items'] as { seq: number }[];
    await until(async () => {
      const heard = subscriber.hear('received');
      subscriber.ask();
      received = (await heard).events;
      return received.at(-1)?.seq === newest?.seq;
    });
    await service.stop();
    const { stored, chats } = await readStore(stateDir);
    return judge({ kills, written, arrived, acknowledged: sender.acknowledged, stored, chats, received });
  } finally {
    await Promise.all(parts.map((part) => part.kill()));
    await rm(stateDir, { recursive: true });
  }
}

async function makeToken(stateDir: string): Promise<string> {
  const store = await openStore(stateDir);
  const { token } = await createToken(store, { name: 'soak' }, systemClock);
  await store.close();
  return token;
}

function caller(url: string, token: string) {
  return async (path: string): Promise<Record<string, unknown>> => {
    const response = await fetch(`${url}${path}`, { headers: { authorization: `Bearer ${token}` } });
    return (await response.json()) as Record<string, unknown>;
  };
}

async function metrics(url: string, token: string): Promise<string> {
  const response = await fetch(`${url}/metrics`, { headers: { authorization: `Bearer ${token}` } });
  return response.text();
}

/** Whether the last chat that people wrote is stored. */
async function lastWritten(ask: ReturnType<typeof caller>, written: number): Promise<boolean> {
  const user = ACCOUNTS[written % ACCOUNTS.length];
  const { items } = await ask(`/v1/accounts/${user}/chats?direction=in&limit=1`);
  return (items as { text: string }[])[0]?.text === `in-${written}`;
}

async function readStore(
  stateDir: string,
): Promise<{ stored: RecordedEvent[]; chats: Map<string, ChatMessage> }> {
  const store = await openStore(stateDir);
  const stored = await store.eventsAfter(0, 10_000_000);
  const chats = new Map<string, ChatMessage>();
  for (const user of ACCOUNTS) {
    const page = await store.chats({ user, direction: 'out', limit: 10_000_000 });
    for (const chat of page.items) chats.set(chat.id, chat);
  }
  await store.close();
  return { stored, chats };
}

/** Looks again until something holds; what fails meanwhile (a service that starts) is no answer. */
async function until(holds: () => Promise<boolean>): Promise<void> {
  const limit = performance.now() + 60_000;
  while (!(await holds().catch(() => false))) {
    if (performance.now() > limit) throw new Error(`not within a minute: ${holds}`);
    await setTimeout(20);
  }
}
