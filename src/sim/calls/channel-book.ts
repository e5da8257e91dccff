import { Listeners } from '../listeners.ts';
import type { Scheduler } from '../scheduler.ts';
import { CAUSES } from './causes.ts';
import type { Bridge, Channel, ChannelState, LinkedCall, Party, SkypeLeg } from './channel.ts';
import type { CallNotice } from './notices.ts';

/** What a new channel is made of; the rest starts empty. */
export interface ChannelSeed {
  readonly tech: string;
  readonly resource: string;
  readonly id?: string | undefined;
  /** `;1` or `;2` for the halves of a Local channel. */
  readonly half?: string;
  readonly skype?: SkypeLeg | null;
  readonly state?: ChannelState;
  readonly caller?: Party;
  readonly connected?: Party;
  readonly context?: string;
  readonly exten?: string;
  readonly linked?: LinkedCall | undefined;
}

const NOBODY: Party = { name: '', number: '' };

/** All channels that are up and all bridges: names, ids, states, and the notices about them. */
export class ChannelBook {
  readonly listeners = new Listeners<CallNotice>();
  readonly #channels = new Map<string, Channel>();
  readonly #bridges = new Map<string, Bridge>();
  readonly #scheduler: Scheduler;
  #names = 0;
  #ids = 0;
  #order = 0;

  constructor(scheduler: Scheduler) {
    this.#scheduler = scheduler;
  }

  get channels(): readonly Channel[] {
    return [...this.#channels.values()];
  }

  /** How many channels there have been. */
  get made(): number {
    return this.#order;
  }

  get bridges(): readonly Bridge[] {
    return [...this.#bridges.values()];
  }

  /** By id or by name, as Asterisk looks channels up. */
  channel(idOrName: string): Channel | undefined {
    return this.#channels.get(idOrName) ?? this.channels.find((channel) => channel.name === idOrName);
  }

  bridge(id: string): Bridge | undefined {
    return this.#bridges.get(id);
  }

  /** Channels of the Skype driver, each of which takes a licence (manual 2). */
  get skypeChannels(): number {
    return this.channels.filter((channel) => channel.skype !== null).length;
  }

  /** Forgets everything without a word, as a restart does. */
  clear(): void {
    this.#channels.clear();
    this.#bridges.clear();
  }

  /** Makes a channel and tells it; the id must be free. */
  add(seed: ChannelSeed): Channel {
    // The halves of a Local channel share one number.
    if (seed.half !== ';2') this.#names += 1;
    const number = this.#names.toString(16).padStart(8, '0');
    const now = this.#scheduler.now();
    const id = seed.id ?? this.#uniqueId(now);
    this.#order += 1;
    const channel: Channel = {
      id,
      linked: seed.linked ?? { id, order: this.#order },
      name: `${seed.tech}/${seed.resource}-${number}${seed.half ?? ''}`,
      tech: seed.tech,
      resource: seed.resource,
      createdAt: now,
      variables: new Map(),
      skype: seed.skype ?? null,
      carried: { topic: '', token: '' },
      state: seed.state ?? 'Down',
      caller: seed.caller ?? NOBODY,
      connected: seed.connected ?? NOBODY,
      context: seed.context ?? 'default',
      exten: seed.exten ?? 's',
      priority: 1,
      application: '',
      applicationData: '',
      runner: null,
      app: null,
      appArgs: [],
      bridge: null,
      partner: null,
      dialing: null,
      cause: CAUSES.unknown,
    };
    this.#channels.set(channel.id, channel);
    this.listeners.emit({ type: 'channel-created', channel });
    return channel;
  }

  setState(channel: Channel, state: ChannelState): void {
    if (channel.state === state) return;
    channel.state = state;
    this.listeners.emit({ type: 'channel-state', channel });
  }

  /** Takes a channel off; the last notice about it. */
  remove(channel: Channel): void {
    this.#channels.delete(channel.id);
    this.listeners.emit({ type: 'channel-destroyed', channel });
  }

  /** Whether the channel is still up. */
  holds(channel: Channel): boolean {
    return this.#channels.get(channel.id) === channel;
  }

  /** Makes a bridge; an id that is taken gives null. */
  addBridge(wish: {
    id?: string | undefined;
    name?: string | undefined;
    type?: string | undefined;
    joins?: boolean;
  }): Bridge | null {
    const now = this.#scheduler.now();
    const id = wish.id ?? `bridge-${this.#uniqueId(now)}`;
    if (this.#bridges.has(id)) return null;
    const bridge: Bridge = {
      id,
      name: wish.name ?? '',
      type: wish.type ?? 'mixing',
      joins: wish.joins ?? false,
      createdAt: now,
      channels: new Set(),
    };
    this.#bridges.set(id, bridge);
    this.listeners.emit({ type: 'bridge-created', bridge });
    return bridge;
  }

  /** Puts a channel into a bridge, out of the one where it was; all in it become one call, the oldest. */
  enter(bridge: Bridge, channel: Channel): void {
    if (channel.bridge === bridge) return;
    this.leave(channel);
    channel.bridge = bridge;
    bridge.channels.add(channel);
    const [oldest] = [...bridge.channels].map(({ linked }) => linked).sort((a, b) => a.order - b.order);
    for (const member of bridge.channels) member.linked = oldest ?? member.linked;
    this.listeners.emit({ type: 'entered-bridge', bridge, channel });
  }

  /** @returns false when the channel was in no bridge. */
  leave(channel: Channel): boolean {
    const bridge = channel.bridge;
    if (!bridge) return false;
    channel.bridge = null;
    bridge.channels.delete(channel);
    this.listeners.emit({ type: 'left-bridge', bridge, channel });
    return true;
  }

  /** Destroys a bridge; its channels stay up. */
  removeBridge(bridge: Bridge): void {
    for (const channel of [...bridge.channels]) this.leave(channel);
    this.#bridges.delete(bridge.id);
    this.listeners.emit({ type: 'bridge-destroyed', bridge });
  }

  #uniqueId(now: number): string {
    return `${Math.floor(now / 1000)}.${this.#ids++}`;
  }
}
