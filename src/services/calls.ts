import type { AriEvent, AriPort } from '../ari/port.ts';
import type { Clock } from '../model/clock.ts';
import { CompanionError, messageOf } from '../model/errors.ts';
import type { Call } from '../model/events.ts';
import { isSkypeName, SKYPE_NAME_RULE } from '../model/skype-name.ts';
import type { Store } from '../store/port.ts';
import type { Directory } from './directory.ts';
import type { Logger } from './logger.ts';
import type { Recorder } from './recorder.ts';

export interface CallRequest {
  /** The account that calls. */
  readonly from: string;
  /** Skype name or +number. */
  readonly to: string;
  /** Dial string of the agent's phone, which rings first. */
  readonly agent: string;
  readonly topic?: string | undefined;
}

/** How a PBX reaches people: its ARI, and the template of the Skype leg's dial string. */
export interface CallRoute {
  readonly ari: AriPort;
  /** With `{originator}` and `{destination}`, for example `Skype/{originator}@{destination}`. */
  readonly dial: string;
}

export const DEFAULT_DIAL = 'Skype/{originator}@{destination}';

const AGENT = /^[A-Za-z0-9]+\/[A-Za-z0-9_.:@+/-]{1,120}$/;
const RING_SECONDS = 30;

/** Words for the ISDN causes that a caller can act on (Q.850); others keep their number. */
const CAUSES: Readonly<Record<number, string>> = {
  0: 'hangup',
  1: 'unallocated',
  3: 'no-route',
  16: 'hangup',
  17: 'busy',
  18: 'no-answer',
  19: 'no-answer',
  21: 'declined',
  34: 'no-channel',
  38: 'network',
};

/** A living call and what it owns on the PBX. */
class LiveCall {
  call: Call;
  readonly agentChannel: string;
  readonly skypeChannel: string;
  readonly bridge: string;
  /** Channels that exist or may exist; what is left here is hung up at the end. */
  readonly channels = new Set<string>();
  bridged = false;

  constructor(call: Call) {
    this.call = call;
    this.agentChannel = `sfa-${call.id}-agent`;
    this.skypeChannel = `sfa-${call.id}-skype`;
    this.bridge = `sfa-${call.id}`;
  }
}

/**
 * Calls between an agent's phone and a Skype user: the agent rings first, then the Skype leg, and a
 * bridge joins them on answer. Each call's steps run one after the other.
 */
export class CallService {
  readonly #routes: ReadonlyMap<string, CallRoute>;
  readonly #directory: Directory;
  readonly #store: Store;
  readonly #recorder: Recorder;
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #newId: () => string;
  readonly #live = new Map<string, LiveCall>();
  readonly #byChannel = new Map<string, LiveCall>();
  readonly #steps = new Map<string, Promise<void>>();

  constructor(deps: {
    routes: ReadonlyMap<string, CallRoute>;
    directory: Directory;
    store: Store;
    recorder: Recorder;
    clock: Clock;
    log: Logger;
    newId: () => string;
  }) {
    this.#routes = deps.routes;
    this.#directory = deps.directory;
    this.#store = deps.store;
    this.#recorder = deps.recorder;
    this.#clock = deps.clock;
    this.#log = deps.log;
    this.#newId = deps.newId;
    for (const { ari } of deps.routes.values()) {
      ari.onEvent((event) => {
        const live = this.#byChannel.get(event.channel);
        if (live !== undefined) void this.#step(live, () => this.#onEvent(ari, live, event));
      });
    }
  }

  /**
   * Begins a call: the agent's phone rings when this returns.
   *
   * @throws CompanionError `ACCOUNT_UNKNOWN`, `VALUE_FORBIDDEN`, or `ARI_REQUEST_FAILED` when the PBX
   *   refuses the agent's leg.
   */
  async start(request: CallRequest): Promise<Call> {
    const account = this.#directory.get(request.from);
    if (!isSkypeName(request.to)) {
      throw new CompanionError('VALUE_FORBIDDEN', `to: allowed is ${SKYPE_NAME_RULE}`, { field: 'to' });
    }
    if (!AGENT.test(request.agent)) {
      throw new CompanionError(
        'VALUE_FORBIDDEN',
        'agent: allowed is a dial string of one device, for example PJSIP/shoe-phone',
        { field: 'agent' },
      );
    }
    const { ari } = this.#route(account.pbx);
    const live = new LiveCall({
      id: this.#newId(),
      pbx: account.pbx,
      user: account.user,
      peer: request.to,
      agent: request.agent,
      direction: 'out',
      state: 'dialing',
      topic: request.topic ?? null,
      startedAt: this.#clock.now(),
      answeredAt: null,
      endedAt: null,
      cause: null,
    });
    this.#live.set(live.call.id, live);
    await this.#change(live, {});
    const failure = await this.#step(live, () => this.#ringAgent(ari, live));
    if (failure !== null) throw failure;
    return live.call;
  }

  list(filter: { readonly active?: boolean }): Promise<Call[]> {
    return this.#store.calls(filter);
  }

  /** @throws CompanionError `CALL_UNKNOWN` */
  async show(id: string): Promise<Call> {
    const call = this.#live.get(id)?.call ?? (await this.#store.call(id));
    if (call === null) throw new CompanionError('CALL_UNKNOWN', 'there is no such call', { id });
    return call;
  }

  /**
   * Ends a call on both sides; one that has ended stays as it is.
   *
   * @throws CompanionError `CALL_UNKNOWN`
   */
  async end(id: string): Promise<Call> {
    const live = this.#live.get(id);
    if (live === undefined) return this.show(id);
    await this.#step(live, () => this.#finish(this.#route(live.call.pbx).ari, live, 'hangup'));
    return live.call;
  }

  /** Ends every living call. */
  async stop(): Promise<void> {
    await Promise.all([...this.#live.keys()].map((id) => this.end(id)));
  }

  #route(pbx: string): CallRoute {
    const route = this.#routes.get(pbx);
    if (route === undefined) {
      throw new CompanionError('ARI_REQUEST_FAILED', `the PBX "${pbx}" has no ARI connection`, { pbx });
    }
    return route;
  }

  /** Runs the steps of one call in their order; a failed one ends the call and is returned. */
  #step(live: LiveCall, work: () => Promise<void>): Promise<CompanionError | null> {
    const id = live.call.id;
    const run = async (): Promise<CompanionError | null> => {
      try {
        await work();
        return null;
      } catch (thrown) {
        const failure =
          thrown instanceof CompanionError ? thrown : new CompanionError('INTERNAL', messageOf(thrown));
        this.#log.warn({ call: id, pbx: live.call.pbx, code: failure.code }, 'a call failed');
        await this.#finish(this.#route(live.call.pbx).ari, live, 'failed');
        return failure;
      }
    };
    const done = (this.#steps.get(id) ?? Promise.resolve()).then(run);
    this.#steps.set(
      id,
      done.then(() => undefined),
    );
    return done;
  }

  async #ringAgent(ari: AriPort, live: LiveCall): Promise<void> {
    await this.#ring(ari, live, live.agentChannel, live.call.agent, {});
    await this.#change(live, { state: 'ringing' });
  }

  async #ring(
    ari: AriPort,
    live: LiveCall,
    channelId: string,
    endpoint: string,
    variables: Readonly<Record<string, string>>,
  ): Promise<void> {
    live.channels.add(channelId);
    this.#byChannel.set(channelId, live);
    try {
      await ari.originate({ channelId, endpoint, timeoutSeconds: RING_SECONDS, variables });
    } catch (thrown) {
      live.channels.delete(channelId);
      throw thrown;
    }
  }

  async #onEvent(ari: AriPort, live: LiveCall, event: AriEvent): Promise<void> {
    if (live.call.state === 'ended') return;
    if (event.kind === 'destroyed') {
      live.channels.delete(event.channel);
      await this.#finish(ari, live, CAUSES[event.cause] ?? `cause-${event.cause}`);
    } else if (event.kind === 'entered' && event.channel === live.agentChannel) {
      await ari.createBridge(live.bridge);
      live.bridged = true;
      await ari.addToBridge(live.bridge, live.agentChannel);
      const { user, peer, topic, pbx } = live.call;
      const endpoint = this.#route(pbx)
        .dial.replaceAll('{originator}', user)
        .replaceAll('{destination}', peer);
      const variables: Record<string, string> = topic === null ? {} : { 'SKYPE_CALL_PROPERTY(topic)': topic };
      await this.#ring(ari, live, live.skypeChannel, endpoint, variables);
    } else if (event.kind === 'entered' && event.channel === live.skypeChannel) {
      await ari.addToBridge(live.bridge, live.skypeChannel);
      await this.#change(live, { state: 'bridged', answeredAt: this.#clock.now() });
    }
  }

  /** Takes down all that the call owns; what is gone already is no failure. */
  async #finish(ari: AriPort, live: LiveCall, cause: string): Promise<void> {
    if (live.call.state === 'ended') return;
    const clean = async (work: Promise<void>) => {
      await work.catch((thrown) => this.#log.debug({ call: live.call.id, error: messageOf(thrown) }, 'gone'));
    };
    for (const channel of live.channels) await clean(ari.hangup(channel));
    if (live.bridged) await clean(ari.destroyBridge(live.bridge));
    await this.#change(live, { state: 'ended', endedAt: this.#clock.now(), cause });
    this.#live.delete(live.call.id);
    this.#byChannel.delete(live.agentChannel);
    this.#byChannel.delete(live.skypeChannel);
    this.#steps.delete(live.call.id);
  }

  async #change(live: LiveCall, change: Partial<Call>): Promise<void> {
    live.call = { ...live.call, ...change };
    const { pbx } = live.call;
    await this.#recorder.record([{ pbx, at: this.#clock.now(), event: { type: 'call', call: live.call } }]);
  }
}
