import { httpStatusOf } from '../../../ari/failure.ts';
import type { AriOperations } from '../../../ari/operations.ts';
import type { Side } from '../../../model/call.ts';
import { CompanionError } from '../../../model/errors.ts';
import type { LegRole } from './ids.ts';

/** One channel of a call. */
export interface Leg {
  /** A consulted agent becomes the agent. */
  role: LegRole;
  readonly channel: string;
  /** `calling` until the PBX tells more; `gone` is no channel any more, or not ours. */
  phase: 'calling' | 'ringing' | 'answered' | 'gone';
  /** When it was asked for, in `performance.now()`: a listing that began earlier cannot hold it. */
  readonly since: number;
  /** What the far end said when it hung up. */
  hangupCause: number | null;
  /** What last became of calling it, in the PBX's word. */
  dialStatus: string;
}

export interface RingOptions {
  readonly endpoint: string;
  readonly timeoutSeconds: number;
  readonly callerId: string | null;
  readonly variables: Readonly<Record<string, string>>;
}

/** Tells the control which channels belong to a call, so that their events find it. */
export interface ChannelRegister {
  add(channel: string): void;
  remove(channel: string): void;
  /** Something may be left on the PBX: a listing will find it. */
  doubt(): void;
}

/** The channels of one call and the bridge that joins them. Owns nothing but these; knows no states of calls. */
export class Legs {
  readonly bridge: string;
  readonly #ari: AriOperations;
  readonly #register: ChannelRegister;
  readonly #legs = new Set<Leg>();
  #bridge: Promise<void> | null = null;

  constructor(bridge: string, ari: AriOperations, register: ChannelRegister) {
    this.bridge = bridge;
    this.#ari = ari;
    this.#register = register;
  }

  /** The leg of that role; one that has gone does not count. */
  get(role: LegRole): Leg | null {
    return [...this.#legs].find((leg) => leg.role === role && leg.phase !== 'gone') ?? null;
  }

  of(channel: string): Leg | null {
    return [...this.#legs].find((leg) => leg.channel === channel) ?? null;
  }

  /** The leg of a side. @throws CompanionError `STATE_CONFLICT` when nobody is on the line there. */
  onLine(side: Side): Leg {
    const leg = this.get(side);
    if (leg !== null && leg.phase === 'answered') return leg;
    throw new CompanionError('STATE_CONFLICT', `the ${side} side has not answered yet`, { side });
  }

  get all(): readonly Leg[] {
    return [...this.#legs];
  }

  /** Takes in a channel that exists already. */
  adopt(role: LegRole, channel: string, phase: Leg['phase'] = 'answered'): Leg {
    const leg: Leg = { role, channel, phase, since: performance.now(), hangupCause: null, dialStatus: '' };
    this.#legs.add(leg);
    this.#register.add(channel);
    return leg;
  }

  /** Calls somebody. Events about the channel find the call even before the PBX has answered. */
  async ring(role: LegRole, channel: string, options: RingOptions): Promise<void> {
    const leg = this.adopt(role, channel, 'calling');
    try {
      await this.#ari.originate({ channelId: channel, ...options });
    } catch (thrown) {
      // Refused is refused; without an answer the channel may be there all the same.
      if (httpStatusOf(thrown) !== null) this.release(leg);
      else this.#register.doubt();
      throw thrown;
    }
  }

  /** Makes the bridge unless it is there already. */
  makeBridge(): Promise<void> {
    this.#bridge ??= this.#ari.createBridge(this.bridge);
    return this.#bridge;
  }

  /** Knows the bridge from a listing. */
  adoptBridge(): void {
    this.#bridge ??= Promise.resolve();
  }

  async join(...legs: readonly Leg[]): Promise<void> {
    await this.makeBridge();
    await this.#ari.addToBridge(
      this.bridge,
      legs.map(({ channel }) => channel),
    );
  }

  /** Lets go of a channel: it is gone, or belongs to somebody else from now on. */
  release(leg: Leg): void {
    leg.phase = 'gone';
    this.#register.remove(leg.channel);
  }

  /** Hangs one channel up. Never throws: what is left is found by a listing. */
  async hangup(leg: Leg, reason?: string): Promise<void> {
    if (leg.phase === 'gone') return;
    this.release(leg);
    await this.#clean(this.#ari.hangup(leg.channel, reason));
  }

  /** Hangs all channels up and destroys the bridge. Never throws. */
  async takeDown(reason?: string): Promise<void> {
    const work = [...this.#legs].map((leg) => this.hangup(leg, reason));
    const bridge = this.#bridge;
    if (bridge !== null) {
      this.#bridge = null;
      // One that was never made needs no end; one that may have been made is looked for.
      const made = bridge.then(
        () => true,
        (thrown: unknown) => httpStatusOf(thrown) === null,
      );
      work.push(made.then((may) => (may ? this.#clean(this.#ari.destroyBridge(this.bridge)) : undefined)));
    }
    await Promise.all(work);
  }

  async #clean(work: Promise<void>): Promise<void> {
    try {
      await work;
    } catch (thrown) {
      if (httpStatusOf(thrown) !== 404) this.#register.doubt();
    }
  }
}
