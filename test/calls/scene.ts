import { randomUUID } from 'node:crypto';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import fastify from 'fastify';
import { serializerCompiler, validatorCompiler, type ZodTypeProvider } from 'fastify-type-provider-zod';
import { callRoutes } from '../../src/api/calls/routes.ts';
import { useProblems } from '../../src/api/problem.ts';
import type { ApiDeps } from '../../src/api/routes.ts';
import type { AriPort } from '../../src/ari/port.ts';
import { superviseAri } from '../../src/ari/supervisor.ts';
import { systemClock } from '../../src/model/clock.ts';
import { nameFromPbx } from '../../src/model/skype-name.ts';
import { AriControl } from '../../src/services/calls/ari/ari-control.ts';
import { type CallRules, DEFAULT_CALL_RULES } from '../../src/services/calls/rules.ts';
import { CallService } from '../../src/services/calls/service.ts';
import { Directory } from '../../src/services/directory.ts';
import { EventHub } from '../../src/services/hub.ts';
import { Recorder } from '../../src/services/recorder.ts';
import { Grant } from '../../src/services/scopes.ts';
import { type SimulatedPbx, type SimulatedPbxOptions, startSimulatedPbx } from '../../src/sim/pbx.ts';
import type { Store } from '../../src/store/port.ts';
import { IN_MEMORY, openSqliteStore } from '../../src/store/sqlite/open.ts';
import { until } from '../helpers/until.ts';

const ARI = { username: 'sfa', password: 'ari secret' };
const ALL = new Grant({ id: 'test', name: 'test', scopes: ['*'], accounts: ['*'] });

/** Calls alone beside a simulated PBX: everything between the REST routes and ARI, without the rest of the service. */
export interface Scene {
  readonly pbx: SimulatedPbx;
  readonly ari: AriPort;
  readonly control: AriControl;
  readonly calls: CallService;
  readonly store: Store;
  readonly url: string;
  call(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>;
  /** Ends the service as a crash does: nothing is told to the PBX. The PBX and the store go on. */
  crash(): Promise<void>;
  stop(): Promise<void>;
}

export interface Answer {
  readonly status: number;
  readonly body: Record<string, unknown>;
}

export interface SceneOptions {
  readonly simulated?: Partial<SimulatedPbxOptions>;
  readonly rules?: Partial<CallRules>;
  /** Of an earlier scene that crashed. */
  readonly pbx?: SimulatedPbx;
  readonly store?: Store;
}

const account = (user: string) => ({ pbx: 'main', user: nameFromPbx(user), profile: {}, buddies: [] });
export const ACCOUNTS = [account('james_bond'), account('q_branch')];

/** What the operator's dialplan does with calls that come in or are sent away. */
export const EXTENSIONS = {
  'james_bond@default': ['Stasis(sfa,james_bond)', 'Answer()', 'MusicOnHold()'],
  'q_branch@default': ['Answer()', 'MusicOnHold()'],
  '6001@default': ['Answer()', 'MusicOnHold()'],
  's@skype-transfer': ['SkypeTransfer(${SKYPE_TRANSFER_TO},${SKYPE_TRANSFER_TOPIC})'],
};

export async function startScene(options: SceneOptions = {}): Promise<Scene> {
  const pbx =
    options.pbx ??
    (await startSimulatedPbx({
      accounts: ACCOUNTS.map(({ user }) => ({ user, secret: 'x' })),
      managers: [],
      ari: ARI,
      extensions: EXTENSIONS,
      people: [
        { name: 'austin_powers', fullname: 'Austin Powers', profile: { country: 'gb', city: 'London' } },
      ],
      ...options.simulated,
    }));
  const store = options.store ?? (await openSqliteStore(IN_MEMORY));
  const hub = await EventHub.open(store);
  const recorder = new Recorder(store, hub, randomUUID);
  const ari = superviseAri(
    {
      pbx: 'main',
      url: pbx.ari.url,
      ...ARI,
      app: 'sfa',
      backoff: { firstMs: 5, maxMs: 20 },
      timeoutMs: 2_000,
    },
    () => {},
  );
  const log = { debug() {}, info() {}, warn() {}, error() {} };
  const control = new AriControl(ari, systemClock, log);
  const calls = new CallService({
    routes: new Map([['main', { control, rules: { ...DEFAULT_CALL_RULES, ...options.rules } }]]),
    directory: new Directory(ACCOUNTS),
    store,
    recorder,
    clock: systemClock,
    log,
    newId: randomUUID,
  });
  await calls.open();
  const server = fastify({ forceCloseConnections: true });
  server.setValidatorCompiler(validatorCompiler);
  server.setSerializerCompiler(serializerCompiler);
  useProblems(server);
  server.decorateRequest('grant', { getter: () => ALL });
  await server.register(
    (scope, _options, done) => {
      // These routes take nothing else of what the whole service has.
      callRoutes(scope.withTypeProvider<ZodTypeProvider>(), { calls } as ApiDeps);
      done();
    },
    { prefix: '/v1' },
  );
  await server.listen({ host: '127.0.0.1', port: 0 });
  await until(() => ari.connected);
  const url = urlOf(server.server);
  const crash = async () => {
    await server.close();
    control.close();
    await ari.stop();
    await recorder.idle();
  };
  return {
    pbx,
    ari,
    control,
    calls,
    store,
    url,
    async call(method, path, body, headers = {}) {
      const response = await fetch(`${url}${path}`, {
        method,
        headers: { ...headers, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const text = await response.text();
      return { status: response.status, body: text === '' ? {} : JSON.parse(text) };
    },
    crash,
    async stop() {
      await calls.stop();
      await crash();
      await pbx.stop();
      await store.close();
    },
  };
}

function urlOf(server: Server): string {
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
