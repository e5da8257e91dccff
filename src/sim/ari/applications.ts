import type { WebSocket } from 'ws';
import type { Scheduler } from '../scheduler.ts';
import { ariTime } from './snapshots.ts';

/** An event as all applications get it; `asterisk_id` and `application` are put behind it. */
export type AriEvent = { readonly type: string } & Readonly<Record<string, unknown>>;

/** One Stasis application: its connection and what it listens to. */
interface Application {
  readonly name: string;
  socket: WebSocket | null;
  subscribeAll: boolean;
  /** Sources such as `channel:ID`, with how often each was subscribed. */
  readonly sources: Map<string, number>;
  /** Types of events that it wants, all when empty; they outlive a connection (Asterisk 22). */
  allowed: readonly string[];
  disallowed: readonly string[];
}

/** `asterisk_id` of every event: a locally administered address that no real machine has. */
export const ASTERISK_ID = '02:00:00:00:00:01';

/** Bytes that may wait for a slow WebSocket reader before it is cut. */
const MOST_WAITING = 64 * 1024 * 1024;

/**
 * The Stasis applications, their connections and their subscriptions. An application hears of a channel from the
 * moment it is subscribed to it, so `ChannelCreated` reaches only those that subscribed to all (Asterisk 22).
 */
export class Applications {
  readonly #applications = new Map<string, Application>();
  readonly #connected: Set<string>;
  readonly #now: () => number;
  readonly #scheduler: Scheduler;
  /** Messages that wait while the connections are stalled; null when they are not. */
  #held: { socket: WebSocket; message: string }[] | null = null;

  /** @param connected is kept to the names that somebody is connected for. */
  constructor(connected: Set<string>, now: () => number, scheduler: Scheduler) {
    this.#connected = connected;
    this.#now = now;
    this.#scheduler = scheduler;
  }

  /** Every connection, once. */
  get sockets(): ReadonlySet<WebSocket> {
    const sockets = [...this.#applications.values()].map(({ socket }) => socket);
    return new Set(sockets.filter((socket) => socket !== null));
  }

  /** Lets no event leave until the time is over. */
  stall(millis: number): void {
    this.#held ??= [];
    this.#scheduler.after(millis, () => {
      const held = this.#held ?? [];
      this.#held = null;
      for (const { socket, message } of held) this.#write(socket, message);
    });
  }

  /** Sends a message that is no event. */
  garbage(text: string): void {
    for (const socket of this.sockets) this.#write(socket, text);
  }

  get names(): readonly string[] {
    return [...this.#applications.keys()];
  }

  has(name: string): boolean {
    return this.#applications.has(name);
  }

  /** Connects a WebSocket for some applications; whoever served one of them before is told, and hears nothing more. */
  connect(names: readonly string[], socket: WebSocket, subscribeAll: boolean): void {
    for (const name of names) {
      const application = this.#application(name);
      const before = application.socket;
      application.socket = socket;
      application.subscribeAll = subscribeAll;
      this.#connected.add(name);
      if (before !== null && before !== socket) {
        const replaced = { type: 'ApplicationReplaced', timestamp: ariTime(this.#now()), application: name };
        if (isAllowed(application, replaced.type)) this.#write(before, JSON.stringify(replaced));
      }
    }
    socket.on('close', () => this.#disconnect(socket));
  }

  /** Subscribes an application to a source, `channel:ID`, `bridge:ID`, `endpoint:T/R` or `deviceState:NAME`. */
  subscribe(name: string, source: string): void {
    const sources = this.#applications.get(name)?.sources;
    sources?.set(source, (sources.get(source) ?? 0) + 1);
  }

  /** Chooses the types of events that an application hears of. */
  filter(name: string, allowed: readonly string[], disallowed: readonly string[]): void {
    const application = this.#applications.get(name);
    if (application) Object.assign(application, { allowed, disallowed });
  }

  /** Takes one subscription back. @returns false when there was none. */
  unsubscribe(name: string, source: string): boolean {
    const sources = this.#applications.get(name)?.sources;
    const count = sources?.get(source) ?? 0;
    if (count > 1) sources?.set(source, count - 1);
    else sources?.delete(source);
    return count > 0;
  }

  /** Whether an application is subscribed to a source. */
  isSubscribed(name: string, source: string): boolean {
    return this.#applications.get(name)?.sources.has(source) ?? false;
  }

  /** Drops a source that has ceased to exist. */
  forget(source: string): void {
    for (const { sources } of this.#applications.values()) sources.delete(source);
  }

  /** Sends an event to every application that listens to one of its sources. */
  publish(event: AriEvent, sources: readonly string[]): void {
    const receivers = [...this.#applications.values()].filter(
      (application) => application.subscribeAll || sources.some((source) => application.sources.has(source)),
    );
    this.#send(event, receivers);
  }

  /** Sends an event to one application, whatever it listens to. */
  publishTo(name: string, event: AriEvent): void {
    const application = this.#applications.get(name);
    if (application) this.#send(event, [application]);
  }

  /** An application as ARI shows it. */
  json(name: string) {
    const application = this.#applications.get(name);
    const sources = [...(application?.sources.keys() ?? [])];
    const types = (names: readonly string[] = []) => names.map((type) => ({ type }));
    const ids = (scheme: string) =>
      sources.filter((source) => source.startsWith(scheme)).map((source) => source.slice(scheme.length));
    return {
      name,
      channel_ids: ids('channel:'),
      bridge_ids: ids('bridge:'),
      endpoint_ids: ids('endpoint:'),
      device_names: ids('deviceState:'),
      events_allowed: types(application?.allowed),
      events_disallowed: types(application?.disallowed),
    };
  }

  #application(name: string): Application {
    const present = this.#applications.get(name);
    if (present) return present;
    const application: Application = {
      name,
      socket: null,
      subscribeAll: false,
      sources: new Map(),
      allowed: [],
      disallowed: [],
    };
    this.#applications.set(name, application);
    return application;
  }

  #disconnect(socket: WebSocket): void {
    for (const application of this.#applications.values()) {
      if (application.socket !== socket) continue;
      application.socket = null;
      this.#connected.delete(application.name);
    }
  }

  #send(event: AriEvent, receivers: readonly Application[]): void {
    if (receivers.length === 0) return;
    // Encoded once for all receivers; only the tail differs.
    const body = JSON.stringify(event).slice(0, -1);
    for (const application of receivers) {
      const { name, socket } = application;
      if (socket === null || !isAllowed(application, event.type)) continue;
      this.#write(socket, `${body},"asterisk_id":"${ASTERISK_ID}","application":${JSON.stringify(name)}}`);
    }
  }

  /** The only way out to a WebSocket. */
  #write(socket: WebSocket, message: string): void {
    if (this.#held) this.#held.push({ socket, message });
    else if (socket.readyState === socket.OPEN) {
      socket.send(message);
      if (socket.bufferedAmount > MOST_WAITING) socket.terminate();
    }
  }
}

function isAllowed({ allowed, disallowed }: Application, type: string): boolean {
  return !disallowed.includes(type) && (allowed.length === 0 || allowed.includes(type));
}
