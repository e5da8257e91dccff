import { request } from 'node:https';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type SimulatedPbx, startSimulatedPbx } from '../../src/sim/pbx.ts';
import { fixture } from '../helpers/frames.ts';
import { ARI, MANAGER, type Served, type ServedOptions, serve } from '../helpers/served.ts';
import { account, itemsOf, startJourney, whenReady } from '../helpers/service.ts';
import { until } from '../helpers/until.ts';

const TLS = fileURLToPath(new URL('../../fixtures/tls/', import.meta.url));

describe('sfa serve', () => {
  let pbx: SimulatedPbx;
  let served: Served | null = null;
  beforeEach(async () => {
    pbx = await startSimulatedPbx({
      accounts: [{ user: 'james_bond', secret: 'x' }],
      managers: [MANAGER],
      ari: ARI,
    });
  });
  afterEach(async () => {
    await served?.clean();
    await pbx.stop();
  });
  const start = async (over: Partial<ServedOptions>) => {
    served = await serve({ pbx, users: ['james_bond'], ...over });
    return served;
  };

  it('serves REST over TLS, to clients that check its certificate', async () => {
    const { url, token } = await start({
      settings: { tls: { cert: join(TLS, 'server.pem'), key: join(TLS, 'server.key') } },
    });
    const address = new URL(await url());
    expect(address.protocol).toBe('https:');
    const ask = (ca: string) =>
      new Promise<string>((resolve, reject) => {
        const options = {
          host: '127.0.0.1',
          port: address.port,
          path: '/v1/accounts',
          servername: 'pbx.example.com',
          ca,
          headers: { authorization: `Bearer ${token}` },
        };
        request(options, (response) => {
          let body = '';
          response.on('data', (chunk) => {
            body += chunk;
          });
          response.on('end', () => resolve(body));
        })
          .on('error', reject)
          .end();
      });
    expect(JSON.parse(await ask(fixture('tls/ca.pem').toString()))).toMatchObject({
      items: [{ user: 'james_bond' }],
    });
    await expect(ask(fixture('tls/server.pem').toString())).rejects.toThrow(/certificate/);
    await expect(fetch(`http://${address.host}/healthz`)).rejects.toThrow();
  });

  it('does not start on an address that others reach without a token', async () => {
    const refused = await start({ listen: '0.0.0.0:0', token: false });
    expect(await refused.ended()).toBe(1);
    expect(refused.log()).toContain('listen: found 0.0.0.0, which other machines reach, and no token');
    expect(refused.log()).toContain('sfa token create NAME');
  });

  it('starts there once there is a token', async () => {
    const { url, terminate } = await start({ listen: '0.0.0.0:0' });
    const { port } = new URL(await url());
    expect((await fetch(`http://127.0.0.1:${port}/healthz`)).status).toBe(200);
    expect((await fetch(`http://127.0.0.1:${port}/v1/accounts`)).status).toBe(401);
    expect(await terminate()).toBe(0);
  });

  it.each([
    [
      'json',
      /^\{"level":30,"time":"\d{4}-\d\d-\d\dT[\d:.]+Z","pbx":"main","state":"ready",.*"msg":"manager connection"\}$/m,
    ],
    ['pretty', /^\[.*\] .*INFO.*: .*manager connection.*\n\s+.*pbx.*: "main"\n\s+.*state.*: "ready"/m],
  ])('logs for %s readers, with ids and without texts or secrets', async (format, line) => {
    const { url, token, log, terminate } = await start({ args: ['--log-format', format] });
    const root = await url();
    await until(() => line.test(log()));
    const answer = await fetch(`${root}/v1/accounts/james_bond/chats`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ to: 'nobody_at_all', text: 'for your eyes only' }),
    });
    expect(answer.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
    expect(await terminate()).toBe(0);
    for (const secret of ['for your eyes only', token, MANAGER.secret, ARI.password]) {
      expect(log()).not.toContain(secret);
    }
  });
});

describe('the balance watch', () => {
  it('tells once when the credit is under the limit, as event and as metric', async () => {
    const journey = await startJourney(
      [account('james_bond'), account('q_branch')],
      {
        accounts: [
          { user: 'james_bond', secret: 'x', skypeout_balance: 99, skypeout_currency: 'GBP' },
          { user: 'q_branch', secret: 'x', skypeout_balance: 100 },
        ],
      },
      { balance: { below: 100, everyMs: 1 } },
    );
    try {
      await whenReady(journey);
      const told = async () => itemsOf(await journey.call('GET', '/v1/events/history?type=account.balance'));
      await until(async () => (await told()).length > 0);
      expect(await told()).toEqual([
        {
          seq: expect.any(Number),
          at: expect.any(String),
          pbx: 'main',
          type: 'account.balance',
          user: 'james_bond',
          cents: 99,
          currency: 'GBP',
          limit: 100,
        },
      ]);
      // Another chat after many more looks: still told once.
      await journey.call('POST', '/v1/accounts/q_branch/chats', { to: 'echo123', text: 'x' });
      expect(await told()).toHaveLength(1);
      const metrics = await fetch(`${journey.service.url}/metrics`, {
        headers: { authorization: `Bearer ${journey.token}` },
      });
      expect(await metrics.text()).toMatch(/^sfa_balance_low_total\{user="james_bond"\} 1$/m);
    } finally {
      await journey.stop();
    }
  });
});

it('shows links, actions, events, queue, latencies and store as Prometheus reads them', async () => {
  const journey = await startJourney([account('james_bond'), account('not_there')], {
    accounts: [{ user: 'james_bond', secret: 'x' }],
  });
  try {
    await until(
      async () => (await journey.call('GET', '/v1/accounts/james_bond')).body['status'] === 'Logged In',
    );
    await journey.call('POST', '/v1/accounts/james_bond/chats', { to: 'echo123', text: 'hello' });
    await journey.call('POST', '/v1/accounts/not_there/chats?wait=0', { to: 'echo123', text: 'queued' });
    const response = await fetch(`${journey.service.url}/metrics`, {
      headers: { authorization: `Bearer ${journey.token}` },
    });
    expect(response.headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/);
    const text = await response.text();
    for (const line of [
      /^sfa_link_up\{pbx="main"\} 1$/m,
      /^sfa_store_up 1$/m,
      /^sfa_event_seq \d+$/m,
      /^sfa_events_total\{pbx="main",type="chat"\} [1-9]\d*$/m,
      /^sfa_queue_chats\{pbx="main",state="queued"\} 1$/m,
      /^sfa_queue_oldest_seconds\{pbx="main",state="queued"\} \d/m,
      /^sfa_ami_action_seconds_count\{pbx="main",action="SkypeChatSend",outcome="ok"\} 1$/m,
      /^sfa_http_request_seconds_count\{method="POST",route="\/v1\/accounts\/:user\/chats",status="201"\} 1$/m,
      /^sfa_http_request_seconds_bucket\{le="0\.02",method="POST"/m,
      /^process_cpu_seconds_total \d/m,
      /^nodejs_eventloop_lag_seconds \d/m,
    ]) {
      expect(text).toMatch(line);
    }
    // Names of people are no labels.
    expect(text).not.toContain('echo123');
  } finally {
    await journey.stop();
  }
});
