import { createRequire } from 'node:module';
import { expect, onTestFinished, test } from 'vitest';
import { RESOURCES } from '../../src/sim/ari/resources/index.ts';
import { pbxForTest } from './support.ts';

/** The little of ari-client 2.2.0 that this test walks through; the package has no types of its own. */
interface AriClient {
  start(app: string): Promise<void>;
  stop(): void;
  once(event: string, listener: (event: unknown, instance: AriChannel) => void): void;
  Channel(id?: string): AriChannel;
  Bridge(id?: string): AriBridge;
  channels: Record<string, unknown> & { list(): Promise<AriChannel[]> };
  bridges: { list(): Promise<AriBridge[]> };
  asterisk: { getInfo(): Promise<{ system: { version: string } }> };
}
interface AriChannel {
  readonly id: string;
  readonly state: string;
  once(event: string, listener: (event: { cause: number }) => void): void;
  originate(options: Readonly<Record<string, unknown>>): Promise<AriChannel>;
  getChannelVar(options: { variable: string }): Promise<{ value: string }>;
  answer(): Promise<void>;
  hangup(options?: { reason: string }): Promise<void>;
}
interface AriBridge {
  readonly id: string;
  readonly channels: readonly string[];
  create(options: { type: string }): Promise<AriBridge>;
  addChannel(options: { channel: readonly string[] }): Promise<void>;
  get(): Promise<AriBridge>;
  destroy(): Promise<void>;
}

const ari = createRequire(import.meta.url)('ari-client') as {
  connect(url: string, user: string, password: string): Promise<AriClient>;
};

async function connect(url: string): Promise<AriClient> {
  const client = await ari.connect(url, 'ari', 'secret');
  await client.start('sfa');
  onTestFinished(() => client.stop());
  return client;
}

/** Calls an endpoint and waits until it is in the application. */
async function call(client: AriClient, id: string, endpoint: string, variables = {}): Promise<AriChannel> {
  const channel = client.Channel(id);
  const started = new Promise<void>((resolve) => channel.once('StasisStart', () => resolve()));
  await channel.originate({ endpoint, app: 'sfa', appArgs: 'dialed', variables });
  await started;
  return channel;
}

test('ari-client connects, calls, bridges and hangs up', async () => {
  const pbx = await pbxForTest();
  const client = await connect(pbx.ari.url);
  expect((await client.asterisk.getInfo()).system.version).toMatch(/^22\./);

  const agent = await call(client, 'agent', 'PJSIP/shoe-phone');
  const skype = await call(client, 'skype', 'Skype/james_bond@austin_powers', {
    'SKYPE_CALL_PROPERTY(topic)': 'Dinner',
  });
  expect((await skype.getChannelVar({ variable: 'SKYPE_CALL_PROPERTY(topic)' })).value).toBe('Dinner');
  expect((await client.channels.list()).map(({ state }) => state)).toEqual(['Up', 'Up']);

  const bridge = client.Bridge();
  await bridge.create({ type: 'mixing' });
  await bridge.addChannel({ channel: [agent.id, skype.id] });
  expect((await bridge.get()).channels).toEqual(['agent', 'skype']);

  const ended = new Promise<number>((resolve) =>
    skype.once('ChannelDestroyed', ({ cause }) => resolve(cause)),
  );
  await skype.hangup({ reason: 'normal' });
  expect(await ended).toBe(16);
  await agent.hangup();
  await bridge.destroy();
  expect(await client.channels.list()).toEqual([]);
  expect(await client.bridges.list()).toEqual([]);
});

test('ari-client answers a call from Skype', async () => {
  const pbx = await pbxForTest({ incomingApp: 'sfa' });
  const client = await connect(pbx.ari.url);
  const arrived = new Promise<AriChannel>((resolve) =>
    client.once('StasisStart', (_, channel) => resolve(channel)),
  );
  pbx.calls.incomingCall({ to: 'james_bond', from: 'austin_powers' });
  const channel = await arrived;
  const up = new Promise<void>((resolve) => channel.once('ChannelStateChange', () => resolve()));
  await channel.answer();
  await up;
});

test('ari-client hears why the PBX refused', async () => {
  const pbx = await pbxForTest();
  const client = await connect(pbx.ari.url);
  const originate = client.Channel('x').originate({ endpoint: 'Skype/blofeld@x', app: 'sfa' });
  await expect(originate).rejects.toThrow('{"error":"Allocation failed"}');
});

test('every operation of the table becomes a method', async () => {
  const pbx = await pbxForTest();
  const client = await connect(pbx.ari.url);
  const found = RESOURCES.flatMap(({ name, operations }) =>
    operations.map(({ nickname }) => {
      const resource = Reflect.get(client, name) as Readonly<Record<string, unknown>>;
      return [name, nickname, typeof resource[nickname]];
    }),
  );
  const expected = RESOURCES.flatMap(({ name, operations }) =>
    operations.map(({ nickname }) => [name, nickname, 'function']),
  );
  expect(found).toEqual(expected);
});
