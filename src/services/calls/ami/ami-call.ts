import type { AmiLink } from '../../../ami/link/port.ts';
import { bridge, hangup, redirect } from '../../../ami/skype/core-actions.ts';
import type { CallEnder, Side } from '../../../model/call.ts';
import type { Clock } from '../../../model/clock.ts';
import { CompanionError, messageOf } from '../../../model/errors.ts';
import type { Logger } from '../../logger.ts';
import { causeOfRefusal, OWN_CAUSES } from '../causes.ts';
import type { CallPlan, CallReports } from '../control.ts';
import { Steps } from '../steps.ts';
import { originateToWait } from './actions.ts';
import type { LivingChannel } from './listing.ts';

export interface AmiCallWorld {
  readonly link: AmiLink;
  readonly reports: CallReports;
  readonly clock: Clock;
  readonly log: Logger;
}

/** What a call tells its control. */
export interface AmiCallHost {
  /** The call is over. */
  over(): void;
  /** Nothing was heard of a leg for longer than it may ring. */
  silent(): void;
}

/** One channel of a call. */
export interface AmiLeg {
  readonly side: Side;
  readonly endpoint: string;
  /** The id that we chose; an Asterisk before 12 takes another. */
  readonly wishedId: string;
  /** When it was asked for, in `performance.now()`: a listing that began earlier cannot hold it. */
  readonly since: number;
  /** As the PBX calls it; null until it was told. */
  uniqueId: string | null;
  /** The name, which all actions take; null until it was told. */
  name: string | null;
  phase: 'calling' | 'answered' | 'gone';
  /** What last became of calling it, in the PBX's word. */
  dialStatus: string;
}

/** How long after the end of its ringing a leg is looked for that nothing was heard of, in milliseconds. */
const GRACE_MS = 5_000;

/** The id of a leg's channel, chosen before the channel exists. */
export function legId(call: string, side: Side): string {
  return `sfa-${call}-${side}`;
}

/** One call over AMI: both sides are originated, wait, and are joined by `Bridge`. */
export class AmiCall {
  readonly id: string;
  readonly legs: AmiLeg[] = [];
  readonly #world: AmiCallWorld;
  readonly #plan: CallPlan;
  readonly #host: AmiCallHost;
  readonly #steps = new Steps();
  #watch: NodeJS.Timeout | null = null;
  #ender: Side | null = null;
  #over = false;

  constructor(world: AmiCallWorld, plan: CallPlan, host: AmiCallHost) {
    this.id = plan.call.id;
    this.#world = world;
    this.#plan = plan;
    this.#host = host;
  }

  /** @throws CompanionError `STATE_CONFLICT` when the call is over by the time of its turn. */
  order<Result>(work: () => Promise<Result>): Promise<Result> {
    return this.#steps.run(async () => {
      if (this.#over) throw new CompanionError('STATE_CONFLICT', 'the call has ended', { state: 'ended' });
      return work();
    });
  }

  begin(): Promise<void> {
    return this.order(() => this.#guarded(() => this.#ring(this.#plan.call.first)));
  }

  /** Goes on with a joined call that this service controlled before it was restarted. */
  revive(channels: Readonly<Record<Side, LivingChannel>>): void {
    for (const side of ['agent', 'skype'] as const) {
      const { uniqueId, name } = channels[side];
      this.legs.push({ ...this.#newLeg(side), uniqueId, name, phase: 'answered' });
    }
  }

  /** A leg rings. */
  rings(): void {
    this.#world.reports.happened(this.id, 'rings');
  }

  /** A leg answered: the other one is called, or both are joined. */
  answered(leg: AmiLeg): void {
    void this.#steps.run(async () => {
      if (this.#over || leg.phase !== 'calling') return;
      leg.phase = 'answered';
      await this.#guarded(async () => {
        const mate = this.legs.find(({ side, phase }) => side !== leg.side && phase !== 'gone');
        if (mate === undefined) return this.#ring(leg.side === 'agent' ? 'skype' : 'agent');
        if (mate.phase !== 'answered') return;
        await this.#world.link.request(bridge(nameOf(leg), nameOf(mate)));
        this.#stopWatching();
        this.#world.reports.happened(this.id, 'joined', { answeredAt: this.#world.clock.now() });
      }).catch(() => undefined);
    });
  }

  /** The far end of a leg hung up: the PBX may end the other leg first. */
  farEndHungUp(leg: AmiLeg): void {
    this.#ender ??= leg.side;
  }

  /** A leg is no more. */
  gone(leg: AmiLeg, cause: string, by: CallEnder = this.#ender ?? leg.side): void {
    void this.#steps.run(async () => {
      if (leg.phase === 'gone') return;
      leg.phase = 'gone';
      await this.#finish(cause, by);
    });
  }

  /** The PBX made no channel for a leg, and does not say why. */
  refused(leg: AmiLeg): void {
    void this.#steps.run(async () => {
      if (this.#over || leg.phase === 'gone') return;
      leg.phase = 'gone';
      const { pbx } = this.#world.link;
      const refusal = new CompanionError('PBX_REFUSED', `the PBX "${pbx}" cannot call the ${leg.side} side`, {
        pbx,
        action: 'Originate',
      });
      await this.#guarded(() => Promise.reject(refusal)).catch(() => undefined);
    });
  }

  finish(cause: string, by: CallEnder): Promise<void> {
    return this.#steps.run(() => this.#finish(cause, by));
  }

  /** Sends the Skype side into the dialplan and ends the rest. */
  sendAway(context: string, exten: string): Promise<void> {
    return this.order(async () => {
      const leg = this.#legOf('skype');
      await this.#world.link.request(redirect(nameOf(leg), { context, exten }));
      leg.phase = 'gone';
      this.#world.reports.happened(this.id, 'transferring', { transferredTo: `${exten}@${context}` });
      await this.#finish(OWN_CAUSES.transferred, 'api');
    });
  }

  /** The name of a side's channel. @throws CompanionError `STATE_CONFLICT` when it is not on the line. */
  channelOf(side: Side): string {
    return nameOf(this.#legOf(side));
  }

  #legOf(side: Side): AmiLeg {
    const leg = this.legs.find((candidate) => candidate.side === side && candidate.phase !== 'gone');
    if (leg !== undefined) return leg;
    throw new CompanionError('STATE_CONFLICT', `the ${side} side is not on the line`, { side });
  }

  #newLeg(side: Side): AmiLeg {
    return {
      side,
      endpoint: side === 'agent' ? this.#plan.call.agent : this.#plan.skypeEndpoint,
      wishedId: legId(this.id, side),
      since: performance.now(),
      uniqueId: null,
      name: null,
      phase: 'calling',
      dialStatus: '',
    };
  }

  async #ring(side: Side): Promise<void> {
    const { call, timeoutSeconds, variables, skypeVariables } = this.#plan;
    const leg = this.#newLeg(side);
    this.legs.push(leg);
    this.#stopWatching();
    this.#watch = setTimeout(() => this.#host.silent(), timeoutSeconds * 1000 + GRACE_MS);
    await this.#world.link.request(
      originateToWait({
        endpoint: leg.endpoint,
        channelId: leg.wishedId,
        timeoutSeconds,
        callerId: call.callerId,
        variables: side === 'agent' ? variables : { ...variables, ...skypeVariables },
      }),
    );
  }

  #stopWatching(): void {
    if (this.#watch !== null) clearTimeout(this.#watch);
    this.#watch = null;
  }

  async #finish(cause: string, by: CallEnder): Promise<void> {
    if (this.#over) return;
    this.#over = true;
    this.#stopWatching();
    const left = this.legs.filter(({ phase }) => phase !== 'gone');
    const hungUp = left.map((leg) =>
      this.#world.link
        .request(hangup(nameOf(leg)))
        .catch((thrown: unknown) =>
          this.#world.log.debug({ call: this.id, error: messageOf(thrown) }, 'not hung up'),
        ),
    );
    await Promise.all(hungUp);
    this.#host.over();
    this.#world.reports.ended(this.id, cause, by);
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
}

/** The id serves as well as the name on the Asterisks that take ours. */
function nameOf(leg: AmiLeg): string {
  return leg.name ?? leg.uniqueId ?? leg.wishedId;
}
