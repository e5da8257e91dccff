import type { Clock } from '../model/clock.ts';

/** Since when the PBX is up and its configuration read; milliseconds since the epoch. */
export class Lifetime {
  readonly #clock: Clock;
  #startedAt: number;
  #reloadedAt: number;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#startedAt = clock.now();
    this.#reloadedAt = this.#startedAt;
  }

  get startedAt(): number {
    return this.#startedAt;
  }

  get reloadedAt(): number {
    return this.#reloadedAt;
  }

  restarted(): void {
    this.#startedAt = this.#clock.now();
    this.#reloadedAt = this.#startedAt;
  }

  reloaded(): void {
    this.#reloadedAt = this.#clock.now();
  }
}
