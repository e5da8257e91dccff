import { createServer, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import type { KeyedCertificate } from '../certificate.ts';
import { AnswerOrders } from '../faults/answer-orders.ts';
import type { AnswerFault, FaultyServer } from '../faults/fault.ts';
import { Listener } from '../faults/listener.ts';
import type { ListeningAddress } from '../listen.ts';
import type { Scheduler } from '../scheduler.ts';
import type { ManagerWorld } from './action.ts';
import { MANAGER_ACTIONS } from './actions/index.ts';
import { type Field, lines } from './blocks.ts';
import { announceCalls } from './call-events.ts';
import { CORE_SOURCE } from './dialect.ts';
import { type Right, type RightMask, rightMask } from './rights.ts';
import { AmiSession, type SessionHost } from './session.ts';
import { skypeEvent } from './skype-events.ts';

/** How an AMI server is set up. */
export interface AmiServerOptions {
  readonly world: Omit<ManagerWorld, 'publish'>;
  readonly scheduler: Scheduler;
  readonly host: string;
  /** 0 takes a free port. */
  readonly port: number;
  /** A second listener that speaks TLS, when there is one. */
  readonly tls?: { readonly port: number } & KeyedCertificate;
  /** Bytes that may wait for a slow reader before it is cut; 64 MiB when left out. */
  readonly mostWaiting?: number;
  /** Milliseconds in which a session has to log in; 30,000 when left out, as `authtimeout` of manager.conf. */
  readonly loginWithin?: number;
}

const SYSTEM = rightMask(['system']);
const MEBIBYTE = 1024 * 1024;

/**
 * The manager interface on TCP sockets, and on TLS beside them. Events are gathered for the rest of the turn and then written at once;
 * all sessions with the same event mask share one encoding of them.
 */
export class AmiServer implements FaultyServer {
  readonly #options: AmiServerOptions;
  readonly #listener: Listener;
  readonly #tlsListener: Listener | null;
  readonly #sessions = new Set<AmiSession>();
  readonly #orders = new AnswerOrders();
  readonly #world: ManagerWorld;
  #waiting: { readonly rights: RightMask; readonly text: string }[] = [];
  #ends: (() => void)[] = [];

  constructor(options: AmiServerOptions) {
    this.#options = options;
    this.#world = { ...options.world, publish: (name, right, fields) => this.#event(name, right, fields) };
    const { modules, variation } = options.world;
    const table = MANAGER_ACTIONS.filter(({ later }) => !(later && variation.era === '1.4')).map((action) =>
      variation.era === '1.4' && action.ancientRights ? { ...action, rights: action.ancientRights } : action,
    );
    const host: SessionHost = {
      world: this.#world,
      scheduler: options.scheduler,
      orders: this.#orders,
      actions: () => table.filter(({ module }) => module === undefined || modules.has(module)),
      mostWaiting: options.mostWaiting ?? 64 * MEBIBYTE,
      loginWithin: options.loginWithin ?? 30_000,
      flushEvents: () => this.#flush(),
    };
    const enter = (socket: Socket) => {
      const session = new AmiSession(socket, host);
      this.#sessions.add(session);
      socket.on('close', () => this.#sessions.delete(session));
    };
    this.#listener = new Listener(createServer(enter), options.scheduler);
    const { tls } = options;
    this.#tlsListener = tls ? new Listener(createTlsServer(tls, enter), options.scheduler) : null;
  }

  /** Begins to listen. */
  async start(): Promise<{ readonly ami: ListeningAddress; readonly amiTls: ListeningAddress | null }> {
    const { host, port, tls } = this.#options;
    const ami = await this.#listener.start(host, port);
    const amiTls = (tls && (await this.#tlsListener?.start(host, tls.port))) ?? null;
    const { community, modules, dialect, variation } = this.#world;
    this.#ends = [
      community.listen((notice) => this.#publish(SYSTEM, () => skypeEvent(notice, dialect, variation))),
      modules.listen(({ type, module, ...more }) => {
        // Asterisk 1.4 has none of these events.
        if (variation.era === '1.4') return;
        const status = 'status' in more ? more.status : 'Success';
        this.#event(type, 'system', () => [
          ['Module', module],
          ['Status', status],
        ]);
      }),
      announceCalls(this.#world),
    ];
    return { ami, amiTls };
  }

  /** Cuts every connection and stops listening. */
  async stop(): Promise<void> {
    for (const end of this.#ends) end();
    const stopped = Promise.all([this.#listener.stop(), this.#tlsListener?.stop()]);
    for (const session of this.#sessions) session.cut();
    await stopped;
  }

  /** Spoils coming answers. */
  order(fault: AnswerFault): void {
    this.#orders.add(fault);
  }

  drop(): void {
    for (const session of this.#sessions) session.reset();
  }

  stall(millis: number): void {
    for (const session of this.#sessions) session.stall(millis);
  }

  halfClose(): void {
    for (const session of this.#sessions) session.halfClose();
  }

  pauseReading(millis: number): void {
    for (const session of this.#sessions) session.pauseReading(millis);
  }

  async refuse(millis: number): Promise<void> {
    await Promise.all([this.#listener.pause(millis), this.#tlsListener?.pause(millis)]);
  }

  garbage(text: string | undefined): void {
    for (const session of this.#sessions) session.garbage(text);
  }

  #event(name: string, right: Right, fields: () => readonly Field[]): void {
    const { dialect } = this.#world;
    this.#publish(
      rightMask([right]),
      () => `${dialect.eventHead(name, right, CORE_SOURCE)}${lines(fields())}\r\n`,
    );
  }

  /** Writes an event only when somebody sees it: most of a busy PBX's events are seen by nobody. */
  #publish(rights: RightMask, write: () => string): void {
    let seen = false;
    for (const session of this.#sessions) seen ||= (session.events & rights) !== 0;
    if (!seen) return;
    if (this.#waiting.length === 0) setImmediate(() => this.#flush());
    this.#waiting.push({ rights, text: write() });
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
      session.send(bytes);
    }
  }
}

function encode(events: readonly { rights: RightMask; text: string }[], mask: RightMask): Buffer {
  let text = '';
  for (const event of events) if (event.rights & mask) text += event.text;
  return Buffer.from(text, 'utf8');
}
