import { randomBytes } from 'node:crypto';
import type { Socket } from 'node:net';
import type { AnswerOrders } from '../faults/answer-orders.ts';
import { resetConnection } from '../faults/reset.ts';
import type { Scheduler } from '../scheduler.ts';
import {
  type ActionContext,
  failure,
  type ManagerAction,
  type ManagerSession,
  type ManagerUser,
  type ManagerWorld,
  mayRun,
  type SessionOrigin,
} from './action.ts';
import { Outlet } from './outlet.ts';
import { type ManagerRequest, RequestReader } from './request-reader.ts';
import { NO_RIGHTS, type RightMask } from './rights.ts';
import { tellSecurity } from './security-events.ts';

/** What a session needs of its server. */
export interface SessionHost {
  readonly world: ManagerWorld;
  readonly scheduler: Scheduler;
  readonly orders: AnswerOrders;
  /** What exists now; a module that is unloaded takes its actions with it. */
  actions(): readonly ManagerAction[];
  /** Bytes that may wait for a reader before it is cut. */
  readonly mostWaiting: number;
  /** Milliseconds in which a session has to log in. */
  readonly loginWithin: number;
  /** Sends everything that events have left so far, so that an answer does not overtake them. */
  flushEvents(): void;
}

/** What a line that is no protocol looks like: binary, without an end, with half a character. */
const GARBAGE = '\0\x01\xff%%%: \r: \n\u0000Event\r\r\nResponse:Success ActionID\xc3';

/** One AMI connection: reads requests, answers them in order, and carries events. */
export class AmiSession implements ManagerSession {
  user: ManagerUser | null = null;
  writes: RightMask = NO_RIGHTS;
  events: RightMask = NO_RIGHTS;
  challenge: string | null = null;
  readonly origin: SessionOrigin;
  readonly #socket: Socket;
  readonly #host: SessionHost;
  readonly #reader: RequestReader;
  readonly #outlet: Outlet;
  readonly #queue: ManagerRequest[] = [];
  #busy = false;
  #closing = false;

  constructor(socket: Socket, host: SessionHost) {
    const { variation, dialect } = host.world;
    this.#socket = socket;
    this.#host = host;
    this.#reader = new RequestReader(variation.era);
    this.#outlet = new Outlet({ socket, variation, ...host });
    const transport = 'encrypted' in socket ? 'TLS' : 'TCP';
    this.origin = {
      id: `0x${randomBytes(6).toString('hex')}`,
      local: `IPV4/${transport}/${socket.localAddress}/${socket.localPort}`,
      remote: `IPV4/${transport}/${socket.remoteAddress}/${socket.remotePort}`,
      since: host.world.clock.now(),
    };
    socket.setNoDelay(true);
    // A peer that resets its connection is gone; `close` follows and takes the session off.
    socket.on('error', () => socket.destroy());
    socket.on('data', (bytes) => this.#read(bytes));
    this.#outlet.write(dialect.greeting);
    const impatience = host.scheduler.after(host.loginWithin, () => {
      if (!this.user) socket.destroy();
    });
    socket.on('close', impatience);
  }

  /** Sends events, whole blocks. */
  send(bytes: Buffer): void {
    this.#outlet.write(bytes);
  }

  close(): void {
    this.#closing = true;
  }

  /** Cuts the connection at once. */
  cut(): void {
    this.#socket.destroy();
  }

  /** Cuts it with a reset: what is on the way is lost, and the peer sees an error. */
  reset(): void {
    // Node resets bare TCP only.
    if ('encrypted' in this.#socket) this.#socket.destroy();
    else resetConnection(this.#socket);
  }

  stall(millis: number): void {
    this.#outlet.stall(millis);
  }

  halfClose(): void {
    this.#socket.end();
  }

  pauseReading(millis: number): void {
    this.#socket.pause();
    this.#host.scheduler.after(millis, () => this.#socket.resume());
  }

  /** Sends bytes that are no protocol. */
  garbage(text: string | undefined): void {
    this.#outlet.write(Buffer.from(text ?? GARBAGE, text === undefined ? 'latin1' : 'utf8'));
  }

  #read(bytes: Buffer): void {
    for (const request of this.#reader.push(bytes)) this.#queue.push(request);
    this.#work();
  }

  /** One request after the other: an action that waits makes all later ones wait (one thread a session). */
  #work(): void {
    while (!this.#busy && !this.#closing) {
      const request = this.#queue.shift();
      if (!request) return;
      const { answerPause } = this.#host.world.variation;
      if (answerPause === 0) this.#run(request);
      else {
        this.#busy = true;
        this.#host.scheduler.after(answerPause, () => {
          this.#busy = false;
          this.#run(request);
          this.#work();
        });
      }
    }
  }

  #run(request: ManagerRequest): void {
    this.#host.flushEvents();
    const answer = this.#answer(request);
    if (typeof answer === 'string') {
      this.#reply(request, answer);
      return;
    }
    this.#busy = true;
    void answer.then((text) => {
      this.#busy = false;
      this.#reply(request, text);
      this.#work();
    });
  }

  #reply(request: ManagerRequest, text: string): void {
    if (this.#host.world.variation.eventsFirst) this.#host.flushEvents();
    this.#outlet.answer(text, request.text('ActionID'), this.#host.orders.take(request.action));
    if (!this.#closing) return;
    this.#socket.removeAllListeners('data');
    this.#outlet.end();
  }

  #answer(request: ManagerRequest): string | Promise<string> {
    const { world } = this.#host;
    const { words } = world.dialect;
    const actions = this.#host.actions();
    const context: ActionContext = {
      request,
      actionId: request.text('ActionID'),
      session: this,
      world,
      actions,
    };
    if (request.fault === 'too-many-lines') {
      return failure(context, 'Too many lines in message or allocation failure');
    }
    if (request.fault === 'line-too-long') return failure(context, 'Failed to parse message: line too long');
    const name = request.action;
    const action = actions.find((candidate) => candidate.name.toLowerCase() === name.toLowerCase());
    const asked = { fields: [['RequestType', `Action: ${name || 'NONE'}`]] } as const;
    if (name === '') {
      tellSecurity(world, this, 'RequestBadFormat', asked);
      return failure(context, 'Missing action in request');
    }
    if (!this.user && !action?.beforeLogin) {
      tellSecurity(world, this, 'RequestNotAllowed', asked);
      return failure(context, words.notLoggedIn);
    }
    if (!action) {
      tellSecurity(world, this, 'RequestBadFormat', asked);
      return failure(context, words.unknownAction(name));
    }
    if (mayRun(this, action)) return action.run(context);
    tellSecurity(world, this, 'RequestNotAllowed', asked);
    return failure(context, 'Permission denied');
  }
}
