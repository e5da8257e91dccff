import type { AmiLink } from '../../../ami/link/port.ts';
import type { CallEnder, Side } from '../../../model/call.ts';
import type { Clock } from '../../../model/clock.ts';
import { CompanionError, messageOf } from '../../../model/errors.ts';
import type { Logger } from '../../logger.ts';
import { OWN_CAUSES } from '../causes.ts';
import type { CallPlan, CallReports } from '../control.ts';
import { Steps } from '../steps.ts';
import { bridgeChannels, hangupChannel, originateToWait, redirectChannel } from './actions.ts';

export interface AmiCallWorld {
  readonly link: AmiLink;
  readonly reports: CallReports;
  readonly clock: Clock;
  readonly log: Logger;
}

/** One channel of a call. */
export interface AmiLeg {
  readonly side: Side;
  readonly endpoint: string;
  /** The id that we chose; an Asterisk before 12 takes another. */
  readonly wishedId: string;
  /** As the PBX calls it; null until it was told. */
  uniqueId: string | null;
  /** The name, which all actions take; null until it was told. */
  name: string | null;
  phase: 'calling' | 'answered' | 'gone';
}

/** One call over AMI: both sides are originated, wait, and are joined by `Bridge`. */
export class AmiCall {
  readonly id: string;
  readonly legs: AmiLeg[] = [];
  readonly #world: AmiCallWorld;
  readonly #plan: CallPlan;
  readonly #steps = new Steps();
  readonly #onOver: () => void;
  #over = false;

  constructor(world: AmiCallWorld, plan: CallPlan, onOver: () => void) {
    this.id = plan.call.id;
    this.#world = world;
    this.#plan = plan;
    this.#onOver = onOver;
  }

  /** @throws CompanionError `STATE_CONFLICT` when the call is over by the time of its turn. */
  order<Result>(work: () => Promise<Result>): Promise<Result> {
    return this.#steps.run(() => {
      if (this.#over) throw new CompanionError('STATE_CONFLICT', 'the call has ended', { state: 'ended' });
      return work();
    });
  }

  begin(): Promise<void> {
    return this.order(() => this.#guarded(() => this.#ring(this.#plan.call.first)));
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
        await this.#world.link.request(bridgeChannels(nameOf(leg), nameOf(mate)));
        this.#world.reports.happened(this.id, 'joined', { answeredAt: this.#world.clock.now() });
      }).catch(() => undefined);
    });
  }

  /** A leg is no more. */
  gone(leg: AmiLeg, cause: string, by: CallEnder = leg.side): void {
    void this.#steps.run(async () => {
      if (leg.phase === 'gone') return;
      leg.phase = 'gone';
      await this.#finish(cause, by);
    });
  }

  finish(cause: string, by: CallEnder): Promise<void> {
    return this.#steps.run(() => this.#finish(cause, by));
  }

  /** Sends the Skype side into the dialplan and ends the rest. */
  sendAway(context: string, extension: string): Promise<void> {
    return this.order(async () => {
      const leg = this.legOf('skype');
      await this.#world.link.request(redirectChannel(nameOf(leg), context, extension));
      leg.phase = 'gone';
      this.#world.reports.happened(this.id, 'transferring', { transferredTo: `${extension}@${context}` });
      await this.#finish(OWN_CAUSES.transferred, 'api');
    });
  }

  /** The name of a side's channel. @throws CompanionError `STATE_CONFLICT` when it is not on the line. */
  channelOf(side: Side): string {
    return nameOf(this.legOf(side));
  }

  legOf(side: Side): AmiLeg {
    const leg = this.legs.find((candidate) => candidate.side === side && candidate.phase !== 'gone');
    if (leg !== undefined) return leg;
    throw new CompanionError('STATE_CONFLICT', `the ${side} side is not on the line`, { side });
  }

  async #ring(side: Side): Promise<void> {
    const { call, skypeEndpoint, timeoutSeconds, variables, skypeVariables } = this.#plan;
    const leg: AmiLeg = {
      side,
      endpoint: side === 'agent' ? call.agent : skypeEndpoint,
      wishedId: `sfa-${call.id}-${side}`,
      uniqueId: null,
      name: null,
      phase: 'calling',
    };
    this.legs.push(leg);
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

  async #finish(cause: string, by: CallEnder): Promise<void> {
    if (this.#over) return;
    this.#over = true;
    const left = this.legs.filter(({ phase }) => phase !== 'gone');
    const hungUp = left.map((leg) =>
      this.#world.link
        .request(hangupChannel(nameOf(leg)))
        .catch((thrown: unknown) =>
          this.#world.log.debug({ call: this.id, error: messageOf(thrown) }, 'not hung up'),
        ),
    );
    await Promise.all(hungUp);
    this.#onOver();
    this.#world.reports.ended(this.id, cause, by);
    this.#world.reports.released(this.id);
  }

  async #guarded(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (thrown) {
      this.#world.log.warn({ call: this.id, error: messageOf(thrown) }, 'a call failed');
      await this.#finish(OWN_CAUSES.failed, 'service');
      throw thrown;
    }
  }
}

/** The id serves as well as the name on the Asterisks that take ours. */
function nameOf(leg: AmiLeg): string {
  return leg.name ?? leg.uniqueId ?? leg.wishedId;
}
