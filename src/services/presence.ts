import type { RecordedEvent } from '../model/events.ts';
import { DEFAULT_PRESENCE_MAP, type PresenceState } from '../model/presence.ts';
import type { Availability, BuddyStatus } from '../model/status.ts';
import type { BuddyRow, Page, Store } from '../store/port.ts';
import type { Directory } from './directory.ts';

export interface Presence extends Pick<BuddyRow, 'buddy' | 'fullname' | 'status' | 'updatedAt'> {
  readonly user: string;
  readonly state: PresenceState;
}

/** Who is there, in Skype's words and in the PBX's. */
export class PresenceService {
  readonly #directory: Directory;
  readonly #store: Store;
  readonly #map: Readonly<Record<string, PresenceState>>;

  constructor(deps: {
    directory: Directory;
    store: Store;
    map?: Readonly<Record<string, PresenceState>> | undefined;
  }) {
    this.#directory = deps.directory;
    this.#store = deps.store;
    this.#map = { ...DEFAULT_PRESENCE_MAP, ...deps.map };
  }

  /** The PBX's word; `not_set` for a word of Skype's that nobody knows. */
  stateOf(status: BuddyStatus | Availability): PresenceState {
    return Object.hasOwn(this.#map, status) ? (this.#map[status] ?? 'not_set') : 'not_set';
  }

  /** @throws CompanionError `ACCOUNT_UNKNOWN` */
  async now(user: string): Promise<Presence[]> {
    const account = this.#directory.get(user);
    const rows = await this.#store.buddies(account.pbx, account.user);
    return rows.map(({ buddy, fullname, status, updatedAt }) => ({
      user: account.user,
      buddy,
      fullname,
      status,
      state: this.stateOf(status),
      updatedAt,
    }));
  }

  /** Changes of presence, newest first. @throws CompanionError `ACCOUNT_UNKNOWN` */
  history(query: {
    user: string;
    buddy?: string | undefined;
    since?: number | undefined;
    until?: number | undefined;
    limit: number;
    cursor?: string | undefined;
  }): Promise<Page<RecordedEvent>> {
    const { user, buddy, ...rest } = query;
    const account = this.#directory.get(user);
    return this.#store.events({ ...rest, types: ['buddy.status'], user: account.user, person: buddy });
  }
}
