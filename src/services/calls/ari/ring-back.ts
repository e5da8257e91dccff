import type { Leg } from './legs.ts';

/** How long the far end rings before the waiting side hears it, in milliseconds. */
const PATIENCE_MS = 100;

/**
 * Lets the side that waits hear that the other one rings. Not at once: where somebody takes the call
 * immediately (a voicemail, a number for tests) the order would only hold up joining the two.
 */
export class RingBack {
  readonly #ring: (channel: string) => void;
  #timer: NodeJS.Timeout | null = null;

  constructor(ring: (channel: string) => void) {
    this.#ring = ring;
  }

  begin(waiting: Leg): void {
    this.stop();
    this.#timer = setTimeout(() => {
      if (waiting.phase === 'answered') this.#ring(waiting.channel);
    }, PATIENCE_MS);
  }

  stop(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }
}
