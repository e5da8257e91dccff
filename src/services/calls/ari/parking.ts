import type { AriOperations } from '../../../ari/operations.ts';
import { CompanionError } from '../../../model/errors.ts';
import type { Leg, Legs } from './legs.ts';

/**
 * The Skype side apart from the bridge with music: on hold, or while somebody else is consulted. It leaves the
 * bridge, because music started on a channel inside a bridge fights with the bridge's own sound.
 */
export class Parking {
  readonly #legs: Legs;
  readonly #ari: AriOperations;
  #parked: Leg | null = null;
  #musicClass: string | null = null;
  #phoneHolds = false;

  constructor(legs: Legs, ari: AriOperations) {
    this.#legs = legs;
    this.#ari = ari;
  }

  get parked(): boolean {
    return this.#parked !== null;
  }

  /** The agent's phone holds or takes back by its own key: the PBX plays the music then. */
  byPhone(holds: boolean): void {
    this.#phoneHolds = holds;
  }

  /** Parks a leg; with another class while it is parked, only the music changes. */
  async park(leg: Leg, musicClass: string | null): Promise<void> {
    if (this.#parked === null) await this.#ari.removeFromBridge(this.#legs.bridge, leg.channel);
    else if (this.#musicClass === musicClass) return;
    try {
      await this.#ari.startMusic(leg.channel, musicClass);
    } catch (thrown) {
      if (this.#parked === null) await this.#legs.join(leg);
      throw thrown;
    }
    this.#parked = leg;
    this.#musicClass = musicClass;
  }

  /**
   * Brings the parked leg back.
   *
   * @throws CompanionError `STATE_CONFLICT` when the agent's phone holds the call: only the phone ends that.
   */
  async unpark(): Promise<void> {
    const leg = this.#parked;
    if (leg === null) {
      if (!this.#phoneHolds) return;
      throw new CompanionError('STATE_CONFLICT', "the agent's own phone holds the call", { side: 'agent' });
    }
    await this.#ari.stopMusic(leg.channel);
    await this.#legs.join(leg);
    this.#parked = null;
  }

  /** A call found again after a restart: its Skype leg was alone with the music. */
  adopt(leg: Leg): void {
    this.#parked = leg;
  }
}
