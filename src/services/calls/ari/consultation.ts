import type { Call } from '../../../model/call.ts';
import { CompanionError } from '../../../model/errors.ts';
import type { Leg, Legs } from './legs.ts';
import type { Parking } from './parking.ts';

/** What a consultation needs from its call. */
export interface ConsultationHost {
  channelId(turn: number): string;
  /** The agent is somebody else from now on. */
  agentChanged(): void;
  happened(happening: 'transferring' | 'joined' | 'held', change: Partial<Call>): void;
}

interface Running {
  readonly endpoint: string;
  /** The call was on hold before: it is so again when nothing comes of this. */
  readonly wasHeld: boolean;
  answered: boolean;
}

/**
 * An attended transfer: the Skype side waits with music, the agent talks to somebody else, who then takes the
 * call over or not. An agent who hangs up hands over: at once, or as soon as the other answers.
 */
export class Consultation {
  readonly #legs: Legs;
  readonly #parking: Parking;
  readonly #host: ConsultationHost;
  #running: Running | null = null;
  #turns = 0;

  constructor(legs: Legs, parking: Parking, host: ConsultationHost) {
    this.#legs = legs;
    this.#parking = parking;
    this.#host = host;
  }

  get running(): boolean {
    return this.#running !== null;
  }

  /** Parks the Skype side and rings the other agent. */
  async begin(endpoint: string, timeoutSeconds: number, callerId: string | null): Promise<void> {
    const skype = this.#legs.get('skype');
    if (this.#running !== null || skype === null) {
      throw new CompanionError('STATE_CONFLICT', 'somebody is being consulted already');
    }
    const running = { endpoint, wasHeld: this.#parking.parked, answered: false };
    if (!running.wasHeld) await this.#parking.park(skype, null);
    this.#running = running;
    this.#host.happened('transferring', { consulting: endpoint });
    try {
      this.#turns += 1;
      const channel = this.#host.channelId(this.#turns);
      await this.#legs.ring('consult', channel, { endpoint, timeoutSeconds, callerId, variables: {} });
    } catch (thrown) {
      await this.#goBack();
      throw thrown;
    }
  }

  /** The other agent is there. */
  async answered(): Promise<void> {
    const consulted = this.#legs.get('consult');
    if (this.#running === null || consulted === null) return;
    this.#running.answered = true;
    await this.#legs.join(consulted);
    if (this.#legs.get('agent') === null) await this.#handOver(consulted);
  }

  /** @throws CompanionError `STATE_CONFLICT` before the other agent has answered. */
  async complete(): Promise<void> {
    const consulted = this.#legs.get('consult');
    if (this.#running?.answered !== true || consulted === null) {
      throw new CompanionError('STATE_CONFLICT', 'nobody who was consulted is on the line');
    }
    await this.#handOver(consulted);
  }

  /** Ends the consultation; the agent has the Skype side again. @throws CompanionError `STATE_CONFLICT` */
  async cancel(): Promise<void> {
    if (this.#running === null || this.#legs.get('agent') === null) {
      throw new CompanionError('STATE_CONFLICT', 'nobody is being consulted');
    }
    const consulted = this.#legs.get('consult');
    if (consulted !== null) await this.#legs.hangup(consulted);
    await this.#goBack();
  }

  /** The agent hung up. */
  async agentGone(): Promise<void> {
    const consulted = this.#legs.get('consult');
    if (this.#running?.answered === true && consulted !== null) await this.#handOver(consulted);
  }

  /** The other agent hung up, was busy, or did not answer. */
  async consultedGone(_cause: string, end: () => Promise<void>): Promise<void> {
    if (this.#running === null) return;
    if (this.#legs.get('agent') === null) return end();
    await this.#goBack();
  }

  async #handOver(consulted: Leg): Promise<void> {
    const endpoint = this.#running?.endpoint;
    const agent = this.#legs.get('agent');
    await this.#parking.unpark();
    this.#running = null;
    consulted.role = 'agent';
    this.#host.agentChanged();
    this.#host.happened('joined', { consulting: null, ...(endpoint ? { agent: endpoint } : {}) });
    if (agent !== null) await this.#legs.hangup(agent);
  }

  async #goBack(): Promise<void> {
    const wasHeld = this.#running?.wasHeld === true;
    this.#running = null;
    if (!wasHeld) await this.#parking.unpark();
    this.#host.happened(wasHeld ? 'held' : 'joined', { consulting: null });
  }
}
