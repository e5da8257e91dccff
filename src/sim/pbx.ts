import { randomInt } from 'node:crypto';
import { type Clock, systemClock } from '../model/clock.ts';
import type { ManagerUser } from './ami/action.ts';
import { DRIVER_TEXTS } from './ami/driver-texts.ts';
import { AmiServer } from './ami/server.ts';
import { Applications } from './ari/applications.ts';
import { AriServer } from './ari/server.ts';
import { Switchboard } from './calls/switchboard.ts';
import type { ListeningAddress } from './listen.ts';
import type { Pace } from './pace.ts';
import { liveScheduler } from './scheduler.ts';
import { Community } from './skype/community.ts';
import type { AccountSetup, PersonSetup } from './skype/members.ts';
import { Variables } from './variables.ts';

/** What a simulated PBX is made of. */
export interface SimulatedPbxOptions {
  readonly accounts: readonly AccountSetup[];
  /** People outside; `echo123` is always there, and others come into being when somebody names them. */
  readonly people?: readonly PersonSetup[];
  /** The users of its manager interface. */
  readonly managers: readonly ManagerUser[];
  /** The user of its ARI. */
  readonly ari: { readonly username: string; readonly password: string };
  /** 127.0.0.1 when left out; there is no encryption, so keep it on loopback. */
  readonly host?: string;
  /** 0, the default, takes a free port. */
  readonly amiPort?: number;
  readonly ariPort?: number;
  readonly clock?: Clock;
  /** How long people take; by default no time at all. */
  readonly pace?: Pace;
  /** Bytes that may wait for a slow manager session before it is cut; 64 MiB when left out. */
  readonly mostWaiting?: number;
  /** Licensed Skype channels; 10 when left out. */
  readonly licensedChannels?: number;
  /** Option `default_user` of manual 3.1. */
  readonly defaultUser?: string;
  /** The ARI application that gets calls from Skype; without one they are answered and wait. */
  readonly incomingApp?: string;
}

/** A PBX that is up. */
export interface SimulatedPbx {
  readonly ami: ListeningAddress;
  /** `http://127.0.0.1:PORT`, what ari-client takes; the API is below `/ari`. */
  readonly ari: { readonly url: string };
  /** The Skype community behind it: write as somebody, change presence, ask for authorisation. */
  readonly community: Community;
  /** Its calls: let somebody call in, hang up at the far end. */
  readonly calls: Switchboard;
  /** Ends it: every connection is cut, every timer dropped. A second call does nothing. */
  stop(): Promise<void>;
}

/**
 * Starts a simulated Asterisk 22 with a Skype driver: AMI over TCP, ARI over HTTP and WebSocket, and a small Skype
 * community behind both.
 *
 * @throws the system's error when an address cannot be taken; nothing is left running then.
 */
export async function startSimulatedPbx(options: SimulatedPbxOptions): Promise<SimulatedPbx> {
  const host = options.host ?? '127.0.0.1';
  const clock = options.clock ?? systemClock;
  const scheduler = liveScheduler(clock);
  const startedAt = clock.now();
  const community = new Community({ ...options, scheduler });
  const calls = new Switchboard({ ...options, community, scheduler });
  const variables = new Variables(community, calls);
  const applications = new Applications(calls.apps, () => clock.now());
  const ami = new AmiServer({
    host,
    port: options.amiPort ?? 0,
    ...(options.mostWaiting === undefined ? {} : { mostWaiting: options.mostWaiting }),
    world: {
      community,
      calls,
      variables,
      clock,
      startedAt,
      users: options.managers,
      texts: DRIVER_TEXTS,
      challenge: () => String(randomInt(2 ** 31)),
    },
  });
  const ari = new AriServer({
    host,
    port: options.ariPort ?? 0,
    ...options.ari,
    world: { community, calls, variables, applications, clock, startedAt },
  });
  const stop = async () => {
    scheduler.stop();
    await Promise.all([ami.stop(), ari.stop()]);
  };
  try {
    const amiAddress = await ami.start();
    const ariAddress = await ari.start();
    let stopped: Promise<void> | undefined;
    return {
      ami: amiAddress,
      ari: { url: `http://${ariAddress.host}:${ariAddress.port}` },
      community,
      calls,
      stop: () => (stopped ??= stop()),
    };
  } catch (thrown) {
    await stop();
    throw thrown;
  }
}
