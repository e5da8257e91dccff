import { randomInt } from 'node:crypto';
import { GENERAL_OPTIONS } from '../config/model/options.ts';
import { type Clock, systemClock } from '../model/clock.ts';
import type { ManagerUser } from './ami/action.ts';
import { dialectOf } from './ami/dialect.ts';
import { AmiServer } from './ami/server.ts';
import { Applications } from './ari/applications.ts';
import { MediaShelf } from './ari/media/shelf.ts';
import { AriServer } from './ari/server.ts';
import type { Channel } from './calls/channel.ts';
import { Contexts } from './calls/contexts.ts';
import { DeviceStates } from './calls/device-states.ts';
import { contextsOfTable, Dialplan, type DialplanContext, type ExtensionTable } from './calls/dialplan.ts';
import { runDialplan } from './calls/dialplan-runner.ts';
import { type Hint, Hints } from './calls/hints.ts';
import { Switchboard } from './calls/switchboard.ts';
import type { KeyedCertificate } from './certificate.ts';
import type { DialplanConf } from './conf/dialplan-conf.ts';
import { faultDesk } from './faults/desk.ts';
import type { FaultOrder } from './faults/fault.ts';
import { Lifetime } from './lifetime.ts';
import type { ListeningAddress } from './listen.ts';
import { Modules } from './modules.ts';
import type { Pace } from './pace.ts';
import { liveScheduler, type Scheduler } from './scheduler.ts';
import { Community } from './skype/community.ts';
import type { AccountSetup, PersonSetup } from './skype/members.ts';
import { Variables } from './variables.ts';
import { plainVariation, type Variation } from './variation/variation.ts';

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
  /** A port for AMI over TLS (0 takes a free one) and the certificate that stands there; none when left out. */
  readonly amiTls?: { readonly port: number } & KeyedCertificate;
  readonly clock?: Clock;
  /** What the manual leaves open, decided; the plain one of Asterisk 22 when left out. */
  readonly variation?: Variation;
  /** How long people take; by default as the variation says, in a plain one no time at all. */
  readonly pace?: Pace;
  /** Bytes that may wait for a slow manager session before it is cut; 64 MiB when left out. */
  readonly mostWaiting?: number;
  /** Milliseconds in which a manager session has to log in; 30,000 when left out. */
  readonly loginWithin?: number;
  /** Licensed Skype channels; 10 when left out. */
  readonly licensedChannels?: number;
  /** Option `default_user` of manual 3.1. */
  readonly defaultUser?: string;
  /** The ARI application that gets calls from Skype; without one they are answered and wait. */
  readonly incomingApp?: string;
  /** A dialplan, `exten@context` to its steps; with one, `incomingApp` does not count. */
  readonly extensions?: ExtensionTable;
  /** The same by contexts, as `extensions.conf` has them. */
  readonly dialplan?: readonly DialplanContext[];
  readonly hints?: readonly Hint[];
  /** Reads the dialplan anew when pbx_config is reloaded; throws when a file is invalid. */
  readonly readDialplan?: () => DialplanConf;
  /** The options of `[general]` that `skype show settings` shows; the driver's defaults when left out. */
  readonly settings?: readonly (readonly [name: string, value: string])[];
  /** Configuration files that GetConfig shows, by name and path; none when left out. */
  readonly files?: Readonly<Record<string, string>>;
  /** Reads the accounts anew when the driver is reloaded; throws when its file is invalid. */
  readonly readAccounts?: () => readonly AccountSetup[];
}

/** A PBX that is up. */
export interface SimulatedPbx {
  readonly ami: ListeningAddress;
  /** Where AMI speaks TLS, or null. */
  readonly amiTls: ListeningAddress | null;
  /** `http://127.0.0.1:PORT`, what ari-client takes; the API is below `/ari`. */
  readonly ari: { readonly url: string };
  /** The Skype community behind it: write as somebody, change presence, ask for authorisation. */
  readonly community: Community;
  /** Its calls: let somebody call in, hang up at the far end. */
  readonly calls: Switchboard;
  readonly variation: Variation;
  /** Its time; everything that shall happen later goes through it and ends with the PBX. */
  readonly scheduler: Scheduler;
  /** Makes something go wrong; resolves when it does. @throws ZodError for an order that is none. */
  fault(order: FaultOrder): Promise<void>;
  /** Ends it: every connection is cut, every timer dropped. A second call does nothing. */
  stop(): Promise<void>;
}

/**
 * Starts a simulated Asterisk with a Skype driver: AMI over TCP, ARI over HTTP and WebSocket, and a small Skype
 * community behind both.
 *
 * @throws the system's error when an address cannot be taken; nothing is left running then.
 */
export async function startSimulatedPbx(given: SimulatedPbxOptions): Promise<SimulatedPbx> {
  const variation = given.variation ?? plainVariation('22');
  const options = { ...given, pace: given.pace ?? variation.pace };
  const host = options.host ?? '127.0.0.1';
  const clock = options.clock ?? systemClock;
  const scheduler = liveScheduler(clock);
  const lifetime = new Lifetime(clock);
  const { announcesAtLogin } = variation;
  const community = new Community({ ...options, scheduler, announcesAtLogin });
  const calls = new Switchboard({ ...options, community, scheduler });
  const variables = new Variables(community, calls);
  const atStart = [...(options.dialplan ?? []), ...contextsOfTable(options.extensions ?? {})];
  const dialplan = new Dialplan(atStart);
  const runInDialplan = (channel: Channel) =>
    runDialplan(channel, dialplan, { calls, community, scheduler, variables });
  if (atStart.length > 0) calls.useDialplan(dialplan, runInDialplan);
  const devices = new DeviceStates(community, calls);
  const hints = new Hints(options.hints ?? [], devices, community, (context) => dialplan.reached(context));
  const contexts = new Contexts({ dialplan: atStart, hints: options.hints ?? [] });
  const readDialplan = () => {
    const read = options.readDialplan?.();
    if (read === undefined) return;
    dialplan.replace(read.dialplan);
    calls.useDialplan(dialplan, runInDialplan);
    hints.replace(read.hints);
    contexts.replace(read);
  };
  const modules = new Modules({ ...options, community, calls, lifetime, readDialplan });
  const applications = new Applications(calls.apps, () => clock.now(), scheduler);
  const shared = { community, calls, devices, variables, clock, lifetime };
  const ami = new AmiServer({
    host,
    port: options.amiPort ?? 0,
    scheduler,
    ...(options.amiTls ? { tls: options.amiTls } : {}),
    ...(options.mostWaiting === undefined ? {} : { mostWaiting: options.mostWaiting }),
    ...(options.loginWithin === undefined ? {} : { loginWithin: options.loginWithin }),
    world: {
      ...shared,
      hints,
      contexts,
      modules,
      scheduler,
      files: new Map(Object.entries(options.files ?? {})),
      users: options.managers,
      settings: options.settings ?? DEFAULT_SETTINGS,
      variation,
      dialect: dialectOf(variation, clock),
      challenge: () => String(randomInt(2 ** 31)),
    },
  });
  const ari = new AriServer({
    host,
    port: options.ariPort ?? 0,
    scheduler,
    ...options.ari,
    world: { ...shared, applications, media: new MediaShelf(calls, scheduler) },
  });
  const restart = () => {
    calls.restart();
    community.restart();
    lifetime.restarted();
  };
  const stop = async () => {
    scheduler.stop();
    await Promise.all([ami.stop(), ari.stop()]);
  };
  try {
    const addresses = await ami.start();
    const ariAddress = await ari.start();
    devices.watch();
    let stopped: Promise<void> | undefined;
    return {
      ...addresses,
      ari: { url: `http://${ariAddress.host}:${ariAddress.port}` },
      community,
      calls,
      variation,
      scheduler,
      fault: faultDesk({ ami, ari, restart }),
      stop: () => (stopped ??= stop()),
    };
  } catch (thrown) {
    await stop();
    throw thrown;
  }
}

const DEFAULT_SETTINGS = Object.entries(GENERAL_OPTIONS).map(
  ([name, option]) => [name, option.default ?? ''] as const,
);
