import { createServer, type Server } from 'node:net';
import { type ListeningAddress, listen } from '../listen.ts';
import type { ManagerWorld } from './action.ts';
import { MANAGER_ACTIONS } from './actions/index.ts';
import { type RightMask, rightMask } from './rights.ts';
import { AmiSession, type SessionHost } from './session.ts';
import { skypeEvent } from './skype-events.ts';

/** How an AMI server is set up. */
export interface AmiServerOptions {
  readonly world: ManagerWorld;
  readonly host: string;
  /** 0 takes a free port. */
  readonly port: number;
  /** Bytes that may wait for a slow reader before it is cut; 64 MiB when left out. */
  readonly mostWaiting?: number;
}

const SYSTEM = rightMask(['system']);
const MEBIBYTE = 1024 * 1024;

/**
 * The manager interface on a TCP socket. Events are gathered for the rest of the turn and then written at once;
 * all sessions with the same event mask share one encoding of them.
 */
export class AmiServer {
  readonly #options: AmiServerOptions;
  readonly #server: Server;
  readonly #sessions = new Set<AmiSession>();
  #waiting: { readonly rights: RightMask; readonly text: string }[] = [];
  #ends: (() => void)[] = [];

  constructor(options: AmiServerOptions) {
    this.#options = options;
    const host: SessionHost = {
      world: options.world,
      actions: MANAGER_ACTIONS,
      mostWaiting: options.mostWaiting ?? 64 * MEBIBYTE,
      flushEvents: () => this.#flush(),
    };
    this.#server = createServer((socket) => {
      const session = new AmiSession(socket, host);
      this.#sessions.add(session);
      socket.on('close', () => this.#sessions.delete(session));
    });
  }

  /** Begins to listen. */
  async start(): Promise<ListeningAddress> {
    const address = await listen(this.#server, this.#options.host, this.#options.port);
    this.#ends = [this.#options.world.community.listen((notice) => this.publish(SYSTEM, skypeEvent(notice)))];
    return address;
  }

  /** Sends an event, complete with its empty line, to every session that sees one of its classes. */
  publish(rights: RightMask, text: string): void {
    if (this.#waiting.length === 0) setImmediate(() => this.#flush());
    this.#waiting.push({ rights, text });
  }

  /** Cuts every connection and stops listening. */
  async stop(): Promise<void> {
    for (const end of this.#ends) end();
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    for (const session of this.#sessions) session.cut();
    await closed;
  }

  #flush(): void {
    if (this.#waiting.length === 0) return;
    const events = this.#waiting;
    this.#waiting = [];
    const encoded = new Map<RightMask, Buffer>();
    for (const session of this.#sessions) {
      if (session.events === 0) continue;
      const bytes = encoded.get(session.events) ?? encode(events, session.events);
      encoded.set(session.events, bytes);
      if (bytes.length > 0) session.send(bytes);
    }
  }
}

function encode(events: readonly { rights: RightMask; text: string }[], mask: RightMask): Buffer {
  let text = '';
  for (const event of events) if (event.rights & mask) text += event.text;
  return Buffer.from(text, 'utf8');
}
