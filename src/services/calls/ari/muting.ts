import type { AriOperations } from '../../../ari/operations.ts';
import type { Side } from '../../../model/call.ts';
import type { Legs } from './legs.ts';

/** Which sides of a call the others cannot hear. */
export class Muting {
  readonly #legs: Legs;
  readonly #ari: AriOperations;
  readonly #muted: Set<Side>;
  readonly #report: (muted: readonly Side[]) => void;

  constructor(
    legs: Legs,
    ari: AriOperations,
    muted: readonly Side[],
    report: (muted: readonly Side[]) => void,
  ) {
    this.#legs = legs;
    this.#ari = ari;
    this.#muted = new Set(muted);
    this.#report = report;
  }

  /** @throws CompanionError `STATE_CONFLICT` when that side is not on the line. */
  async set(side: Side, on: boolean): Promise<void> {
    const { channel } = this.#legs.onLine(side);
    await (on ? this.#ari.mute(channel, 'in') : this.#ari.unmute(channel, 'in'));
    if (on) this.#muted.add(side);
    else this.#muted.delete(side);
    this.#report([...this.#muted]);
  }

  /** A side is another channel from now on, which nobody muted. */
  forget(side: Side): void {
    if (this.#muted.delete(side)) this.#report([...this.#muted]);
  }
}
