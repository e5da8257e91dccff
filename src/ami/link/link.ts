import type { Clock } from '../../model/clock.ts';
import { CompanionError, type ErrorCode, messageOf } from '../../model/errors.ts';
import { printable } from '../../model/text.ts';
import type { AmiAction } from '../skype/action.ts';
import type { ActionLimits } from '../wire/encoder.ts';
import type { AmiMessage } from '../wire/message.ts';
import { pauseMs, sleep } from './backoff.ts';
import { BatchQueue } from './batch-queue.ts';
import { login, notAManager } from './login.ts';
import type { AmiLink, AmiReply, LinkItem, LinkState, RequestOptions } from './port.ts';
import { kindOf, Requests } from './requests.ts';
import type { AmiTransport, TransportConnection } from './transport.ts';

export type { AmiLink, AmiReply, LinkItem, LinkState, RequestOptions } from './port.ts';

export interface LinkOptions {
  readonly pbx: string;
  readonly username: string;
  readonly secret: string;
  /** Classes of events to ask for, as in manager.conf: the driver's events are of the class `system`. */
  readonly eventMask?: string;
  readonly timeoutMs?: number;
  /** Milliseconds between two pings; silence after a ping ends the connection. */
  readonly pingMs?: number;
  readonly maxInFlight?: number;
  /** Most entries that one list reply may have. */
  readonly maxListEntries?: number;
  /** Items that may wait for the consumer; beyond, the connection is ended and the gap announced. */
  readonly maxQueued?: number;
  /** The first and the longest pause between two attempts, in milliseconds. */
  readonly backoff?: { readonly firstMs: number; readonly maxMs: number };
}

/** What holds where the options say nothing. */
export const LINK_DEFAULTS = {
  eventMask: 'system',
  timeoutMs: 10_000,
  pingMs: 15_000,
  maxInFlight: 64,
  maxListEntries: 1_000_000,
  maxQueued: 1_000_000,
  backoff: { firstMs: 250, maxMs: 30_000 },
};

const PING: AmiAction = { name: 'Ping', headers: [], reply: 'response' };

/**
 * Keeps one PBX connected for ever: logs in, ends every request, and reconnects with a growing pause. One
 * piece of code above every transport.
 */
export class PbxLink implements AmiLink {
  readonly pbx: string;
  readonly #transport: AmiTransport;
  readonly #clock: Clock;
  readonly #options: LinkOptions & typeof LINK_DEFAULTS;
  readonly #items = new BatchQueue<LinkItem>();
  readonly #stopping = new AbortController();
  readonly #requests: Requests;
  #state: LinkState = 'disconnected';
  #reason: string | null = 'not started';
  #code: ErrorCode | null = null;
  /** Ends the current connection from this side. */
  #hangUp: ((error: CompanionError) => void) | null = null;
  #running: Promise<void> | null = null;
  /** Messages received so far: what a ping is measured by. */
  #heard = 0;

  constructor(transport: AmiTransport, options: LinkOptions, clock: Clock) {
    this.pbx = options.pbx;
    this.#transport = transport;
    this.#clock = clock;
    this.#options = { ...LINK_DEFAULTS, ...options };
    this.#requests = new Requests(this.#options, () =>
      this.#hangUp?.(
        this.#lost('an answer is missing, and its answers carry no ActionID to tell them apart'),
      ),
    );
  }

  get state(): LinkState {
    return this.#state;
  }

  get reason(): string | null {
    return this.#reason;
  }

  get code(): ErrorCode | null {
    return this.#code;
  }

  get limits(): ActionLimits {
    return this.#transport.limits;
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
    this.#hangUp?.(this.#lost('the link was stopped'));
    await this.#running;
    this.#items.end();
  }

  request(action: AmiAction, options: RequestOptions = {}): Promise<AmiReply> {
    if (this.#state !== 'ready') return Promise.reject(this.#disconnected(false));
    return this.#requests.submit(action, options);
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopping;
    let attempt = 0;
    while (!signal.aborted) {
      const readyMs = await this.#connectOnce();
      // A PBX that takes the login and hangs up, over and over, is not to be asked any faster.
      attempt = readyMs > this.#options.backoff.maxMs ? 0 : attempt + 1;
      do {
        await sleep(pauseMs(attempt, this.#options.backoff), signal);
        // A consumer that was left behind is not given more to do.
      } while (!signal.aborted && this.#items.length > this.#options.maxQueued / 2);
    }
  }

  /** One connection from its attempt to its end; tells how many milliseconds it was ready. */
  async #connectOnce(): Promise<number> {
    this.#enter('connecting', null);
    const ended = Promise.withResolvers<void>();
    let open = true;
    let readyAt = Number.POSITIVE_INFINITY;
    /** Everything ends here, in the turn in which the end is noticed, whatever the transport still does. */
    const end = (error: CompanionError) => {
      if (!open) return;
      open = false;
      this.#hangUp = null;
      this.#enter('disconnected', error);
      this.#requests.close((written) => this.#disconnected(written));
      ended.resolve();
    };
    let connection: TransportConnection;
    try {
      connection = await this.#transport.open(
        {
          message: (message) => open && this.#receive(message),
          skipped: (limit, length) =>
            open && this.#queue({ kind: 'skipped', limit, length, at: this.#clock.now() }),
          closed: (reason) =>
            end(this.#lost(this.#state === 'ready' ? reason : `${reason} before it answered the login`)),
        },
        this.#stopping.signal,
        this.#options,
      );
    } catch (thrown) {
      end(thrown instanceof CompanionError ? thrown : this.#lost(messageOf(thrown)));
      return 0;
    }
    // It may be over already: the last words of a PBX that hung up at once.
    if (!open) return 0;
    this.#hangUp = (error) => {
      end(error);
      connection.close(error.message);
    };
    if (this.#stopping.signal.aborted) {
      this.#hangUp(this.#lost('the link was stopped'));
      return 0;
    }
    this.#enter('authenticating', null);
    this.#requests.open((headers) => connection.send(headers));
    login(connection, {
      pbx: this.pbx,
      address: this.#transport.address,
      credentials: this.#options,
      exchange: (action, settle) => this.#requests.exchange(action, settle),
      accepted: () => {
        if (!open) return;
        readyAt = performance.now();
        this.#enter('ready', null);
        if (connection.login !== undefined) this.#askForEvents();
      },
      refused: (error) => this.#hangUp?.(error),
    });
    const unanswered = connection.login === undefined ? null : this.#boundLogin();
    const pinging = setInterval(() => this.#ping(), this.#options.pingMs);
    await ended.promise;
    clearInterval(pinging);
    if (unanswered !== null) clearTimeout(unanswered);
    return Math.max(0, performance.now() - readyAt);
  }

  /** A transport's own login has no time of its own. */
  #boundLogin(): NodeJS.Timeout {
    const { timeoutMs } = this.#options;
    return setTimeout(() => {
      if (this.#state !== 'authenticating') return;
      const text = `the PBX at ${this.#transport.address} did not answer the login within ${timeoutMs} ms`;
      this.#hangUp?.(new CompanionError('AMI_TIMEOUT', text, { pbx: this.pbx }));
    }, timeoutMs);
  }

  /** The mask that a login of the transport's own could not carry; a refusal leaves all events on. */
  #askForEvents(): void {
    const headers = [['EventMask', this.#options.eventMask]] as const;
    const ignored = () => {};
    this.#requests.exchange(
      { name: 'Events', headers, reply: 'response' },
      { resolve: ignored, reject: ignored },
    );
  }

  /** A half-open connection is one on which nothing came since the ping: a flood may hold its answer up. */
  #ping(): void {
    if (this.#state !== 'ready') return;
    const before = this.#heard;
    this.#requests.exchange(PING, {
      resolve: () => {},
      reject: (error) => {
        if (error.code !== 'AMI_TIMEOUT' || this.#heard !== before) return;
        this.#hangUp?.(this.#lost('no answer to a ping'));
      },
    });
  }

  #receive(message: AmiMessage): void {
    this.#heard += 1;
    const authenticating = this.#state === 'authenticating';
    if (this.#requests.receive(message, authenticating)) return;
    const [first] = message.headers;
    if (authenticating && first !== undefined && kindOf(message) === 'other') {
      const text = printable(
        first
          .filter((part) => part !== '')
          .join(': ')
          .slice(0, 60),
      );
      this.#hangUp?.(notAManager(this.#transport.address, `it said "${text}"`));
      return;
    }
    this.#queue({ kind: 'message', message, at: this.#clock.now() });
  }

  #queue(item: LinkItem): void {
    this.#items.push(item);
    if (this.#items.length > this.#options.maxQueued) {
      this.#hangUp?.(this.#lost('events came faster than they could be stored'));
    }
  }

  #enter(state: LinkState, error: CompanionError | null): void {
    this.#state = state;
    this.#reason = error?.message ?? null;
    this.#code = error?.code ?? null;
    this.#items.push({ kind: 'state', state, reason: this.#reason, code: this.#code, at: this.#clock.now() });
  }

  #lost(reason: string): CompanionError {
    return new CompanionError('AMI_DISCONNECTED', reason, { pbx: this.pbx });
  }

  #disconnected(written: boolean): CompanionError {
    const why = this.#reason === null ? '' : `: ${this.#reason}`;
    const details = { pbx: this.pbx, written, cause: this.#code };
    return new CompanionError('AMI_DISCONNECTED', `not connected to the PBX "${this.pbx}"${why}`, details);
  }
}
