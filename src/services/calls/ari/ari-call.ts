import type { AriOperations } from '../../../ari/operations.ts';
import type { AriEvent } from '../../../ari/port.ts';
import type { CallEnder, Side } from '../../../model/call.ts';
import type { ChatDirection } from '../../../model/chat.ts';
import type { Clock } from '../../../model/clock.ts';
import { CompanionError, messageOf } from '../../../model/errors.ts';
import type { Logger } from '../../logger.ts';
import { causeOfRefusal, causeWord, hangupReason, legCause, OWN_CAUSES } from '../causes.ts';
import type { CallPlan, CallReports } from '../control.ts';
import { Steps } from '../steps.ts';
import { Consultation } from './consultation.ts';
import { bridgeId, channelId, type LegRole } from './ids.ts';
import { type ChannelRegister, type Leg, Legs } from './legs.ts';
import { Muting } from './muting.ts';
import { Parking } from './parking.ts';
import { Recording } from './recording.ts';
import { RingBack } from './ring-back.ts';

/** What a call works with; the same for all calls of a PBX. */
export interface AriCallWorld {
  readonly app: string;
  readonly ari: AriOperations;
  readonly reports: CallReports;
  readonly clock: Clock;
  readonly log: Logger;
}

/** An event about a channel. */
export type ChannelEvent = Extract<AriEvent, { channel: unknown }>;

/**
 * One call over ARI: which leg rings when, when they are joined, and what ends it. Everything about a call
 * runs in its order: events, orders from the API, and the listing after a gap.
 */
export class AriCall {
  readonly id: string;
  readonly direction: ChatDirection;
  readonly legs: Legs;
  readonly recording: Recording;
  readonly parking: Parking;
  readonly muting: Muting;
  readonly #consultation: Consultation;
  readonly #world: AriCallWorld;
  readonly #plan: CallPlan;
  readonly #ringBack: RingBack;
  readonly #steps = new Steps();
  readonly #onOver: () => void;
  #joined = false;
  #over = false;

  constructor(world: AriCallWorld, plan: CallPlan, register: ChannelRegister, onOver: () => void) {
    const { ari, app, reports, clock } = world;
    const { call } = plan;
    this.id = call.id;
    this.direction = call.direction;
    this.#world = world;
    this.#plan = plan;
    this.#onOver = onOver;
    this.legs = new Legs(bridgeId(app, call.id), ari, register);
    const report = (recording: typeof call.recording) => reports.changed(call.id, { recording });
    this.#ringBack = new RingBack((channel) => void this.#quietly(ari.ring(channel)));
    this.recording = new Recording(ari, this.legs.bridge, clock, call.recording, report);
    this.parking = new Parking(this.legs, ari);
    this.muting = new Muting(this.legs, ari, call.muted, (muted) => reports.changed(call.id, { muted }));
    this.#consultation = new Consultation(this.legs, this.parking, {
      channelId: (turn) => channelId(app, call.id, 'consult', turn),
      happened: (happening, change) => reports.happened(call.id, happening, change),
      agentChanged: () => this.muting.forget('agent'),
    });
  }

  /**
   * Runs an order from outside.
   *
   * @throws CompanionError `STATE_CONFLICT` when the call is over by the time of its turn.
   */
  order<Result>(work: () => Promise<Result>): Promise<Result> {
    return this.#steps.run(async () => {
      if (this.#over) throw new CompanionError('STATE_CONFLICT', 'the call has ended', { state: 'ended' });
      return work();
    });
  }

  /** Rings the first side; a refusal takes everything down again. */
  begin(): Promise<void> {
    return this.order(() => this.#guarded(() => this.#ring(this.#plan.call.first)));
  }

  /** An incoming call: its Skype leg is there and unanswered, the agent's rings now. */
  beginIncoming(channel: string): Promise<void> {
    return this.order(async () => {
      this.legs.adopt('skype', channel);
      try {
        await this.#ring('agent');
      } catch (thrown) {
        this.#world.log.warn({ call: this.id, error: messageOf(thrown) }, 'the agent cannot be rung');
        await this.#giveUpIncoming(OWN_CAUSES.failed, 'service');
      }
    });
  }

  /** An event about one of the call's channels. */
  on(event: ChannelEvent): void {
    void this.#steps.run(async () => {
      if (this.#over) return;
      const leg = this.legs.of(event.channel.id);
      if (leg === null || leg.phase === 'gone') return;
      await this.#guarded(() => this.#onLeg(leg, event)).catch(() => undefined);
    });
  }

  /** What a listing showed; `began` is when it was asked for. */
  compare(living: ReadonlyMap<string, string>, bridges: ReadonlySet<string>, began: number): void {
    void this.#steps.run(async () => {
      if (this.#over) return;
      if (bridges.has(this.legs.bridge)) this.legs.adoptBridge();
      const known = this.legs.all.filter(({ phase, since }) => phase !== 'gone' && since < began);
      const lost = known.filter(({ channel }) => !living.has(channel));
      for (const leg of lost) this.legs.release(leg);
      if (lost.some(({ role }) => role !== 'consult')) return this.#finish(OWN_CAUSES.gap, 'service');
      await this.#guarded(async () => {
        for (const leg of lost) await this.#gone(leg, OWN_CAUSES.gap);
        for (const leg of known) {
          // Its answer was not seen.
          const waits = leg.phase === 'calling' || leg.phase === 'ringing';
          if (waits && living.get(leg.channel) === 'Up') await this.#answered(leg);
        }
      }).catch(() => undefined);
    });
  }

  /** Goes on with a call that this service controlled before it was restarted. */
  revive(agent: string, skype: string, bridged: boolean): void {
    this.legs.adopt('agent', agent);
    const leg = this.legs.adopt('skype', skype);
    this.legs.adoptBridge();
    this.#joined = true;
    if (!bridged) this.parking.adopt(leg);
  }

  /** Takes everything down; resolves when it is reported. */
  finish(cause: string, by: CallEnder): Promise<void> {
    return this.#steps.run(() => this.#finish(cause, by));
  }

  consult(endpoint: string, timeoutSeconds: number): Promise<void> {
    return this.order(() => this.#consultation.begin(endpoint, timeoutSeconds, this.#plan.call.callerId));
  }

  completeTransfer(): Promise<void> {
    return this.order(() => this.#consultation.complete());
  }

  cancelConsult(): Promise<void> {
    return this.order(() => this.#consultation.cancel());
  }

  /** Sends the Skype side into the dialplan and ends the rest. */
  sendAway(place: { context: string; extension: string }, transferredTo: string): Promise<void> {
    return this.order(async () => {
      const leg = this.legs.onLine('skype');
      await this.#world.ari.continueInDialplan(leg.channel, place);
      this.legs.release(leg);
      this.#world.reports.happened(this.id, 'transferring', { transferredTo });
      await this.#finish(OWN_CAUSES.transferred, 'api');
    });
  }

  async #onLeg(leg: Leg, event: ChannelEvent): Promise<void> {
    switch (event.kind) {
      case 'state':
        if (event.channel.state === 'Ringing') this.#rings(leg);
        return;
      case 'dial':
        // A driver may tell that it rings by this alone.
        leg.dialStatus = event.status;
        if (event.status === 'RINGING') this.#rings(leg);
        return;
      case 'entered':
        return this.#answered(leg);
      case 'hangup-request':
        leg.hangupCause = event.cause;
        return;
      case 'left':
        // Of a channel of ours the end follows; one that came in is not told of any more.
        if (leg.role !== 'skype' || this.direction === 'out') return;
        this.legs.release(leg);
        return leg.hangupCause === null
          ? this.#finish(OWN_CAUSES.taken, 'service')
          : this.#finish(causeWord(leg.hangupCause), 'skype');
      case 'destroyed':
        this.legs.release(leg);
        return this.#gone(leg, legCause(event.cause, leg.dialStatus));
      case 'hold':
      case 'unhold':
        if (leg.role !== 'agent' || !this.#joined) return;
        this.parking.byPhone(event.kind === 'hold');
        return this.#world.reports.happened(this.id, event.kind === 'hold' ? 'held' : 'resumed');
    }
  }

  /** A side rings; the other one hears it. */
  #rings(leg: Leg): void {
    if (leg.phase !== 'calling') return;
    leg.phase = 'ringing';
    if (leg.role === 'consult') return;
    this.#world.reports.happened(this.id, 'rings');
    const mate = this.legs.get(leg.role === 'agent' ? 'skype' : 'agent');
    if (mate?.phase === 'answered') this.#ringBack.begin(mate);
  }

  async #answered(leg: Leg): Promise<void> {
    if (leg.phase === 'answered') return;
    leg.phase = 'answered';
    if (leg.role === 'consult') return this.#consultation.answered();
    const other: Side = leg.role === 'agent' ? 'skype' : 'agent';
    const mate = this.legs.get(other);
    if (mate === null) {
      const rung = this.#ring(other);
      // The bridge is made while the other side is asked for.
      void this.legs.makeBridge().catch(() => undefined);
      return rung;
    }
    if (mate.phase === 'answered') await this.#join(leg, mate);
  }

  async #join(...legs: readonly Leg[]): Promise<void> {
    this.#ringBack.stop();
    if (this.direction === 'in') await this.#world.ari.answer(this.legs.onLine('skype').channel);
    await this.legs.join(...legs);
    this.#joined = true;
    this.#world.reports.happened(this.id, 'joined', { answeredAt: this.#world.clock.now() });
    if (this.#plan.record) await this.#quietly(this.recording.start('wav'));
  }

  async #ring(side: Side): Promise<void> {
    const { call, skypeEndpoint, timeoutSeconds, variables, skypeVariables } = this.#plan;
    const { app } = this.#world;
    await this.legs.ring(side, channelId(app, call.id, side satisfies LegRole), {
      endpoint: side === 'agent' ? call.agent : skypeEndpoint,
      timeoutSeconds,
      callerId: call.callerId,
      variables: side === 'agent' ? variables : { ...variables, ...skypeVariables },
    });
  }

  /** A leg has ended by itself. */
  async #gone(leg: Leg, cause: string): Promise<void> {
    if (leg.role === 'consult')
      return this.#consultation.consultedGone(cause, () => this.#finish(cause, 'agent'));
    if (leg.role === 'agent' && this.#consultation.running) return this.#consultation.agentGone();
    if (leg.role === 'agent' && this.direction === 'in' && !this.#joined) {
      return this.#giveUpIncoming(cause, 'agent');
    }
    return this.#finish(cause, leg.role === 'agent' ? 'agent' : 'skype');
  }

  /** Nobody here takes an incoming call: the operator's dialplan has it from now on. */
  async #giveUpIncoming(cause: string, by: CallEnder): Promise<void> {
    const leg = this.legs.get('skype');
    if (leg === null) return this.#finish(cause, by);
    this.legs.release(leg);
    try {
      await this.#world.ari.continueInDialplan(leg.channel, this.#plan.fallback);
      return await this.#finish(OWN_CAUSES.continued, by);
    } catch {
      await this.#quietly(this.#world.ari.hangup(leg.channel, hangupReason(cause)));
      return this.#finish(cause, by);
    }
  }

  async #finish(cause: string, by: CallEnder): Promise<void> {
    if (this.#over) return;
    this.#over = true;
    this.recording.over();
    this.#ringBack.stop();
    // The orders are on their way while the end is being stored.
    const down = this.legs.takeDown(this.#joined ? undefined : hangupReason(cause));
    this.#world.reports.ended(this.id, cause, by);
    await down;
    this.#onOver();
    this.#world.reports.released(this.id);
  }

  /** A step that fails ends the call, and the failure goes on. */
  async #guarded(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (thrown) {
      const error =
        thrown instanceof CompanionError ? thrown : new CompanionError('INTERNAL', messageOf(thrown));
      const explained = await this.#world.reports.explain(this.id, error);
      this.#world.log.warn({ call: this.id, error: explained.message }, 'a call failed');
      await this.#finish(causeOfRefusal(explained.code), 'service');
      throw explained;
    }
  }

  async #quietly(work: Promise<void>): Promise<void> {
    await work.catch((thrown: unknown) =>
      this.#world.log.debug({ call: this.id, error: messageOf(thrown) }, 'not done'),
    );
  }
}
