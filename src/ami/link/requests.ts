import { randomBytes } from 'node:crypto';
import { CompanionError, messageOf } from '../../model/errors.ts';
import type { AmiAction } from '../skype/action.ts';
import { type AmiHeader, type AmiMessage, header } from '../wire/message.ts';
import { Deadlines } from './deadlines.ts';
import { FairQueue } from './fair-queue.ts';
import { type Placed, Places } from './places.ts';
import type { AmiReply, RequestOptions } from './port.ts';
import { refusalOf } from './refusal.ts';

export interface RequestsOptions {
  readonly pbx: string;
  readonly timeoutMs: number;
  readonly maxInFlight: number;
  readonly maxListEntries: number;
}

/** A request from its birth to its end; `id` is null while it waits for a place. */
interface Pending extends Placed {
  readonly action: AmiAction;
  readonly timeoutMs: number;
  readonly resolve: (reply: AmiReply) => void;
  readonly reject: (error: CompanionError) => void;
  deadline: number;
  response: AmiMessage | null;
  complete: AmiMessage | null;
  readonly events: AmiMessage[];
}

type Settle = Pick<Pending, 'resolve' | 'reject'>;

/**
 * The requests of one link: numbers them, keeps no more than so many on the wire, matches what comes back
 * and ends each of them exactly once.
 */
export class Requests {
  readonly #options: RequestsOptions;
  readonly #inFlight = new Places<Pending>();
  readonly #waiting = new FairQueue<Pending>();
  readonly #deadlines = new Deadlines((now) => this.#expire(now));
  readonly #onLost: () => void;
  #write: ((headers: readonly AmiHeader[]) => void) | null = null;
  /** Seen at the login: this PBX leaves the ActionID out of its answers. */
  #idless = false;

  /** @param onLost called when answers can no longer be told apart, so that only a new connection helps. */
  constructor(options: RequestsOptions, onLost: () => void) {
    this.#options = options;
    this.#onLost = onLost;
  }

  /**
   * Begins with a connection. ActionIDs hold a random part of their own, so that neither a late answer
   * from the last connection nor a text that a Skype user made up can pass for one.
   */
  open(write: (headers: readonly AmiHeader[]) => void): void {
    this.#write = write;
    this.#inFlight.reset(`sfa-${randomBytes(6).toString('hex')}-`);
    this.#idless = false;
  }

  /** Ends every request with the connection. */
  close(error: (written: boolean) => CompanionError): void {
    this.#write = null;
    this.#deadlines.clear();
    const written = this.#inFlight.all();
    const waiting = [...this.#waiting];
    this.#inFlight.reset('');
    this.#waiting.keep(() => false);
    for (const pending of written) pending.reject(error(true));
    for (const pending of waiting) pending.reject(error(false));
  }

  /** Sends when there is a place, in turns between the lanes. */
  submit(action: AmiAction, { timeoutMs, lane }: RequestOptions): Promise<AmiReply> {
    return new Promise((resolve, reject) => {
      const pending = this.#pending(action, timeoutMs ?? this.#options.timeoutMs, { resolve, reject });
      if (this.#hasPlace()) {
        this.#send(pending);
      } else {
        this.#waiting.push(lane ?? laneOf(action), pending);
        this.#deadlines.watch(pending.deadline);
      }
    });
  }

  /** Sends past the queue (logins, pings); the callbacks run in the turn in which the answer comes. */
  exchange(action: AmiAction, settle: Settle): void {
    this.#send(this.#pending(action, this.#options.timeoutMs, settle));
  }

  /** Takes a message if it belongs to an answer; tells whether it did. */
  receive(message: AmiMessage, authenticating: boolean): boolean {
    if (this.#inFlight.size === 0) return false;
    const id = header(message, 'ActionID');
    const pending = id === undefined ? this.#withoutId(message, authenticating) : this.#inFlight.get(id);
    if (pending === undefined) return false;
    // The first header tells what it is: an OriginateResponse event holds a `Response` too.
    const kind = kindOf(message);
    if (kind === 'response') this.#takeResponse(pending, message);
    else if (kind === 'other' || !this.#takeEntry(pending, message)) return false;
    return true;
  }

  #hasPlace(): boolean {
    return this.#inFlight.size < (this.#idless ? 1 : this.#options.maxInFlight);
  }

  #pending(action: AmiAction, timeoutMs: number, { resolve, reject }: Settle): Pending {
    const deadline = this.#deadlines.now() + timeoutMs;
    return {
      action,
      timeoutMs,
      resolve,
      reject,
      id: null,
      serial: 0,
      deadline,
      response: null,
      complete: null,
      events: [],
    };
  }

  #send(pending: Pending): void {
    const { action } = pending;
    const id = this.#inFlight.put(pending);
    try {
      this.#write?.([['Action', action.name], ['ActionID', id], ...action.headers]);
    } catch (thrown) {
      this.#inFlight.remove(pending);
      pending.reject(
        thrown instanceof CompanionError ? thrown : new CompanionError('INTERNAL', messageOf(thrown)),
      );
      return;
    }
    this.#deadlines.watch(pending.deadline);
  }

  #sendWaiting(): void {
    while (this.#waiting.length > 0 && this.#hasPlace()) {
      const next = this.#waiting.shift();
      if (next !== undefined) this.#send(next);
    }
  }

  /**
   * Some old servers leave the ActionID out (Asterisk 1.6.2.6 on gateways). Where the answer to the login
   * shows it, such an answer belongs to the only request on the wire, and there is never more than one;
   * otherwise only the old form of a Command's output does, which nothing else has.
   */
  #withoutId(message: AmiMessage, authenticating: boolean): Pending | undefined {
    if (this.#inFlight.size !== 1) return undefined;
    const [only] = this.#inFlight.all();
    if (only === undefined) return undefined;
    const kind = kindOf(message);
    if (authenticating && kind === 'response') this.#idless = true;
    if (this.#idless) return kind === 'other' ? undefined : only;
    const follows = kind === 'response' && header(message, 'Response')?.toLowerCase() === 'follows';
    return follows && only.action.name === 'Command' ? only : undefined;
  }

  #takeResponse(pending: Pending, response: AmiMessage): void {
    // A second response to a list that is still coming in changes nothing.
    if (pending.response !== null) return;
    pending.response = response;
    const refusal = refusalOf(response, pending.action, this.#options.pbx);
    if (refusal !== null) this.#end(pending, () => pending.reject(refusal));
    else if (pending.action.reply === 'response' || pending.complete !== null)
      this.#answer(pending, response);
  }

  /** Takes an entry or the end of a list reply, which may come before the response. */
  #takeEntry(pending: Pending, event: AmiMessage): boolean {
    const { reply } = pending.action;
    if (reply === 'response') return false;
    const name = header(event, 'Event')?.toLowerCase();
    if (
      name === reply.completeEvent.toLowerCase() ||
      header(event, 'EventList')?.toLowerCase() === 'complete'
    ) {
      pending.complete = event;
      if (pending.response !== null) this.#answer(pending, pending.response);
      return true;
    }
    if (reply.entryEvent !== undefined && name !== reply.entryEvent.toLowerCase()) return false;
    pending.events.push(event);
    pending.deadline = this.#deadlines.now() + pending.timeoutMs;
    if (pending.events.length > this.#options.maxListEntries) {
      const { pbx, maxListEntries: most } = this.#options;
      const text = `the list in answer to ${pending.action.name} has more than ${most} entries`;
      this.#end(pending, () => pending.reject(new CompanionError('PBX_REFUSED', text, { pbx, reply: '' })));
    }
    return true;
  }

  #answer(pending: Pending, response: AmiMessage): void {
    const { events, complete } = pending;
    this.#end(pending, () =>
      pending.resolve(complete ? { response, events, complete } : { response, events }),
    );
  }

  #end(pending: Pending, settle: () => void): void {
    this.#inFlight.remove(pending);
    settle();
    this.#sendWaiting();
  }

  /** Ends what is due; gives the earliest deadline that is left. */
  #expire(now: number): number {
    let next = Number.POSITIVE_INFINITY;
    const due: Pending[] = [];
    const stays = (pending: Pending): boolean => {
      if (pending.deadline <= now) {
        due.push(pending);
        return false;
      }
      next = Math.min(next, pending.deadline);
      return true;
    };
    for (const pending of this.#inFlight.all()) if (!stays(pending)) this.#inFlight.remove(pending);
    if (this.#waiting.length > 0) this.#waiting.keep(stays);
    const lost = this.#idless && due.some((pending) => pending.id !== null);
    for (const pending of due) pending.reject(this.#timeout(pending));
    if (lost) this.#onLost();
    else this.#sendWaiting();
    return next;
  }

  #timeout({ action, timeoutMs, id }: Pending): CompanionError {
    const { pbx } = this.#options;
    const written = id !== null;
    const what = written ? 'no answer to' : 'no free place for';
    return new CompanionError(
      'AMI_TIMEOUT',
      `the PBX "${pbx}" is slow: ${what} ${action.name} within ${timeoutMs} ms`,
      { pbx, action: action.name, written },
    );
  }
}

function laneOf({ headers }: AmiAction): string {
  const [first] = headers;
  return first?.[0] === 'User' ? first[1] : '';
}

/** What a message is, by its first header. */
export function kindOf({ headers }: AmiMessage): 'response' | 'event' | 'other' {
  const name = headers[0]?.[0].toLowerCase();
  return name === 'response' || name === 'event' ? name : 'other';
}
