import { randomUUID } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { Logger as PinoLogger } from 'pino';
import { asteriskManagerTransport } from './ami/link/asterisk-manager-transport.ts';
import { type LinkOptions, PbxLink } from './ami/link/link.ts';
import { socketTransport, type TlsOptions } from './ami/link/socket-transport.ts';
import type { AmiTransport } from './ami/link/transport.ts';
import { buildServer } from './api/server.ts';
import type { AriOptions } from './ari/ari-client.ts';
import { superviseAri } from './ari/supervisor.ts';
import { systemClock } from './model/clock.ts';
import { messageOf } from './model/errors.ts';
import type { RecordedEvent } from './model/events.ts';
import { AccountService } from './services/accounts.ts';
import { type CallRoute, CallService } from './services/calls.ts';
import { ChatService } from './services/chats.ts';
import { Directory, type KnownAccount } from './services/directory.ts';
import { EventHub } from './services/hub.ts';
import { runIntake } from './services/intake.ts';
import { Outbox } from './services/outbox.ts';
import { Recorder } from './services/recorder.ts';
import { createToken, findToken } from './services/tokens.ts';
import type { Store } from './store/port.ts';
import { openSqliteStore } from './store/sqlite/open.ts';

/** How a PBX's manager interface is reached. */
export interface AmiEndpoint extends Pick<LinkOptions, 'username' | 'secret'> {
  readonly host: string;
  readonly port: number;
  readonly link: 'socket' | 'asterisk-manager';
  readonly tls: TlsOptions | null;
}

export interface PbxOptions {
  readonly name: string;
  readonly accounts: readonly KnownAccount[];
  readonly ami: AmiEndpoint;
  /** Null for a PBX without ARI: its calls cannot be controlled. */
  readonly ari: Omit<AriOptions, 'pbx'> | null;
  /** Template of the Skype leg, with `{originator}` and `{destination}`. */
  readonly dial: string;
}

export interface ServiceOptions {
  readonly listen: { readonly host: string; readonly port: number };
  /** Where the database lies. */
  readonly stateDir: string;
  readonly version: string;
  readonly pbxs: readonly PbxOptions[];
}

/** A running service. */
export interface Service {
  /** Root of the REST API, for example `http://127.0.0.1:8480`. */
  readonly url: string;
  createToken(name: string): Promise<string>;
  /** All events behind `seq`, then every new one until the signal is aborted. */
  follow(seq: number, signal: AbortSignal): AsyncIterable<RecordedEvent>;
  /** Ends event streams, calls of ours, links and the store, in this order. */
  stop(): Promise<void>;
}

/** The database file of a state directory. */
export function openStore(stateDir: string): Promise<Store> {
  return openSqliteStore(join(stateDir, 'sfa.sqlite'));
}

/**
 * Builds the whole service and starts it. PBXs that cannot be reached are retried for ever and do not
 * hold back the start.
 *
 * @throws CompanionError `CONFIG_INVALID` for an account on two PBXs; Error when the address is in use.
 */
export async function startService(options: ServiceOptions, log: PinoLogger): Promise<Service> {
  const clock = systemClock;
  const stopping = new AbortController();
  const directory = new Directory(options.pbxs.flatMap((pbx) => pbx.accounts));
  const store = await openStore(options.stateDir);
  const hub = await EventHub.open(store);
  const recorder = new Recorder(store, hub, randomUUID);
  const accounts = new AccountService({ directory, store, recorder, clock, log });
  const [last] = await store.eventsAfter(hub.lastSeq - 1, 1);

  const links: PbxLink[] = [];
  const outboxes = new Map<string, Outbox>();
  const routes = new Map<string, CallRoute>();
  const intakes: Promise<void>[] = [];
  for (const { name, ami, ari, dial } of options.pbxs) {
    const link = new PbxLink(
      transportTo(ami),
      { username: ami.username, secret: ami.secret, pbx: name },
      clock,
    );
    const outbox = new Outbox({ link, store, recorder, log });
    await outbox.recover();
    links.push(link);
    outboxes.set(name, outbox);
    if (ari !== null) {
      const trouble = (reason: string) => log.warn({ pbx: name, reason }, 'no ARI connection');
      routes.set(name, { ari: superviseAri({ ...ari, pbx: name }, trouble), dial });
    }
    intakes.push(
      runIntake(link.items(), {
        pbx: name,
        isAccount: directory.isAccount(name),
        recorder,
        log,
        lastSeenAt: last?.receivedAt ?? null,
        onRecorded: () => outbox.wake(),
        onState: ({ state, reason }) => {
          log.info({ pbx: name, state, reason }, 'manager connection');
          if (state !== 'ready') return;
          void accounts
            .synchronise(link)
            .then(() => outbox.wake())
            .catch((thrown) =>
              log.error({ pbx: name, error: messageOf(thrown) }, 'reading the accounts failed'),
            );
        },
      }),
    );
  }
  const chats = new ChatService({ directory, store, recorder, outboxes, clock, newId: randomUUID });
  const calls = new CallService({ routes, directory, store, recorder, clock, log, newId: randomUUID });
  const server = await buildServer({
    accounts,
    chats,
    calls,
    hub,
    log,
    stopping: stopping.signal,
    checkToken: async (token) => (await findToken(store, token)) !== null,
    health: () => {
      const pbxs = links.map((link) => ({
        pbx: link.pbx,
        ami: link.state,
        ari: routes.get(link.pbx)?.ari.connected ?? null,
      }));
      const ready = pbxs.every((pbx) => pbx.ami === 'ready' && pbx.ari !== false);
      return { status: ready ? 'ok' : 'degraded', version: options.version, pbxs };
    },
  });

  const stop = async () => {
    stopping.abort();
    await server.close();
    await calls.stop();
    for (const outbox of outboxes.values()) outbox.stop();
    await Promise.all(links.map((link) => link.stop()));
    await Promise.all([...routes.values()].map(({ ari }) => ari.stop()));
    await Promise.all(intakes);
    await recorder.idle();
    await store.close();
  };
  try {
    await server.listen({ host: options.listen.host, port: options.listen.port });
  } catch (thrown) {
    await stop();
    throw thrown;
  }
  for (const link of links) link.start();
  return {
    url: urlOf(server.server.address() as AddressInfo),
    createToken: (name) => createToken(store, name, clock),
    follow: (seq, signal) => hub.follow(seq, signal),
    stop,
  };
}

function transportTo({ host, port, link, tls }: AmiEndpoint): AmiTransport {
  if (link === 'asterisk-manager') return asteriskManagerTransport({ host, port });
  return socketTransport({ host, port, tls: tls ?? undefined });
}

function urlOf({ address, family, port }: AddressInfo): string {
  return `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`;
}
