import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type SimulatedPbx, startSimulatedPbx } from '../../src/sim/pbx.ts';
import { ARI, MANAGER, type Served, type ServedOptions, serve } from '../helpers/served.ts';
import { until } from '../helpers/until.ts';

// Each test is over when the process has ended by itself: the time-out of the test is the bound.
describe('SIGTERM ends the service in bounded time', { timeout: 30_000 }, () => {
  let pbx: SimulatedPbx;
  let served: Served;
  let receiver: Server | null;
  beforeEach(async () => {
    receiver = null;
    pbx = await startSimulatedPbx({
      accounts: [{ user: 'james_bond', secret: 'x' }],
      managers: [MANAGER],
      ari: ARI,
    });
  });
  afterEach(async () => {
    await served.clean();
    await pbx.stop();
    receiver?.closeAllConnections();
    receiver?.close();
  });

  const start = async (over: Partial<ServedOptions> = {}) => {
    served = await serve({ pbx, users: ['james_bond', 'q_branch'], ...over });
    const url = await served.url();
    const headers = { authorization: `Bearer ${served.token}` };
    const ask = (path: string) => fetch(`${url}${path}`, { headers });
    const send = (user: string, text: string, wait: number) =>
      fetch(`${url}/v1/accounts/${user}/chats?wait=${wait}`, {
        method: 'POST',
        headers: { ...headers, 'content-type': 'application/json' },
        body: JSON.stringify({ to: 'echo123', text }),
      });
    const loggedIn = async () => {
      const { items } = (await (await ask('/v1/accounts')).json()) as { items: { status: string }[] };
      return items[0]?.status === 'Logged In';
    };
    return { url, headers, ask, send, ready: () => until(loggedIn) };
  };
  const chatsOf = async (ask: (path: string) => Promise<Response>, user: string) => {
    const response = await ask(`/v1/accounts/${user}/chats?direction=out`);
    return ((await response.json()) as { items: unknown[] }).items;
  };
  /** Reads nothing of an answer, ever. */
  const deaf = (url: string, path: string) => {
    const socket = connect(Number(new URL(url).port), '127.0.0.1');
    socket.pause();
    socket.on('error', () => {});
    socket.write(`GET ${path} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${served.token}\r\n\r\n`);
    return socket;
  };

  it('under load, with streams that are read and streams that are not', async () => {
    const { url, ask, send, ready } = await start();
    await ready();
    const stream = await ask('/v1/events?after=0');
    const sockets = Array.from({ length: 20 }, () => deaf(url, '/v1/events?after=0'));
    const load = setInterval(() => pbx.community.writeTo('james_bond', 'austin_powers', 'x'.repeat(500)), 1);
    const sends = Array.from({ length: 50 }, (_, n) => send('james_bond', `chat ${n}`, 60));
    const answers = Promise.allSettled(sends);
    await until(async () => (await chatsOf(ask, 'james_bond')).length >= 50);
    expect(await served.terminate()).toBe(0);
    clearInterval(load);
    for (const socket of sockets) socket.destroy();
    expect(await stream.text()).toContain('chat');
    // Who waits is answered with how things stand.
    for (const answer of await answers) {
      expect(answer).toMatchObject({ status: 'fulfilled', value: { ok: true } });
    }
  });

  it('with requests that wait for chats which cannot be sent', async () => {
    const { ask, send } = await start();
    const waiting = Array.from({ length: 10 }, (_, n) => send('q_branch', `chat ${n}`, 60));
    await until(async () => (await chatsOf(ask, 'q_branch')).length === 10);
    expect(await served.terminate()).toBe(0);
    for (const answer of await Promise.all(waiting)) {
      expect([answer.status, ((await answer.json()) as { state: string }).state]).toEqual([202, 'queued']);
    }
  });

  it('with chats on the wire that the PBX never answers', async () => {
    const { send, ready } = await start();
    await ready();
    await pbx.fault({ kind: 'lost', where: 'ami', action: 'SkypeChatSend', times: 5 });
    for (let n = 0; n < 5; n += 1) await send('james_bond', `chat ${n}`, 0);
    expect(await served.terminate()).toBe(0);
  });

  it('while webhooks are refused or never answered', async () => {
    let called = 0;
    receiver = createServer((request, response) => {
      called += 1;
      if (request.url === '/refuses') response.writeHead(500).end();
    });
    await new Promise<void>((resolve) => receiver?.listen(0, '127.0.0.1', resolve));
    const { port } = receiver.address() as AddressInfo;
    const hook = (path: string) => ({ url: `http://127.0.0.1:${port}/${path}`, secret: 'whsec' });
    const { ready } = await start({
      settings: { webhooks: { refuses: hook('refuses'), silent: hook('silent') } },
    });
    await ready();
    pbx.community.writeTo('james_bond', 'austin_powers', 'hello');
    await until(() => called >= 2);
    expect(await served.terminate()).toBe(0);
  });

  it('while the PBX is down', async () => {
    await pbx.stop();
    const { send } = await start();
    await send('james_bond', 'for later', 0);
    expect(await served.terminate()).toBe(0);
  });

  it('while the PBX takes connections and says nothing', async () => {
    await pbx.fault({ kind: 'stall', where: 'both', millis: 3_600_000 });
    await start();
    expect(await served.terminate()).toBe(0);
  });

  it('with a living call whose PBX says nothing any more', async () => {
    const { url, headers, ask, ready } = await start();
    await ready();
    await until(async () => (await ask('/readyz')).status === 200);
    const started = await fetch(`${url}/v1/calls`, {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json' },
      body: JSON.stringify({ from: 'james_bond', to: 'echo123', agent: 'PJSIP/shoe-phone' }),
    });
    expect(started.status).toBe(201);
    await pbx.fault({ kind: 'stall', where: 'both', millis: 3_600_000 });
    expect(await served.terminate()).toBe(0);
  });
});
