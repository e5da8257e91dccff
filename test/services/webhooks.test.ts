import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { nameFromPbx } from '../../src/model/skype-name.ts';
import { EventHub } from '../../src/services/hub.ts';
import { silentLogger } from '../../src/services/logger.ts';
import { Recorder } from '../../src/services/recorder.ts';
import { runWebhook, sign } from '../../src/services/webhooks.ts';
import type { Store } from '../../src/store/port.ts';
import { memoryStore } from '../helpers/store.ts';
import { until } from '../helpers/until.ts';

interface Call {
  readonly headers: Record<string, unknown>;
  readonly body: string;
}

describe('webhooks', () => {
  let store: Store;
  let hub: EventHub;
  let receiver: Server;
  let calls: Call[];
  let statuses: number[];
  beforeEach(async () => {
    store = await memoryStore();
    hub = await EventHub.open(store);
    calls = [];
    statuses = [];
    receiver = createServer((request, response) => {
      let body = '';
      request.on('data', (chunk) => {
        body += chunk;
      });
      request.on('end', () => {
        calls.push({ headers: request.headers, body });
        response.writeHead(statuses.shift() ?? 204).end();
      });
    });
    await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
  });
  afterEach(async () => {
    receiver.close();
    await store.close();
  });

  const record = (status: string) =>
    new Recorder(store, hub, () => 'x').record([
      { pbx: 'main', at: 0, event: { type: 'account.status', user: nameFromPbx('a'), status } },
    ]);
  function start(): { stop(): Promise<void> } {
    const stopping = new AbortController();
    const url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/hook`;
    const running = runWebhook(
      { name: 'crm', url, secret: 'whsec', types: ['account.status'] },
      { hub, store, clock: { now: () => 5_000 }, log: silentLogger },
      stopping.signal,
    );
    return {
      stop: () => {
        stopping.abort();
        return running;
      },
    };
  }

  it('posts events in order, signed, each until it is taken', async () => {
    statuses = [500];
    const hook = start();
    await store.webhookSeq('crm');
    await record('1');
    await record('2');
    await until(() => calls.length === 3);
    const bodies = calls.map(({ body }) => JSON.parse(body) as { seq: number; status: string });
    expect(bodies.map(({ seq, status }) => [seq, status])).toEqual([
      [1, '1'],
      [1, '1'],
      [2, '2'],
    ]);
    expect(calls[0]?.headers).toMatchObject({
      'webhook-id': 'evt_1',
      'webhook-timestamp': '5',
      'webhook-signature': sign('whsec', `evt_1.5.${calls[0]?.body}`),
    });
    await hook.stop();
  });

  it('goes on behind what was taken after a restart', async () => {
    const first = start();
    await store.webhookSeq('crm');
    await record('1');
    await until(async () => (await store.webhookSeq('crm')) === 1);
    await first.stop();
    await record('2');
    const second = start();
    await until(() => calls.length === 2);
    expect(calls.map(({ body }) => (JSON.parse(body) as { status: string }).status)).toEqual(['1', '2']);
    await second.stop();
  });

  it('signs as Standard Webhooks does', () => {
    expect(sign('secret', 'evt_1.5.{}')).toBe('v1,2hp4/wYutYHJMdBMzTQORmmm6g9kW3NAXpv1wLjSrLY=');
  });
});
