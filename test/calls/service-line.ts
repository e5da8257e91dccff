import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pino from 'pino';
import { type PbxOptions, startService } from '../../src/app.ts';
import { until } from '../helpers/until.ts';
import type { Line } from './line.ts';
import type { Answer } from './scene.ts';

/** What the whole service gives to a line, whatever the PBX is. */
export interface ServiceBeside extends Pick<Line, 'call' | 'states'> {
  readonly url: string;
  readonly token: string;
  stop(): Promise<void>;
}

/** The whole service beside one PBX, with its database on the disk, as soon as the PBX is reached every way. */
export async function serviceBeside(pbx: PbxOptions): Promise<ServiceBeside> {
  const stateDir = mkdtempSync(join(tmpdir(), 'sfa-calls-'));
  const service = await startService(
    { listen: { host: '127.0.0.1', port: 0 }, stateDir, version: 'test', pbxs: [pbx] },
    pino({ level: 'silent' }),
  );
  const token = await service.createToken('test');
  const seen: { readonly id: string; readonly state: string }[] = [];
  const stopping = new AbortController();
  const following = (async () => {
    for await (const { event } of service.follow(0, stopping.signal)) {
      if (event.type === 'call') seen.push(event.call);
    }
  })();
  const call = async (
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<Answer> => {
    const response = await fetch(`${service.url}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        ...headers,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, body: text === '' ? {} : JSON.parse(text) };
  };
  const loggedIn = async () => {
    const { items } = (await call('GET', '/v1/accounts')).body as { items: { status: string }[] };
    return items.every(({ status }) => status === 'Logged In');
  };
  await until(async () => (await call('GET', '/readyz')).status === 200 && (await loggedIn()));
  return {
    url: service.url,
    token,
    call,
    states: async (id) => {
      const ended = () => seen.some((event) => event.id === id && event.state === 'ended');
      const { body } = await call('GET', `/v1/calls/${id}`);
      if (body['state'] === 'ended') await until(ended);
      const states = seen.filter((event) => event.id === id).map(({ state }) => state);
      return states.filter((state, index) => index === 0 || states[index - 1] !== state || state === 'ended');
    },
    async stop() {
      stopping.abort();
      await following;
      await service.stop();
      rmSync(stateDir, { recursive: true });
    },
  };
}
