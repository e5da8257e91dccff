import type { AnswerFault } from './fault.ts';

/** The faults ordered for answers, used up one by one. */
export class AnswerOrders {
  readonly #orders: { readonly fault: AnswerFault; left: number }[] = [];

  add(fault: AnswerFault): void {
    this.#orders.push({ fault, left: fault.times });
  }

  /** Takes the oldest order that fits an action's name, or null when there is none. */
  take(action: string): AnswerFault | null {
    return this.#take(action, ({ kind }) => kind !== 'swallow');
  }

  /** Whether an action is not to run at all; uses the order up. */
  swallows(action: string): boolean {
    return this.#take(action, ({ kind }) => kind === 'swallow') !== null;
  }

  #take(action: string, fits: (fault: AnswerFault) => boolean): AnswerFault | null {
    const at = this.#orders.findIndex(
      ({ fault }) =>
        fits(fault) && (fault.action === undefined || fault.action.toLowerCase() === action.toLowerCase()),
    );
    const order = this.#orders[at];
    if (!order) return null;
    order.left -= 1;
    if (order.left === 0) this.#orders.splice(at, 1);
    return order.fault;
  }
}
