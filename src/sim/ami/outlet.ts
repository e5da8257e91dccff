import type { Socket } from 'node:net';
import type { AnswerFault } from '../faults/fault.ts';
import type { Scheduler } from '../scheduler.ts';
import type { Variation } from '../variation/variation.ts';

/** What the way out of a connection needs to know. */
export interface OutletSetup {
  readonly socket: Socket;
  readonly scheduler: Scheduler;
  readonly variation: Variation;
  /** Bytes that may wait for a reader before it is cut. */
  readonly mostWaiting: number;
}

/** The only way out of one connection: portions, pauses and ordered faults happen here. */
export class Outlet {
  readonly #setup: OutletSetup;
  /** What waits while the connection is stalled; null when it is not. */
  #held: Buffer[] | null = null;
  #heldBytes = 0;
  #answers: { readonly bytes: string; readonly dueAt: number }[] = [];
  #waits = false;
  #ending = false;

  constructor(setup: OutletSetup) {
    this.#setup = setup;
  }

  /**
   * Writes bytes, or cuts the connection when its reader is too far behind: Asterisk gives up on a reader
   * that does not take its bytes, and nobody else waits for it.
   */
  write(bytes: string | Buffer): void {
    const { socket, mostWaiting, variation } = this.#setup;
    if (socket.destroyed || socket.writableEnded || bytes.length === 0) return;
    if (this.#held) {
      const held = typeof bytes === 'string' ? Buffer.from(bytes, 'utf8') : bytes;
      this.#held.push(held);
      this.#heldBytes += held.length;
    } else if (variation.portion > 0) this.#writePortions(bytes, variation.portion);
    else socket.write(bytes);
    if (socket.writableLength + this.#heldBytes > mostWaiting) socket.destroy();
  }

  /** Sends an answer, spoilt as ordered. Answers keep their order; events may overtake a slow one. */
  answer(text: string, actionId: string, fault: AnswerFault | null): void {
    if (fault?.kind === 'lost') return;
    const pause = fault?.kind === 'late' ? fault.millis : 0;
    const bytes = spoil(text, actionId, fault);
    if (pause === 0 && this.#answers.length === 0) this.write(bytes);
    else {
      this.#answers.push({ bytes, dueAt: this.#setup.scheduler.now() + pause });
      this.#wait();
    }
  }

  /** Ends the connection once everything is written. */
  end(): void {
    this.#ending = true;
    if (this.#answers.length === 0 && !this.#held) this.#setup.socket.destroySoon();
  }

  /** Lets nothing leave until the time is over. */
  stall(millis: number): void {
    this.#held ??= [];
    this.#setup.scheduler.after(millis, () => {
      const held = this.#held;
      this.#held = null;
      this.#heldBytes = 0;
      if (held) this.write(Buffer.concat(held));
      if (this.#ending) this.end();
    });
  }

  #wait(): void {
    const [first] = this.#answers;
    if (!first || this.#waits) return;
    this.#waits = true;
    const { scheduler } = this.#setup;
    scheduler.after(Math.max(0, first.dueAt - scheduler.now()), () => {
      this.#waits = false;
      this.#answers.shift();
      this.write(first.bytes);
      if (this.#answers.length > 0) this.#wait();
      else if (this.#ending) this.end();
    });
  }

  #writePortions(bytes: string | Buffer, size: number): void {
    const all = typeof bytes === 'string' ? Buffer.from(bytes, 'utf8') : bytes;
    // Beyond some kilobytes the cuts prove nothing new and only cost time.
    const step = Math.max(size, Math.ceil(all.length / 2000));
    for (let at = 0; at < all.length; at += step) this.#setup.socket.write(all.subarray(at, at + step));
  }
}

/** What an ordered fault makes of an answer. */
function spoil(text: string, actionId: string, fault: AnswerFault | null): string {
  if (fault?.kind === 'twice') return text + text;
  if (fault?.kind !== 'wrong-action-id') return text;
  return text.replaceAll(`ActionID: ${actionId}\r\n`, `ActionID: ${actionId}-of-nobody\r\n`);
}
