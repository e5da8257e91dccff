import { createRequire } from 'node:module';
import { asteriskManagerTransport } from '../../src/ami/link/asterisk-manager-transport.ts';
import { PbxLink } from '../../src/ami/link/link.ts';
import { socketTransport } from '../../src/ami/link/socket-transport.ts';
import type { AmiTransport } from '../../src/ami/link/transport.ts';
import { header } from '../../src/ami/wire/message.ts';
import { systemClock } from '../../src/model/clock.ts';

/** What every client can do: hand events out, and ask. */
export interface Client {
  /** Calls back with the name of each event. */
  onEvent: (name: string) => void;
  /** Sends a `Getvar` whose answer holds the tag again; gives the tag that came back. */
  echo(tag: string): Promise<string>;
  flood(count: number): void;
  close(): void;
}

const require = createRequire(import.meta.url);

/** What of asterisk-manager and yana is used here. */
interface Fields {
  readonly [name: string]: string | undefined;
}
interface Manager {
  on(event: string, listener: (fields: Fields) => void): void;
  action(action: object, done: (error: unknown, fields: Fields) => void): void;
  disconnect(): void;
}
interface Yana {
  on(event: string, listener: (fields: Fields) => void): void;
  connect(done: () => void): void;
  send(action: object, done?: (fields: Fields) => void): void;
  disconnect(): void;
}

export const CLIENTS: Readonly<Record<string, (port: number) => Promise<Client>>> = {
  companion: (port) => throughLink(socketTransport({ host: '127.0.0.1', port })),
  'companion through asterisk-manager': (port) =>
    throughLink(asteriskManagerTransport({ host: '127.0.0.1', port })),
  'asterisk-manager': asteriskManager,
  yana,
};

async function throughLink(transport: AmiTransport): Promise<Client> {
  const options = { pbx: 'bench', username: 'u', secret: 's', maxInFlight: 1024, maxQueued: 10_000_000 };
  const link = new PbxLink(transport, options, systemClock);
  const ready = Promise.withResolvers<void>();
  const client: Client = {
    onEvent: () => {},
    echo: async (tag) => {
      const headers = [
        ['Channel', tag],
        ['Variable', 'x'],
      ] as const;
      const { response } = await link.request({ name: 'Getvar', headers, reply: 'response' });
      return header(response, 'Value') ?? '';
    },
    flood: (count) => {
      const headers = [['Count', String(count)]] as const;
      void link.request({ name: 'Flood', headers, reply: 'response' });
    },
    close: () => void link.stop(),
  };
  void (async () => {
    for await (const batch of link.items()) {
      for (const item of batch) {
        if (item.kind === 'message') client.onEvent(header(item.message, 'Event') ?? '');
        else if (item.kind === 'state' && item.state === 'ready') ready.resolve();
      }
    }
  })();
  link.start();
  await ready.promise;
  return client;
}

function asteriskManager(port: number): Promise<Client> {
  const create = require('asterisk-manager') as (...options: unknown[]) => Manager;
  const manager = create(port, '127.0.0.1', 'u', 's', true);
  const client: Client = {
    onEvent: () => {},
    echo: (tag) =>
      new Promise((resolve) => {
        manager.action({ action: 'Getvar', channel: tag, variable: 'x' }, (_error, fields) =>
          resolve(fields['value'] ?? ''),
        );
      }),
    flood: (count) => manager.action({ action: 'Flood', count: String(count) }, () => {}),
    close: () => manager.disconnect(),
  };
  manager.on('managerevent', (fields) => client.onEvent(fields['event'] ?? ''));
  // It holds actions back until it is logged in.
  return client.echo('hello').then(() => client);
}

function yana(port: number): Promise<Client> {
  const Ami = require('yana') as new (options: object) => Yana;
  const ami = new Ami({ host: '127.0.0.1', port, login: 'u', password: 's', events: true });
  const client: Client = {
    onEvent: () => {},
    echo: (tag) =>
      new Promise((resolve) => {
        ami.send({ Action: 'Getvar', Channel: tag, Variable: 'x' }, (fields) =>
          resolve(fields['Value'] ?? ''),
        );
      }),
    flood: (count) => ami.send({ Action: 'Flood', Count: String(count) }),
    close: () => ami.disconnect(),
  };
  ami.on('event', (fields) => client.onEvent(fields['Event'] ?? ''));
  return new Promise((resolve) => ami.connect(() => resolve(client)));
}
