import type { Call, CallEnder, Side } from '../../model/call.ts';
import type { Clock } from '../../model/clock.ts';
import { CompanionError } from '../../model/errors.ts';
import { nameKey } from '../../model/skype-name.ts';
import type { CallQuery, Page, Store } from '../../store/port.ts';
import type { Directory } from '../directory.ts';
import type { Logger } from '../logger.ts';
import type { Recorder } from '../recorder.ts';
import { checkAgent, checkDestination, checkText, checkVariables } from './admission.ts';
import { OWN_CAUSES } from './causes.ts';
import { ChannelLedger, type ChannelUsage } from './channel-ledger.ts';
import type { Arrival, CallControl, CallPlan, Capability } from './control.ts';
import { explainRefusal } from './explain.ts';
import { callIdOf, digestOf, sameRequest } from './idempotency.ts';
import { type CallVerb, PERMITTED } from './machine.ts';
import { type CallHost, CallOperations, type CallRoute } from './operations.ts';
import { newCall, planOf } from './plan.ts';
import { CallRegister } from './register.ts';

export interface CallRequest {
  /** The account that calls. */
  readonly from: string;
  /** Skype name or +number. */
  readonly to: string;
  /** Dial string of the agent's phone, of the settings' allow-list. */
  readonly agent: string;
  readonly first?: Side | undefined;
  readonly topic?: string | undefined;
  /** What the driver keeps with the call (manual 3.3.3). */
  readonly token?: string | undefined;
  readonly callerId?: string | undefined;
  /** Seconds that each side may ring. */
  readonly timeout?: number | undefined;
  readonly record?: boolean | undefined;
  /** Channel variables of both legs: plain names, no functions. */
  readonly variables?: Readonly<Record<string, string>> | undefined;
}

export interface CallServiceDeps {
  readonly routes: ReadonlyMap<string, CallRoute>;
  readonly directory: Directory;
  readonly store: Store;
  readonly recorder: Recorder;
  readonly clock: Clock;
  readonly log: Logger;
  readonly newId: () => string;
}

/** Calls: who may call whom, the records, and the licensed channels. How a PBX is told is its control's matter. */
export class CallService implements CallHost {
  /** What can be done with a call that lives. */
  readonly operations: CallOperations;
  readonly #deps: CallServiceDeps;
  readonly #register: CallRegister;
  readonly #ledger = new ChannelLedger();
  /** Calls that begin under an idempotency key at this moment. */
  readonly #beginning = new Map<string, Promise<Call>>();

  constructor(deps: CallServiceDeps) {
    this.#deps = deps;
    this.operations = new CallOperations(this, deps.newId);
    this.#register = new CallRegister(deps.recorder, deps.clock, deps.log);
    for (const { control, rules } of deps.routes.values()) {
      this.#ledger.add(control, rules.channels);
      control.attach({
        happened: (id, happening, change) => this.#register.happened(id, happening, change),
        changed: (id, change) => this.#register.change(id, change),
        ended: (id, cause, by) => this.#register.close(id, cause, by),
        released: (id) => this.#ledger.free(control.pbx, id),
        explain: async (id, refusal) => {
          const call = this.#register.get(id);
          return call === null ? refusal : explainRefusal(call, refusal, this.#ledger, deps.store);
        },
        arrived: (arrival) => this.#arrived(arrival),
      });
    }
  }

  /** Takes over the calls that the store remembers as living; called once, before the first request. */
  async open(): Promise<void> {
    const calls = await this.#deps.store.livingCalls();
    for (const call of calls) this.#register.reopen(call);
    for (const [pbx, found] of Map.groupBy(calls, (call) => call.pbx)) {
      const route = this.#deps.routes.get(pbx);
      if (route === undefined || route.control.kind !== found[0]?.control) {
        for (const { id } of found) this.#register.close(id, OWN_CAUSES.gap, 'service');
        continue;
      }
      for (const call of found) this.#ledger.note(pbx, call.id, this.#channelsOf(call));
      route.control.remember(found.map((call) => planOf(call, route.rules, {})));
    }
  }

  /**
   * Begins a call: the first side rings when this returns.
   *
   * @param key the same one with the same request gives the same call again, also after a restart; with
   *   another request it is `IDEMPOTENCY_CONFLICT`. A request that was refused before a call began leaves
   *   the key free.
   * @throws CompanionError `ACCOUNT_UNKNOWN`, `VALUE_FORBIDDEN`, `NO_FREE_CHANNEL`, `OPERATION_UNSUPPORTED`,
   *   or what the PBX's refusal comes to: `ACCOUNT_LOGGED_OUT`, `ARI_REQUEST_FAILED`, an AMI code.
   */
  async start(request: CallRequest, key: string | null = null): Promise<Call> {
    if (key === null) return this.#start(request, this.#deps.newId(), null);
    const id = callIdOf(request.from, key);
    const digest = digestOf(request);
    const beginning = this.#beginning.get(id);
    if (beginning !== undefined) return sameRequest(await beginning, digest);
    const known = this.#register.latest(id) ?? (await this.#deps.store.call(id));
    if (known !== null) return sameRequest(known, digest);
    // Between the look into the store and this line another request may have begun.
    const begun = this.#beginning.get(id) ?? this.#start(request, id, digest);
    this.#beginning.set(id, begun);
    try {
      return sameRequest(await begun, digest);
    } finally {
      this.#beginning.delete(id);
    }
  }

  async #start(request: CallRequest, id: string, requestDigest: string | null): Promise<Call> {
    const account = this.#deps.directory.get(request.from);
    const { control, rules } = this.route(account.pbx);
    this.require(control, 'begin');
    const peer = checkDestination(request.to, rules);
    const agent = checkAgent(request.agent, rules);
    checkVariables(request.variables ?? {});
    for (const field of ['topic', 'token', 'callerId'] as const) checkText(request[field] ?? '', field);
    const first = request.first ?? rules.first;
    if (first === 'skype') this.require(control, 'skypeFirst');
    if (request.record === true) this.require(control, 'record');
    const call: Call = {
      ...newCall(id, account.pbx, control.kind, this.#deps.clock.now()),
      requestDigest,
      user: account.user,
      peer,
      agent,
      direction: 'out',
      topic: request.topic ?? null,
      first,
      callerId: request.callerId ?? null,
    };
    await this.#ledger.take(account.pbx, call.id, this.#channelsOf(call));
    // The PBX works while the disk does. What a crash in between leaves there has an id of ours, and is ended
    // by the next look as an orphan.
    const [stored, begun] = await Promise.allSettled([
      this.#register.open(call),
      control.begin(planOf(call, rules, request)),
    ]);
    for (const outcome of [stored, begun]) if (outcome.status === 'rejected') throw outcome.reason;
    return this.show(call.id);
  }

  /** Calls, newest first. */
  list(query: CallQuery): Promise<Page<Call>> {
    return this.#deps.store.calls(query);
  }

  /** @throws CompanionError `CALL_UNKNOWN` */
  async show(id: string): Promise<Call> {
    const call = this.#register.latest(id) ?? (await this.#deps.store.call(id));
    if (call === null) throw new CompanionError('CALL_UNKNOWN', 'there is no such call', { id });
    return call;
  }

  /**
   * Ends a call on both sides; one that has ended stays as it is.
   *
   * @throws CompanionError `CALL_UNKNOWN`
   */
  end(id: string): Promise<Call> {
    return this.#end(id, 'api');
  }

  async #end(id: string, by: CallEnder): Promise<Call> {
    const call = this.#register.get(id);
    if (call === null) {
      await this.#register.settled(id);
      return this.show(id);
    }
    const ended = this.#register.ended(id);
    await this.route(call.pbx).control.hangup(id, OWN_CAUSES.hangup, by);
    return this.#register.get(id) ?? ended;
  }

  /** Licensed channels of every PBX, for metrics and the console. */
  usage(): readonly ChannelUsage[] {
    return this.#ledger.usage();
  }

  /** How many channels the licences of a PBX give; the lower of it and of the settings holds. */
  setLicensedChannels(pbx: string, channels: number | null): void {
    this.#ledger.setLicensed(pbx, channels);
  }

  /** What calls of each PBX can do. */
  capabilities(): readonly {
    readonly pbx: string;
    readonly control: 'ari' | 'ami';
    readonly cannot: readonly Capability[];
  }[] {
    return [...this.#deps.routes].map(([pbx, { control }]) => ({
      pbx,
      control: control.kind,
      cannot: [...control.cannot],
    }));
  }

  /** Ends every living call, then the controls' timers and listeners. */
  async stop(): Promise<void> {
    await Promise.all(this.#register.all().map(({ id }) => this.#end(id, 'service')));
    await this.#register.settled();
    for (const { control } of this.#deps.routes.values()) control.close();
  }

  /** @throws CompanionError `OPERATION_UNSUPPORTED` for a PBX that nobody can control calls on. */
  route(pbx: string): CallRoute {
    const route = this.#deps.routes.get(pbx);
    if (route === undefined) {
      throw new CompanionError('OPERATION_UNSUPPORTED', `calls of the PBX "${pbx}" cannot be controlled`, {
        pbx,
      });
    }
    return route;
  }

  /** @throws CompanionError `OPERATION_UNSUPPORTED` */
  require(control: CallControl, capability: Capability): void {
    if (!control.cannot.has(capability)) return;
    throw new CompanionError(
      'OPERATION_UNSUPPORTED',
      capability === 'begin'
        ? `the PBX "${control.pbx}" has neither ARI nor the manager's Bridge (Asterisk 1.8 or newer)`
        : `the PBX "${control.pbx}" is reached by AMI alone, which cannot do that: ${capability}`,
      { pbx: control.pbx, capability },
    );
  }

  /**
   * A living call that may be asked for something, and its route.
   *
   * @throws CompanionError `CALL_UNKNOWN`, or `STATE_CONFLICT` with the `state` that forbids it.
   */
  async living(id: string, verb: CallVerb): Promise<CallRoute & { readonly call: Call }> {
    const call = await this.show(id);
    if (!PERMITTED[call.state].includes(verb)) {
      throw new CompanionError('STATE_CONFLICT', `a call that is ${call.state} does not take "${verb}"`, {
        id,
        state: call.state,
      });
    }
    return { ...this.route(call.pbx), call };
  }

  /** Changes a living call's record. */
  note(id: string, change: Partial<Call>): void {
    this.#register.change(id, change);
  }

  /** A call between two accounts of one PBX takes two channels (manual 2). */
  #channelsOf(call: Call): number {
    return call.direction === 'out' && this.#deps.directory.isAccount(call.pbx)(call.peer) ? 2 : 1;
  }

  #arrived({ pbx, user, number, name }: Arrival): CallPlan | null {
    if (!this.#deps.directory.isAccount(pbx)(user)) return null;
    const account = this.#deps.directory.get(user);
    const { control, rules } = this.route(pbx);
    const call: Call = {
      ...newCall(this.#deps.newId(), pbx, control.kind, this.#deps.clock.now()),
      user: account.user,
      peer: number,
      agent: rules.incoming.agents.get(nameKey(user)) ?? '',
      direction: 'in',
      topic: null,
      first: 'agent',
      callerId: name === '' ? number : `"${name.replaceAll('"', '')}" <${number}>`,
      caller: { number, name, properties: {} },
    };
    this.#ledger.note(pbx, call.id, 1);
    void this.#register.open(call);
    return planOf(call, rules, {});
  }
}
