/**
 * What the bench measures, as a process of its own:
 * `node bench/service/server.ts STATE_DIR AMI_PORT BARE_AMI_PORT ACCOUNTS`.
 * Beside the service it offers fastify's empty route, and measures one durable insert and one AMI action
 * when asked.
 */
import { randomUUID } from 'node:crypto';
import fastify from 'fastify';
import pino from 'pino';
import { PbxLink } from '../../src/ami/link/link.ts';
import { socketTransport } from '../../src/ami/link/socket-transport.ts';
import { skypeChatSend } from '../../src/ami/skype/actions.ts';
import { startService } from '../../src/app.ts';
import { systemClock } from '../../src/model/clock.ts';
import { isSkypeName, type SkypeName } from '../../src/model/skype-name.ts';
import { createToken } from '../../src/services/tokens.ts';
import { openStore } from '../../src/store/state.ts';
import { summary } from './load.ts';

const [stateDir = '', ami = '', bareAmi = '', accounts = ''] = process.argv.slice(2);
const MANAGER = { host: '127.0.0.1', port: Number(ami), username: 'sfa', secret: 'bench' };
const begun = performance.now();
const store = await openStore(stateDir);
const { token } = await createToken(store, { name: 'bench' }, systemClock);
await store.close();
const service = await startService(
  {
    listen: { host: '127.0.0.1', port: 0 },
    stateDir,
    version: 'bench',
    pbxs: [
      {
        name: 'main',
        accounts: Array.from({ length: Number(accounts) }, (_, index) => ({
          pbx: 'main',
          user: name(`user_${index}`),
          profile: {},
          buddies: [],
        })),
        ami: { ...MANAGER, link: 'socket', tls: null },
        ari: null,
        dial: 'Skype/{originator}@{destination}',
      },
    ],
    policy: { requestsPerMinute: 1_000_000_000 },
  },
  pino({ level: 'error' }, pino.destination(2)),
);
const startMs = performance.now() - begun;
const empty = fastify();
empty.get('/', () => ({}));
const emptyUrl = await empty.listen({ host: '127.0.0.1', port: 0 });

function name(text: string): SkypeName {
  if (!isSkypeName(text)) throw new Error(text);
  return text;
}

/** Durable inserts as the store does them: so many at a time share a commit. */
async function inserts(seconds: number, together: number) {
  const own = await openStore(`${stateDir}/insert`);
  const times: number[] = [];
  const until = performance.now() + seconds * 1000;
  while (performance.now() < until) {
    const start = performance.now();
    await own.transaction(async (tx) => {
      for (let n = 0; n < together; n += 1) await tx.putSeenAt(randomUUID(), 1);
    });
    for (let n = 0; n < together; n += 1) times.push(performance.now() - start);
  }
  await own.close();
  return summary(times, seconds);
}

/** AMI actions, so many in flight. */
async function actions(seconds: number, inFlight: number) {
  const { host, username, secret } = MANAGER;
  const link = new PbxLink(
    socketTransport({ host, port: Number(bareAmi), tls: undefined }),
    { pbx: 'bare', username, secret },
    systemClock,
  );
  link.start();
  void (async () => {
    for await (const _ of link.items());
  })();
  while (link.state !== 'ready') await new Promise((resolve) => setImmediate(resolve));
  const times: number[] = [];
  const until = performance.now() + seconds * 1000;
  const [user, to] = [name('user_0'), name('echo_free')];
  await Promise.all(
    Array.from({ length: inFlight }, async () => {
      while (performance.now() < until) {
        const start = performance.now();
        await link.request(skypeChatSend({ user, to, text: 'one action of the bench' }));
        times.push(performance.now() - start);
      }
    }),
  );
  await link.stop();
  return summary(times, seconds);
}

process.on('message', ({ what, seconds, inFlight }: { what: string; seconds: number; inFlight: number }) => {
  const run = async () => {
    if (what === 'insert') return inserts(seconds, inFlight);
    if (what === 'action') return actions(seconds, inFlight);
    globalThis.gc?.();
    return { memory: process.memoryUsage().rss };
  };
  void run().then((result) => process.send?.(result));
});
process.on('disconnect', () => process.exit());
process.send?.({ url: service.url, emptyUrl, token, startMs });
