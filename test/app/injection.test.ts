import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pino from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Service, startService } from '../../src/app.ts';
import { type SimulatedPbx, startSimulatedPbx } from '../../src/sim/pbx.ts';
import { account, readEvents } from '../helpers/service.ts';
import { type Tap, tap } from '../helpers/tap.ts';
import { until } from '../helpers/until.ts';

/** Each would show as a line of its own, wherever its line ends come through. */
const INJECTIONS: readonly (readonly [string, string])[] = [
  ['a header', 'x\r\nX-Forged: 1'],
  ['a header, with lone line feeds', 'x\nX-Forged: 1\n'],
  ['an action', 'x\r\n\r\nAction: Forged\r\n\r\n'],
  ['a request', 'x HTTP/1.1\r\n\r\nX-Forged: 1'],
  ['an event of a stream', 'x\n\nevent: forged\ndata: {}\n\n'],
  ['a log line', 'x\n{"level":50,"msg":"forged"}'],
  ['a dialplan expression', '${SHELL(touch /tmp/forged)}'],
  ['a second dialplan argument', 'x,forged&Local/forged@default'],
  ['a section and a directive', '[forged]\n#include forged.conf\n;--'],
  ['a terminal escape', '\x1b]0;forged\x07\x1b[2J'],
  ['NUL', 'x\0y'],
  ['half a character', '\ud83c'],
];
const FORGED = /^(?:X-Forged|Action: Forged|event: forged|\[forged\]|#include forged)/m;
const MANAGER = { username: 'sfa', secret: 'manager secret', read: ['all'], write: ['all'] } as const;
const ARI = { username: 'sfa', password: 'ari secret' };

interface Operation {
  readonly parameters?: readonly { readonly name: string; readonly in: string; readonly schema?: Schema }[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: Schema }>> };
}
interface Schema {
  readonly $ref?: string;
  readonly type?: string;
  readonly enum?: readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly anyOf?: readonly Schema[];
}
interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
}
/** One place of one operation that takes a text. */
interface Place {
  readonly method: string;
  readonly path: string;
  readonly in: 'path' | 'query' | 'header' | 'body';
  readonly name: string;
  readonly body: Readonly<Record<string, unknown>> | null;
}

describe('what a script or a Skype user writes', () => {
  let pbx: SimulatedPbx;
  let service: Service;
  let token: string;
  let ami: Tap;
  let ari: Tap;
  const stateDir = mkdtempSync(join(tmpdir(), 'sfa-injection-'));
  const lines: string[] = [];
  let places: Place[];

  beforeAll(async () => {
    pbx = await startSimulatedPbx({
      accounts: [{ user: 'james_bond', secret: 's007', buddies: ['austin_powers'] }],
      people: [{ name: 'austin_powers' }],
      managers: [MANAGER],
      ari: ARI,
    });
    ami = await tap(pbx.ami);
    ari = await tap({ host: '127.0.0.1', port: Number(new URL(pbx.ari.url).port) });
    service = await startService(
      {
        listen: { host: '127.0.0.1', port: 0 },
        stateDir,
        version: 'test',
        pbxs: [
          {
            name: 'main',
            accounts: [account('james_bond')],
            ami: { host: ami.host, port: ami.port, ...MANAGER, link: 'socket', tls: null },
            ari: { url: `http://127.0.0.1:${ari.port}`, ...ARI, app: 'sfa' },
            dial: 'Skype/{originator}@{destination}',
          },
        ],
      },
      pino({ level: 'debug' }, { write: (line) => void lines.push(line) }),
    );
    token = await service.createToken('test');
    await until(async () => (await fetch(`${service.url}/readyz`)).status === 200);
    await until(async () => (await ask('GET', '/v1/accounts/james_bond')).text.includes('Logged In'));
    places = placesOf((await (await fetch(`${service.url}/openapi.json`)).json()) as Document);
  });
  afterAll(async () => {
    await service.stop();
    await Promise.all([ami.stop(), ari.stop()]);
    await pbx.stop();
    rmSync(stateDir, { recursive: true });
  });

  async function ask(method: string, path: string, body?: string, headers: Record<string, string> = {}) {
    const response = await fetch(`${service.url}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body }),
      signal: AbortSignal.timeout(5_000),
    });
    return { status: response.status, text: await response.text() };
  }

  const attempt = async ({ method, path, in: where, name, body }: Place, text: string) => {
    const query = new URLSearchParams(path === '/v1/accounts/{user}/chats' ? { wait: '0' } : {});
    if (where === 'query') query.set(name, text);
    const filled = path.replace(/\{(\w+)\}/g, (_, parameter: string) =>
      encodeURIComponent(
        where === 'path' && parameter === name
          ? text.toWellFormed()
          : (KNOWN_PARAMETERS[parameter] ?? 'nothing'),
      ),
    );
    const json = body === null ? undefined : { ...body, ...(where === 'body' ? { [name]: text } : {}) };
    return ask(
      method,
      `${filled}${query.size > 0 ? `?${query}` : ''}`,
      json === undefined ? undefined : JSON.stringify(json),
    );
  };

  it.each(INJECTIONS)('forges nothing with %s, in any field of any request', async (_name, text) => {
    expect(places.length).toBeGreaterThan(60);
    for (const place of places) {
      const { status, text: answer } = await attempt(place, text);
      const told = `${place.method} ${place.path} ${place.in} ${place.name}: ${status} ${answer}`;
      // 501 to 504 say that a PBX cannot or does not; 500 would be a mistake of ours.
      expect(status, told).not.toBe(500);
      expect(answer, told).not.toContain('manager secret');
    }
    expect(ami.heard()).not.toMatch(FORGED);
    expect(ari.heard()).not.toMatch(FORGED);
    expect((await ask('GET', '/readyz')).status).toBe(200);
  });

  it.each(INJECTIONS)('shows %s of a Skype user as text and nothing else', async (_name, given) => {
    const text = given.toWellFormed();
    const ending = new AbortController();
    const stream = await fetch(`${service.url}/v1/events?type=chat`, {
      headers: { authorization: `Bearer ${token}` },
      signal: ending.signal,
    });
    pbx.community.writeTo('james_bond', 'austin_powers', text);
    for await (const { type, data } of readEvents(stream)) {
      expect(type).toBe('chat');
      if (data['direction'] === 'in' && data['text'] === text) break;
    }
    ending.abort();
  });

  it('keeps every line of the log a record of our own, without texts and secrets', () => {
    const log = lines.join('');
    expect(lines.length).toBeGreaterThan(10);
    for (const line of log.trimEnd().split('\n')) {
      expect(JSON.parse(line)).toMatchObject({ msg: expect.not.stringMatching(/^forged/) });
      expect(line).toMatch(/^[^\x00-\x1f]*$/);
    }
    expect(log).not.toContain('manager secret');
    expect(log).not.toContain(token);
  });
});

/** Values with which the path of an operation leads somewhere. */
const KNOWN_PARAMETERS: Readonly<Record<string, string>> = {
  user: 'james_bond',
  buddy: 'austin_powers',
  pbx: 'main',
  name: 'topic',
};
/** Values of the fields that are not the one under test. */
const KNOWN_FIELDS: Readonly<Record<string, unknown>> = {
  to: 'austin_powers',
  text: 'Hello',
  buddy: 'q_branch',
  from: 'james_bond',
  agent: 'PJSIP/shoe-phone',
  name: 'a token',
  state: 'sent',
  value: 'a topic',
};

/** Every place of the API where a text goes in, from its own description. */
function placesOf({ paths, components }: Document): Place[] {
  const resolved = (schema: Schema): Schema => {
    const inner = schema.$ref && components.schemas[schema.$ref.split('/').at(-1) ?? ''];
    return inner ? resolved(inner) : schema;
  };
  return Object.entries(paths).flatMap(([path, operations]) =>
    Object.entries(operations).flatMap(([method, { parameters = [], requestBody }]) => {
      // These never end by themselves, or end the whole.
      if (path === '/v1/events') return [];
      const schema = requestBody?.content['application/json']?.schema;
      const fields = Object.keys((schema && resolved(schema).properties) ?? {});
      const body = schema
        ? Object.fromEntries(
            fields.flatMap((field) => (field in KNOWN_FIELDS ? [[field, KNOWN_FIELDS[field]]] : [])),
          )
        : null;
      const place = { method: method.toUpperCase(), path, body };
      return [
        ...parameters
          .filter((parameter) => parameter.in !== 'header')
          .map((parameter) => ({ ...place, in: parameter.in as Place['in'], name: parameter.name })),
        ...fields.map((name) => ({ ...place, in: 'body' as const, name })),
      ];
    }),
  );
}
