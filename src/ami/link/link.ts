import { createHash } from 'node:crypto';
import type { Clock } from '../../model/clock.ts';
import { CompanionError, messageOf } from '../../model/errors.ts';
import type { AmiAction } from '../skype/actions.ts';
import { type AmiHeader, type AmiMessage, header, headersNamed } from '../wire/message.ts';
import { BatchQueue } from './batch-queue.ts';
import type { AmiTransport, TransportConnection } from './transport.ts';

export type LinkState = 'disconnected' | 'connecting' | 'authenticating' | 'ready';

/** What flows out of a link, in the order in which it happened. Times are milliseconds since the epoch. */
export type LinkItem =
  | { readonly kind: 'message'; readonly message: AmiMessage; readonly at: number }
  /** A block that passed a limit of the framer. */
  | { readonly kind: 'skipped'; readonly limit: string; readonly length: number; readonly at: number }
  | {
      readonly kind: 'state';
      readonly state: LinkState;
      readonly reason: string | null;
      readonly at: number;
    };

/** A complete answer: the response, and the events of a list reply without its complete event. */
export interface AmiReply {
  readonly response: AmiMessage;
  readonly events: readonly AmiMessage[];
}

/** One named PBX over AMI: what services see. */
export interface AmiLink {
  /** The PBX's name in the settings. */
  readonly pbx: string;
  readonly state: LinkState;
  /** Why it is not ready; null while it is. */
  readonly reason: string | null;
  /** All messages that are no answer to a request, and every change of state; one consumer. */
  items(): AsyncIterable<readonly LinkItem[]>;
  /**
   * Sends an action and waits for its whole answer.
   *
   * @throws CompanionError `AMI_DISCONNECTED` (detail `written` tells whether the action may have reached
   *   the PBX), `AMI_TIMEOUT`, `AMI_PERMISSION_DENIED`, `MODULE_ABSENT`, `PBX_REFUSED` with the PBX's text
   *   in `reply`, or `VALUE_FORBIDDEN` before anything was written.
   */
  request(action: AmiAction, options?: { readonly timeoutMs?: number }): Promise<AmiReply>;
}

export interface LinkOptions {
  readonly pbx: string;
  readonly username: string;
  readonly secret: string;
  /** Classes of events to ask for, as in manager.conf: the driver's events are of the class `system`. */
  readonly eventMask?: string;
  readonly timeoutMs?: number;
  /** Milliseconds between two pings; a ping without an answer ends the connection. */
  readonly pingMs?: number;
  readonly maxInFlight?: number;
  /** The first and the longest pause between two attempts, in milliseconds. */
  readonly backoff?: { readonly firstMs: number; readonly maxMs: number };
}

interface Pending {
  readonly action: AmiAction;
  readonly timeoutMs: number;
  readonly resolve: (reply: AmiReply) => void;
  readonly reject: (error: CompanionError) => void;
  response: AmiMessage | null;
  readonly events: AmiMessage[];
  timer: NodeJS.Timeout | null;
}

const DEFAULTS = {
  eventMask: 'system',
  timeoutMs: 10_000,
  pingMs: 15_000,
  maxInFlight: 64,
  backoff: { firstMs: 250, maxMs: 30_000 },
};

/**
 * Keeps one PBX connected for ever: logs in, correlates answers by ActionID, ends every request, and
 * reconnects with a growing pause. One piece of code above every transport.
 */
export class PbxLink implements AmiLink {
  readonly pbx: string;
  readonly #transport: AmiTransport;
  readonly #clock: Clock;
  readonly #options: LinkOptions & typeof DEFAULTS;
  readonly #items = new BatchQueue<LinkItem>();
  readonly #stopping = new AbortController();
  readonly #pending = new Map<string, Pending>();
  readonly #waiting: Pending[] = [];
  #state: LinkState = 'disconnected';
  #reason: string | null = 'not started';
  #connection: TransportConnection | null = null;
  #running: Promise<void> | null = null;
  #lastId = 0;

  constructor(transport: AmiTransport, options: LinkOptions, clock: Clock) {
    this.pbx = options.pbx;
    this.#transport = transport;
    this.#clock = clock;
    this.#options = { ...DEFAULTS, ...options };
  }

  get state(): LinkState {
    return this.#state;
  }

  get reason(): string | null {
    return this.#reason;
  }

  items(): AsyncIterable<readonly LinkItem[]> {
    return this.#items;
  }

  /** Begins to connect; returns at once. */
  start(): void {
    this.#running ??= this.#run();
  }

  /** Ends the connection and every request, then the stream of items. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    this.#connection?.close('the link was stopped');
    await this.#running;
    this.#items.end();
  }

  request(action: AmiAction, options: { readonly timeoutMs?: number } = {}): Promise<AmiReply> {
    if (this.#state !== 'ready') return Promise.reject(this.#disconnected(false));
    return new Promise((resolve, reject) => {
      const timeoutMs = options.timeoutMs ?? this.#options.timeoutMs;
      const pending = { action, timeoutMs, resolve, reject, response: null, events: [], timer: null };
      if (this.#pending.size < this.#options.maxInFlight) this.#send(pending);
      else this.#waiting.push(pending);
    });
  }

  async #run(): Promise<void> {
    let attempt = 0;
    while (!this.#stopping.signal.aborted) {
      const wasReady = await this.#connectOnce();
      if (this.#stopping.signal.aborted) return;
      attempt = wasReady ? 0 : attempt + 1;
      await this.#pause(attempt);
    }
  }

  /** One connection from its attempt to its end; tells whether the login succeeded. */
  async #connectOnce(): Promise<boolean> {
    this.#enter('connecting', null);
    const ended = Promise.withResolvers<string>();
    try {
      this.#connection = await this.#transport.open(
        {
          message: (message) => this.#receive(message),
          skipped: (limit, length) =>
            this.#items.push({ kind: 'skipped', limit, length, at: this.#clock.now() }),
          closed: (reason) => ended.resolve(reason),
        },
        this.#stopping.signal,
        this.#options,
      );
    } catch (thrown) {
      this.#enter('disconnected', messageOf(thrown));
      return false;
    }
    let ready = false;
    let refusal: string | null = null;
    try {
      this.#enter('authenticating', null);
      await Promise.race([
        this.#login(this.#connection),
        ended.promise.then((reason) => Promise.reject(new Error(reason))),
      ]);
      ready = true;
      this.#enter('ready', null);
    } catch (thrown) {
      refusal = messageOf(thrown);
      this.#connection.close(refusal);
    }
    const pinging = ready ? setInterval(() => void this.#ping(), this.#options.pingMs) : null;
    const reason = await ended.promise;
    if (pinging !== null) clearInterval(pinging);
    this.#connection = null;
    this.#enter('disconnected', refusal ?? reason);
    this.#failAll();
    return ready;
  }

  async #login(connection: TransportConnection): Promise<void> {
    const accepted = await (connection.login?.() ?? this.#loginByChallenge());
    if (accepted) return;
    const { username } = this.#options;
    throw new CompanionError(
      'AMI_AUTH_FAILED',
      `the PBX at ${this.#transport.address} refused the manager user "${username}": wrong name or secret, or not permitted from here`,
      { pbx: this.pbx, username },
    );
  }

  /** By challenge, so that the secret itself never travels nor lands in a capture. */
  async #loginByChallenge(): Promise<boolean> {
    const { username, secret, eventMask } = this.#options;
    try {
      const challenge = await this.#exchange('Challenge', [['AuthType', 'MD5']]);
      const nonce = header(challenge.response, 'Challenge') ?? '';
      const key = createHash('md5').update(nonce).update(secret).digest('hex');
      await this.#exchange('Login', [
        ['AuthType', 'MD5'],
        ['Username', username],
        ['Key', key],
        ['Events', eventMask],
      ]);
      return true;
    } catch (thrown) {
      if (thrown instanceof CompanionError && thrown.code === 'PBX_REFUSED') return false;
      throw thrown;
    }
  }

  #exchange(name: string, headers: readonly AmiHeader[]): Promise<AmiReply> {
    return new Promise((resolve, reject) => {
      const action: AmiAction = { name, headers, reply: 'response' };
      const timeoutMs = this.#options.timeoutMs;
      this.#send({ action, timeoutMs, resolve, reject, response: null, events: [], timer: null });
    });
  }

  async #ping(): Promise<void> {
    if (this.#state !== 'ready') return;
    try {
      await this.request({ name: 'Ping', headers: [], reply: 'response' });
    } catch (thrown) {
      if (thrown instanceof CompanionError && thrown.code === 'AMI_TIMEOUT') {
        this.#connection?.close('no answer to a ping');
      }
    }
  }

  #send(pending: Pending): void {
    this.#lastId += 1;
    const id = `sfa-${this.#lastId}`;
    const { action } = pending;
    try {
      this.#connection?.send([['Action', action.name], ['ActionID', id], ...action.headers]);
    } catch (thrown) {
      pending.reject(
        thrown instanceof CompanionError ? thrown : new CompanionError('INTERNAL', messageOf(thrown)),
      );
      return;
    }
    this.#pending.set(id, pending);
    pending.timer = setTimeout(() => {
      this.#pending.delete(id);
      pending.reject(
        new CompanionError('AMI_TIMEOUT', `no answer to ${action.name} within ${pending.timeoutMs} ms`, {
          pbx: this.pbx,
          action: action.name,
        }),
      );
      this.#sendWaiting();
    }, pending.timeoutMs);
  }

  #sendWaiting(): void {
    while (this.#pending.size < this.#options.maxInFlight) {
      const next = this.#waiting.shift();
      if (next === undefined) return;
      this.#send(next);
    }
  }

  #receive(message: AmiMessage): void {
    const id = header(message, 'ActionID');
    const pending = id === undefined ? undefined : this.#pending.get(id);
    if (id === undefined || pending === undefined) {
      this.#items.push({ kind: 'message', message, at: this.#clock.now() });
      return;
    }
    const { reply } = pending.action;
    if (header(message, 'Response') !== undefined) {
      pending.response = message;
      const refusal = this.#refusalOf(message, pending.action);
      if (refusal !== null) this.#settle(id, pending, () => pending.reject(refusal));
      else if (reply === 'response') this.#answer(id, pending, message);
    } else if (reply !== 'response') {
      const event = header(message, 'Event')?.toLowerCase();
      if (event !== reply.completeEvent.toLowerCase()) pending.events.push(message);
      else if (pending.response !== null) this.#answer(id, pending, pending.response);
    }
  }

  #answer(id: string, pending: Pending, response: AmiMessage): void {
    this.#settle(id, pending, () => pending.resolve({ response, events: pending.events }));
  }

  #settle(id: string, pending: Pending, settle: () => void): void {
    if (pending.timer !== null) clearTimeout(pending.timer);
    this.#pending.delete(id);
    settle();
    this.#sendWaiting();
  }

  /** Only texts of the Asterisk core are recognised; a driver's words are passed on, never matched. */
  #refusalOf(response: AmiMessage, action: AmiAction): CompanionError | null {
    if (header(response, 'Response')?.toLowerCase() !== 'error') return null;
    const output = headersNamed(response, 'Output').join('\n');
    const reply = output || header(response, 'Message') || '';
    const details = { pbx: this.pbx, action: action.name, reply };
    if (reply === 'Permission denied') {
      return new CompanionError(
        'AMI_PERMISSION_DENIED',
        `the manager user "${this.#options.username}" may not use ${action.name}`,
        details,
      );
    }
    if (reply.startsWith('Invalid/unknown command')) {
      return new CompanionError('MODULE_ABSENT', `the PBX does not know ${action.name}`, details);
    }
    return new CompanionError('PBX_REFUSED', `the PBX refused ${action.name}: ${reply}`, details);
  }

  #enter(state: LinkState, reason: string | null): void {
    this.#state = state;
    this.#reason = reason;
    this.#items.push({ kind: 'state', state, reason, at: this.#clock.now() });
  }

  #disconnected(written: boolean): CompanionError {
    const why = this.#reason === null ? '' : `: ${this.#reason}`;
    return new CompanionError('AMI_DISCONNECTED', `not connected to the PBX "${this.pbx}"${why}`, {
      pbx: this.pbx,
      written,
    });
  }

  #failAll(): void {
    for (const pending of this.#pending.values()) {
      if (pending.timer !== null) clearTimeout(pending.timer);
      pending.reject(this.#disconnected(true));
    }
    this.#pending.clear();
    for (const pending of this.#waiting.splice(0)) pending.reject(this.#disconnected(false));
  }

  /** Full jitter: many companions of one PBX must not come back in step. */
  #pause(attempt: number): Promise<void> {
    const { firstMs, maxMs } = this.#options.backoff;
    const ceiling = Math.min(maxMs, firstMs * 2 ** Math.min(attempt, 16));
    const delay = ceiling / 2 + (Math.random() * ceiling) / 2;
    return new Promise((resolve) => {
      const done = () => {
        clearTimeout(timer);
        this.#stopping.signal.removeEventListener('abort', done);
        resolve();
      };
      const timer = setTimeout(done, delay);
      this.#stopping.signal.addEventListener('abort', done, { once: true });
    });
  }
}
