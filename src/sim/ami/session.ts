import type { Socket } from 'node:net';
import {
  type ActionContext,
  failure,
  type ManagerAction,
  type ManagerSession,
  type ManagerUser,
  type ManagerWorld,
  mayRun,
} from './action.ts';
import { type ManagerRequest, RequestReader } from './request-reader.ts';
import { NO_RIGHTS, type RightMask } from './rights.ts';

/** What a session needs of its server. */
export interface SessionHost {
  readonly world: ManagerWorld;
  readonly actions: readonly ManagerAction[];
  /** Bytes that may wait for a reader before it is cut. */
  readonly mostWaiting: number;
  /** Sends everything that events have left so far, so that an answer does not overtake them. */
  flushEvents(): void;
}

/** One AMI connection: reads requests, answers them in order, and carries events. */
export class AmiSession implements ManagerSession {
  user: ManagerUser | null = null;
  writes: RightMask = NO_RIGHTS;
  events: RightMask = NO_RIGHTS;
  challenge: string | null = null;
  readonly #socket: Socket;
  readonly #host: SessionHost;
  readonly #reader = new RequestReader();
  #closing = false;

  constructor(socket: Socket, host: SessionHost) {
    this.#socket = socket;
    this.#host = host;
    socket.setNoDelay(true);
    // A peer that resets its connection is gone; `close` follows and takes the session off.
    socket.on('error', () => socket.destroy());
    socket.on('data', (bytes) => this.#read(bytes));
    this.send('Asterisk Call Manager/11.0.0\r\n');
  }

  /**
   * Writes bytes, or cuts the connection when its reader is too far behind: Asterisk gives up on a reader
   * that does not take its bytes, and nobody else waits for it.
   */
  send(bytes: string | Uint8Array): void {
    if (this.#socket.destroyed) return;
    this.#socket.write(bytes);
    if (this.#socket.writableLength > this.#host.mostWaiting) this.#socket.destroy();
  }

  close(): void {
    this.#closing = true;
  }

  /** Cuts the connection at once. */
  cut(): void {
    this.#socket.destroy();
  }

  #read(bytes: Buffer): void {
    for (const request of this.#reader.push(bytes)) {
      this.#host.flushEvents();
      this.send(this.#answer(request));
      if (this.#closing) {
        this.#socket.removeAllListeners('data');
        this.#socket.destroySoon();
        return;
      }
    }
  }

  #answer(request: ManagerRequest): string {
    const { world, actions } = this.#host;
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
    if (name === '') return failure(context, 'Missing action in request');
    const action = actions.find((candidate) => candidate.name.toLowerCase() === name.toLowerCase());
    if (!this.user && !action?.beforeLogin) return failure(context, 'Permission denied');
    if (!action) {
      return failure(
        context,
        `Invalid/unknown command: ${name}. Use Action: ListCommands to show available commands.`,
      );
    }
    return mayRun(this, action) ? action.run(context) : failure(context, 'Permission denied');
  }
}
