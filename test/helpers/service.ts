import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pino from 'pino';
import { type PbxOptions, type Service, startService } from '../../src/app.ts';
import { isSkypeName, type SkypeName } from '../../src/model/skype-name.ts';
import type { ServicePolicy } from '../../src/policy.ts';
import type { KnownAccount } from '../../src/services/directory.ts';
import type { ManagerUser } from '../../src/sim/ami/action.ts';
import { type SimulatedPbx, type SimulatedPbxOptions, startSimulatedPbx } from '../../src/sim/pbx.ts';
import { until } from './until.ts';

const MANAGER: ManagerUser = { username: 'sfa', secret: 'manager secret', read: ['all'], write: ['all'] };
const ARI = { username: 'sfa', password: 'ari secret' };

export function name(text: string): SkypeName {
  if (!isSkypeName(text)) throw new Error(`${text} is no Skype name`);
  return text;
}

export function account(user: string, over: Partial<KnownAccount> = {}): KnownAccount {
  return { pbx: 'main', user: name(user), profile: {}, buddies: [], ...over };
}

/** A simulated PBX and a service beside it, both on free loopback ports, with everything taken down by `stop`. */
export interface Journey {
  readonly pbx: SimulatedPbx;
  readonly service: Service;
  readonly token: string;
  readonly stateDir: string;
  /** A request with the token; the body is JSON. */
  call(
    method: string,
    path: string,
    body?: unknown,
    headers?: Readonly<Record<string, string>>,
  ): Promise<{ status: number; body: Record<string, unknown> }>;
  stop(): Promise<void>;
}

export async function startJourney(
  accounts: readonly KnownAccount[],
  simulated: Partial<SimulatedPbxOptions> = {},
  policy: ServicePolicy = {},
  wiring: Partial<PbxOptions> = {},
): Promise<Journey> {
  const stateDir = mkdtempSync(join(tmpdir(), 'sfa-journey-'));
  const pbx = await startSimulatedPbx({
    accounts: accounts.map(({ user }) => ({ user, secret: 'x' })),
    managers: [MANAGER],
    ari: ARI,
    ...simulated,
  });
  const service = await startService(
    {
      listen: { host: '127.0.0.1', port: 0 },
      stateDir,
      version: 'test',
      policy,
      pbxs: [
        {
          name: 'main',
          accounts,
          ami: { ...pbx.ami, username: MANAGER.username, secret: MANAGER.secret, link: 'socket', tls: null },
          ari: { url: pbx.ari.url, ...ARI, app: 'sfa' },
          dial: 'Skype/{originator}@{destination}',
          ...wiring,
        },
      ],
    },
    pino({ level: 'silent' }),
  );
  const token = await service.createToken('test');
  return {
    pbx,
    service,
    token,
    stateDir,
    async call(method, path, body, headers = {}) {
      const response = await fetch(`${service.url}${path}`, {
        method,
        headers: {
          authorization: `Bearer ${token}`,
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...headers,
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const text = await response.text();
      return {
        status: response.status,
        body: (text === '' ? {} : JSON.parse(text)) as Record<string, unknown>,
      };
    },
    async stop() {
      await service.stop();
      await pbx.stop();
      rmSync(stateDir, { recursive: true });
    },
  };
}

/** Waits until the PBX is ready and every account is logged in. */
export async function whenReady({ call }: Pick<Journey, 'call'>): Promise<void> {
  const loggedIn = async () => {
    const { body } = await call('GET', '/v1/accounts');
    return (body['items'] as { status: string }[]).every(({ status }) => status === 'Logged In');
  };
  await until(async () => (await call('GET', '/readyz')).status === 200 && (await loggedIn()));
}

/** The items of a list. */
export function itemsOf({ body }: { body: Record<string, unknown> }): Record<string, unknown>[] {
  return body['items'] as Record<string, unknown>[];
}

/** Reads Server-Sent Events one by one. */
export async function* readEvents(
  response: Response,
): AsyncGenerator<{ id: number; type: string; data: Record<string, unknown> }> {
  if (!response.body) throw new Error('the answer has no body');
  let held = '';
  const decoder = new TextDecoder();
  for await (const chunk of response.body) {
    held += decoder.decode(chunk as Uint8Array, { stream: true });
    for (let end = held.indexOf('\n\n'); end !== -1; end = held.indexOf('\n\n')) {
      const lines = held.slice(0, end).split('\n');
      held = held.slice(end + 2);
      const field = (key: string) => lines.find((line) => line.startsWith(`${key}: `))?.slice(key.length + 2);
      const data = field('data');
      if (data !== undefined)
        yield { id: Number(field('id')), type: field('event') ?? '', data: JSON.parse(data) };
    }
  }
}
