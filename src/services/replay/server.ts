import { type AddressInfo, createServer, type Socket } from 'node:net';
import { AmiFramer, type Frame } from '../../ami/wire/framer.ts';
import { type AmiHeader, type AmiMessage, header, parseMessage } from '../../ami/wire/message.ts';
import { CompanionError, messageOf } from '../../model/errors.ts';
import { Pace, type Sleep, type Speed, timerSleep } from './pace.ts';
import { printMessage } from './print-message.ts';
import { ExchangeBook, type SessionScript } from './script.ts';

export interface ReplayServerOptions {
  /** 0 takes a free port. */
  readonly port: number;
  readonly speed: Speed;
  readonly now?: () => number;
  readonly sleep?: Sleep;
  /** Told of every action that the capture does not answer. */
  readonly onUnknownAction?: (name: string) => void;
}

export interface ReplayServer {
  readonly host: string;
  readonly port: number;
  stop(): Promise<void>;
}

const HOST = '127.0.0.1';
/** Answered alike whatever the capture holds. */
const BUILT_IN: ReadonlyMap<string, readonly AmiHeader[]> = new Map<string, readonly AmiHeader[]>(
  Object.entries<readonly AmiHeader[]>({
    challenge: [
      ['Response', 'Success'],
      ['Challenge', '840415273'],
    ],
    login: [
      ['Response', 'Success'],
      ['Message', 'Authentication accepted'],
    ],
    logoff: [
      ['Response', 'Goodbye'],
      ['Message', 'Thanks for all the fish.'],
    ],
  }),
);
const BANNER = 'Asterisk Call Manager/11.0.0\r\n';

/**
 * Plays a captured session as a manager interface, to any number of clients, each from its beginning.
 *
 * A login is always accepted, by name and secret or by challenge: a capture holds no secrets, and the
 * server listens on the loopback address only. After it the unsolicited messages come by the capture's
 * clock, and each action is answered with what answered the like of it (see {@link ExchangeBook}).
 *
 * @throws CompanionError `REQUEST_INVALID` when the port cannot be taken.
 */
export async function startReplayServer(
  script: SessionScript,
  options: ReplayServerOptions,
): Promise<ReplayServer> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    new ReplaySession(socket, script, options).start();
  });
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(options.port, HOST, resolve);
    });
  } catch (thrown) {
    throw new CompanionError(
      'REQUEST_INVALID',
      `cannot listen on ${HOST}:${options.port}: ${messageOf(thrown)}`,
    );
  }
  return {
    host: HOST,
    port: (server.address() as AddressInfo).port,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

class ReplaySession {
  readonly #socket: Socket;
  readonly #script: SessionScript;
  readonly #options: ReplayServerOptions;
  readonly #book: ExchangeBook;
  readonly #framer = new AmiFramer({ lineBytes: 1 << 16, headers: 1024, messageBytes: 1 << 20 });
  readonly #ending = new AbortController();
  #loggedIn = false;

  constructor(socket: Socket, script: SessionScript, options: ReplayServerOptions) {
    this.#socket = socket;
    this.#script = script;
    this.#options = options;
    this.#book = new ExchangeBook(script.exchanges);
  }

  start(): void {
    this.#socket.on('error', () => this.#ending.abort());
    this.#socket.on('close', () => this.#ending.abort());
    this.#socket.on('data', (chunk) => this.#receive(this.#framer.push(chunk)));
    this.#socket.write(BANNER);
  }

  #receive(frames: readonly Frame[]): void {
    for (const frame of frames) if (frame.kind === 'block') this.#answer(parseMessage(frame.bytes));
  }

  #answer(action: AmiMessage): void {
    const name = header(action, 'Action') ?? '';
    const id = header(action, 'ActionID') ?? null;
    const reply = (headers: readonly AmiHeader[]) => this.#write({ headers }, id);
    const builtIn = BUILT_IN.get(name.toLowerCase());
    if (builtIn !== undefined) {
      reply(builtIn);
      if (name.toLowerCase() === 'logoff') this.#socket.end();
      if (name.toLowerCase() === 'login') this.#login(action);
      return;
    }
    if (!this.#loggedIn) {
      this.#refuse('Permission denied', id);
      return;
    }
    const headers = action.headers.filter(([other]) => !/^action(?:id)?$/i.test(other));
    const exchange = this.#book.find(name, headers);
    if (exchange !== null) {
      for (const message of exchange.replies) this.#write(message, id);
    } else if (name.toLowerCase() === 'ping') {
      reply([
        ['Response', 'Success'],
        ['Ping', 'Pong'],
      ]);
    } else {
      this.#options.onUnknownAction?.(name);
      this.#refuse(`The capture holds no answer to ${name}`, id);
    }
  }

  #login(action: AmiMessage): void {
    const first = !this.#loggedIn;
    this.#loggedIn = true;
    if (first && header(action, 'Events')?.toLowerCase() !== 'off') void this.#play();
  }

  async #play(): Promise<void> {
    const pace = new Pace(
      this.#options.speed,
      this.#options.now ?? Date.now,
      this.#options.sleep ?? timerSleep,
    );
    const { signal } = this.#ending;
    for (const { at, message } of this.#script.unsolicited) {
      await pace.reach(at, signal);
      if (signal.aborted) return;
      if (!this.#write(message, null)) await drained(this.#socket, signal);
    }
  }

  #refuse(message: string, id: string | null): void {
    this.#write(
      {
        headers: [
          ['Response', 'Error'],
          ['Message', message],
        ],
      },
      id,
    );
  }

  #write(message: AmiMessage, id: string | null): boolean {
    return this.#socket.write(printMessage(message, id));
  }
}

/** Resolves when a slow client has taken what waits for it, or is gone. */
function drained(socket: Socket, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      socket.off('drain', done);
      signal.removeEventListener('abort', done);
      resolve();
    };
    if (signal.aborted) return resolve();
    socket.once('drain', done);
    signal.addEventListener('abort', done, { once: true });
  });
}
