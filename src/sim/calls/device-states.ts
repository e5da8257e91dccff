import type { BuddyStatus } from '../../model/status.ts';
import { Listeners } from '../listeners.ts';
import type { Community } from '../skype/community.ts';
import type { Switchboard } from './switchboard.ts';

/** A device has another state than it was last said to have. */
export interface DeviceStateNotice {
  readonly device: string;
  readonly state: string;
}

/** The device state of a buddy, as a hint on `Skype:user@buddy` shows it (manual 3.4; mapping as the lab's driver). */
export function presenceDeviceState(status: BuddyStatus): string {
  switch (status) {
    case 'Online':
    case 'Skype Me':
    case 'Skypeout':
      return 'NOT_INUSE';
    case 'Away':
    case 'Not Available':
    case 'Do Not Disturb':
      return 'BUSY';
    default:
      return 'UNAVAILABLE';
  }
}

/**
 * The states of devices: `Skype:user@buddy` is presence, names that an application has set are its own, every
 * other name is a channel's device. Only changes are told, as Asterisk's cache of states does.
 */
export class DeviceStates {
  readonly #community: Community;
  readonly #calls: Switchboard;
  readonly #listeners = new Listeners<DeviceStateNotice>();
  readonly #told = new Map<string, string>();
  readonly #custom = new Map<string, string>();

  constructor(community: Community, calls: Switchboard) {
    this.#community = community;
    this.#calls = calls;
  }

  /** Begins to tell changes; after everybody who shall hear of the cause first. @returns a function that ends it. */
  watch(): () => void {
    const community = this.#community.listen((notice) => {
      if (notice.type !== 'buddy-status') return;
      this.#tell(`Skype:${notice.user}@${notice.buddy}`, presenceDeviceState(notice.status));
    });
    const calls = this.#calls.listen((notice) => {
      if (!notice.type.startsWith('channel-') || !('channel' in notice) || !notice.channel) return;
      const device = `${notice.channel.tech}/${notice.channel.resource}`;
      this.#tell(device, this.state(device));
    });
    return () => {
      community();
      calls();
    };
  }

  /** Hears every notice from now on. @returns a function that ends it. */
  listen(listener: (notice: DeviceStateNotice) => void): () => void {
    return this.#listeners.add(listener);
  }

  /** Every device that was told about, with its last state. */
  get known(): Iterable<readonly [device: string, state: string]> {
    return this.#told;
  }

  /** States that somebody has set by name. */
  get custom(): Iterable<readonly [device: string, state: string]> {
    return this.#custom;
  }

  /** Sets the state of a device of one's own, such as ARI's `Stasis:name`; null forgets it. */
  set(device: string, state: string | null): void {
    if (state === null) this.#custom.delete(device);
    else this.#custom.set(device, state);
    this.#tell(device, state ?? 'UNKNOWN');
  }

  /** Asks for a state. A channel device `Skype/user@buddy` without a call is UNKNOWN (Asterisk 22 seen). */
  state(name: string): string {
    const custom = this.#custom.get(name);
    if (custom !== undefined) return custom;
    const hint = /^Skype:([^@]+)@(.+)$/i.exec(name);
    if (hint) {
      const account = this.#community.account(hint[1] ?? '');
      const buddy = account?.loggedIn ? account.buddies.get(hint[2] ?? '') : undefined;
      return buddy ? presenceDeviceState(this.#community.buddyStatus(buddy)) : 'UNAVAILABLE';
    }
    const device = name.toLowerCase();
    const states = this.#calls.book.channels
      .filter(({ tech, resource }) => `${tech}/${resource}`.toLowerCase() === device)
      .map(({ state }) => state);
    if (states.some((state) => state !== 'Ringing')) return 'INUSE';
    if (states.length > 0) return 'RINGING';
    return device.startsWith('skype/') ? 'UNKNOWN' : 'NOT_INUSE';
  }

  #tell(device: string, state: string): void {
    if (this.#told.get(device) === state) return;
    this.#told.set(device, state);
    this.#listeners.emit({ device, state });
  }
}
