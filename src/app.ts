import type { AddressInfo } from 'node:net';
import type { Logger as PinoLogger } from 'pino';
import { DEFAULT_PER_MINUTE } from './api/access/limits.ts';
import { buildServer } from './api/server.ts';
import { type CallOptions, type CallWire, eventMaskOf, wireCalls } from './call-wiring.ts';
import type { Diagnostic } from './config/diagnostic.ts';
import { type AmiEndpoint, linkTo } from './endpoint.ts';
import { systemClock } from './model/clock.ts';
import { CompanionError } from './model/errors.ts';
import type { RecordedEvent } from './model/events.ts';
import { timeOrderedId } from './model/id.ts';
import { isLoopback, type ServicePolicy } from './policy.ts';
import { AccountStates } from './services/account-states.ts';
import { AccountService } from './services/accounts.ts';
import { AuditLog } from './services/audit-log.ts';
import { BalanceWatch } from './services/balance.ts';
import { learnLicences } from './services/calls/licences.ts';
import { CallService } from './services/calls/service.ts';
import { ChatService } from './services/chats.ts';
import { ContactService } from './services/contacts.ts';
import { Directory, type KnownAccount } from './services/directory.ts';
import { EventHub } from './services/hub.ts';
import { runIntake } from './services/intake.ts';
import { Links } from './services/links.ts';
import { LoopLag } from './services/loop-lag.ts';
import { measuredLink } from './services/measured-link.ts';
import { Metrics } from './services/metrics.ts';
import { type ExplainRefusal, Outbox } from './services/outbox.ts';
import { PresenceService } from './services/presence.ts';
import { PrivacyService } from './services/privacy.ts';
import { ModelBook, type PbxModel } from './services/provisioning/model-book.ts';
import { ProvisioningService } from './services/provisioning/provisioning-service.ts';
import { Recorder, skipLostNumbers } from './services/recorder.ts';
import { DEFAULT_RETENTION_DAYS, keepRetention } from './services/retention.ts';
import { RightsBook } from './services/rights-book.ts';
import { Synchroniser } from './services/synchronise.ts';
import { TokenBook } from './services/tokens.ts';
import { runWebhook } from './services/webhooks.ts';
import { closeGently, type StopStep, stopInOrder } from './shutdown.ts';
import { openStore } from './store/state.ts';

export interface PbxOptions extends CallOptions {
  readonly accounts: readonly KnownAccount[];
  readonly ami: AmiEndpoint;
  /** The model that the accounts come from, for plans and diagnostics. */
  readonly model?: Omit<PbxModel, 'pbx'>;
}

export interface ServiceOptions {
  readonly listen: { readonly host: string; readonly port: number };
  /** Where the database lies. */
  readonly stateDir: string;
  readonly version: string;
  readonly pbxs: readonly PbxOptions[];
  readonly policy?: ServicePolicy;
}

/** A running service. */
export interface Service {
  /** Root of the REST API, for example `http://127.0.0.1:8480`. */
  readonly url: string;
  createToken(name: string): Promise<string>;
  /** All events behind `seq`, then every new one until the signal is aborted. */
  follow(seq: number, signal: AbortSignal): AsyncIterable<RecordedEvent>;
  /**
   * Takes other models, and brings the live accounts to them.
   *
   * @throws CompanionError `CONFIG_INVALID` for an account on two PBXs; nothing is changed then.
   */
  useModels(pbxs: readonly Pick<PbxOptions, 'name' | 'accounts' | 'model'>[]): void;
  /** Models were read that hold mistakes: those in force stay, and the diagnostics tell. */
  refuseModels(problems: readonly Diagnostic[]): void;
  /** Takes no more work, waits for what is on the wire, then ends links and store; never longer than a minute. */
  stop(): Promise<void>;
}

/** How long chats on the wire may take to be answered when the service stops, in milliseconds. */
const DRAIN_MS = 5_000;
/** How long requests that run may take to be answered then, in milliseconds. */
const ANSWER_MS = 1_000;

/**
 * Builds the whole service and starts it. PBXs that cannot be reached are retried for ever and do not
 * hold back the start.
 *
 * @throws CompanionError `CONFIG_INVALID` for an account on two PBXs, and for an address that other
 *   machines reach while there is no token; Error when the address is in use.
 */
export async function startService(options: ServiceOptions, log: PinoLogger): Promise<Service> {
  const { policy = {} } = options;
  const clock = systemClock;
  const stopping = new AbortController();
  const directory = new Directory(options.pbxs.flatMap((pbx) => pbx.accounts));
  const book = new ModelBook(modelsOf(options.pbxs));
  const store = await openStore(options.stateDir);
  const tokens = new TokenBook(store, clock);
  if (!isLoopback(options.listen.host) && (await tokens.list()).length === 0) {
    await store.close();
    throw new CompanionError(
      'CONFIG_INVALID',
      `listen: found ${options.listen.host}, which other machines reach, and no token; make one first: sfa token create NAME`,
    );
  }
  await skipLostNumbers(store);
  const hub = await EventHub.open(store);
  const newId = () => timeOrderedId(clock.now());
  const recorder = new Recorder(store, hub, newId);
  const audit = new AuditLog({ store, recorder, clock, log });
  const states = new AccountStates();
  const pbxLinks = options.pbxs.map((pbx) => linkTo(pbx.name, { ...pbx.ami, eventMask: eventMaskOf(pbx) }));
  const metrics = new Metrics({ links: new Links(pbxLinks), store, hub, recorder, clock });
  const links = new Links(pbxLinks.map((link) => measuredLink(link, metrics)));
  const accounts = new AccountService({ directory, links, store, recorder, states, clock });
  const contacts = new ContactService({ directory, links, store, recorder, clock, log });
  const rights = new RightsBook(log);
  const synchroniser = new Synchroniser({
    directory,
    accounts,
    contacts,
    states,
    log,
    prune: policy.prune === true,
  });
  hub.observe((events) => {
    for (const { pbx, event } of events) {
      if (event.type !== 'account.status') continue;
      states.note(pbx, event.user, event.status);
      if (event.status === 'Logged In') void synchroniser.loggedIn(links.get(pbx), event.user);
    }
  });

  const outboxes = new Map<string, Outbox>();
  const wires = new Map<string, CallWire>();
  const background: Promise<void>[] = [];
  states.onNoted((pbx) => outboxes.get(pbx)?.wake());
  const explain: ExplainRefusal = (refusal, user) => accounts.explainRefusal(refusal, user);
  for (const pbx of options.pbxs) {
    const { name } = pbx;
    const link = links.get(name);
    const outbox = new Outbox({ link, store, recorder, states, explain, clock, log });
    await outbox.recover();
    outboxes.set(name, outbox);
    const wire = wireCalls(pbx, link, clock, log);
    wires.set(name, wire);
    const intake = runIntake(link.items(), {
      pbx: name,
      isAccount: directory.isAccount(name),
      recorder,
      log,
      signal: stopping.signal,
      seenAt: await store.seenAt(name),
      onOther: wire.onManagerEvent,
      onState: ({ state, reason }) => {
        log.info({ pbx: name, state, reason }, 'manager connection');
        if (state === 'disconnected') states.forget(name);
        if (state !== 'ready') return;
        void rights.look(link);
        void synchroniser.all(link);
        wire.onReady();
        void learnLicences(link, calls, log);
      },
    });
    background.push(intake);
  }
  const chats = new ChatService({
    directory,
    store,
    recorder,
    links,
    outboxes,
    clock,
    newId,
    ttlSeconds: policy.chatTtlSeconds,
  });
  const routes = new Map([...wires].map(([name, { route }]) => [name, route]));
  const calls = new CallService({ routes, directory, store, recorder, clock, log, newId });
  await calls.open();
  metrics.watchChannels(() => calls.usage());
  const lag = LoopLag.watch(stopping.signal);
  const pbxs = () =>
    links.all().map((link) => ({
      pbx: link.pbx,
      ami: link.state,
      ari: wires.get(link.pbx)?.ari?.connected ?? null,
      reason: link.reason,
      code: link.code,
      ariReason: wires.get(link.pbx)?.ari?.reason ?? null,
      driver: rights.of(link.pbx)?.driver ?? null,
      denied: [...(rights.of(link.pbx)?.denied ?? [])],
    }));
  const server = await buildServer(
    {
      accounts,
      contacts,
      presence: new PresenceService({ directory, store, map: policy.presence }),
      chats,
      calls,
      privacy: new PrivacyService({ directory, store, recorder }),
      provisioning: new ProvisioningService({ book, directory, links, prune: policy.prune === true }),
      tokens,
      history: store,
      hub,
      audit,
      metrics,
      log,
      limits: {
        requestsPerMinute: policy.requestsPerMinute ?? DEFAULT_PER_MINUTE,
        heartbeatMs: policy.heartbeatMs ?? 15_000,
        slowSubscriberMs: policy.slowSubscriberMs ?? 30_000,
      },
      stopping: stopping.signal,
      pbxs,
      health: () => {
        const found = pbxs();
        const ready = found.every((pbx) => pbx.ami === 'ready' && pbx.ari !== false) && recorder.healthy;
        return {
          status: ready ? 'ok' : 'degraded',
          version: options.version,
          store: recorder.healthy,
          lagMs: lag.ms,
          pbxs: found.map(({ pbx, ami, ari }) => ({ pbx, ami, ari })),
        };
      },
    },
    { version: options.version, tls: policy.tls ?? null },
  );
  keepRetention({ recorder, clock, log }, policy.retentionDays ?? DEFAULT_RETENTION_DAYS, stopping.signal);
  if (policy.balance) {
    new BalanceWatch({ directory, accounts, states, recorder, clock, log }, policy.balance).start(
      stopping.signal,
    );
  }
  for (const webhook of policy.webhooks ?? []) {
    background.push(runWebhook(webhook, { hub, store, clock, log }, stopping.signal));
  }

  const steps: readonly StopStep[] = [
    // Each chat on the wire may still be answered; the others stay queued.
    {
      what: 'outbox',
      withinMs: 2 * DRAIN_MS,
      run: () => Promise.all([...outboxes.values()].map((outbox) => outbox.stop(DRAIN_MS))),
    },
    { what: 'rest', withinMs: 2 * ANSWER_MS, run: () => closeGently(server, ANSWER_MS) },
    { what: 'calls', withinMs: DRAIN_MS, run: () => calls.stop() },
    { what: 'ami', withinMs: DRAIN_MS, run: () => Promise.all(pbxLinks.map((link) => link.stop())) },
    {
      what: 'ari',
      withinMs: DRAIN_MS,
      run: () => Promise.all([...wires.values()].map(({ ari }) => ari?.stop())),
    },
    { what: 'background', withinMs: DRAIN_MS, run: () => Promise.all(background) },
    { what: 'audit', withinMs: DRAIN_MS, run: () => audit.settled() },
    { what: 'recorder', withinMs: DRAIN_MS, run: () => recorder.idle() },
    { what: 'store', withinMs: DRAIN_MS, run: () => store.close() },
  ];
  let stopped: Promise<void> | null = null;
  const stop = () => {
    stopping.abort();
    stopped ??= stopInOrder(steps, log);
    return stopped;
  };
  try {
    await server.listen({ host: options.listen.host, port: options.listen.port });
  } catch (thrown) {
    await stop();
    throw thrown;
  }
  for (const link of pbxLinks) link.start();
  const url = urlOf(server.server.address() as AddressInfo, policy.tls ? 'https' : 'http');
  return {
    url,
    createToken: async (name) => (await tokens.create({ name })).token,
    follow: (seq, signal) => hub.follow(seq, signal),
    useModels(pbxs) {
      directory.replace(pbxs.flatMap((pbx) => pbx.accounts));
      book.replace(modelsOf(pbxs));
      for (const link of links.all()) if (link.state === 'ready') void synchroniser.all(link);
    },
    refuseModels: (problems) => book.refuse(problems),
    stop,
  };
}

function modelsOf(pbxs: readonly Pick<PbxOptions, 'name' | 'model'>[]): PbxModel[] {
  return pbxs.flatMap(({ name, model }) => (model === undefined ? [] : [{ pbx: name, ...model }]));
}

function urlOf({ address, family, port }: AddressInfo, scheme: string): string {
  return `${scheme}://${family === 'IPv6' ? `[${address}]` : address}:${port}`;
}
