import { Listeners } from '../listeners.ts';
import type { Community } from '../skype/community.ts';
import type { DeviceStates } from './device-states.ts';

/** A line `exten => EXTEN,hint,DEVICE` of the dialplan; several devices are joined by `&`. */
export interface Hint {
  readonly exten: string;
  readonly context: string;
  readonly device: string;
}

/** The state of a hint, with the number and the word of Asterisk. */
export interface ExtensionState extends Hint {
  readonly status: number;
  readonly text: string;
}

const STATUSES = {
  NOT_INUSE: [0, 'Idle'],
  INUSE: [1, 'InUse'],
  BUSY: [2, 'Busy'],
  UNAVAILABLE: [4, 'Unavailable'],
  RINGING: [8, 'Ringing'],
  ONHOLD: [16, 'Hold'],
  // Asterisk 22 was seen to show an unknown device as idle.
  UNKNOWN: [0, 'Idle'],
} as const satisfies Record<string, readonly [number, string]>;

/** The hints of the dialplan (manual 3.4). They ask for presence, which may put buddies on a list. */
export class Hints {
  #hints: readonly Hint[];
  readonly #devices: DeviceStates;
  readonly #community: Community;
  readonly #reached: (context: string) => readonly string[];
  readonly #listeners = new Listeners<ExtensionState>();

  /** @param reached the context itself and those that it includes, in the order in which they are searched. */
  constructor(
    hints: readonly Hint[],
    devices: DeviceStates,
    community: Community,
    reached: (context: string) => readonly string[] = (context) => [context],
  ) {
    this.#hints = hints;
    this.#devices = devices;
    this.#community = community;
    this.#reached = reached;
    devices.listen(({ device }) => {
      for (const hint of this.#hints) {
        if (parts(hint).includes(device)) this.#listeners.emit(this.#stateOf(hint));
      }
    });
    community.listen((notice) => {
      if (notice.type === 'account-status' && notice.status === 'Logged In') this.#ask(notice.user);
    });
    this.#askAll();
  }

  /** The dialplan was read anew. */
  replace(hints: readonly Hint[]): void {
    this.#hints = hints;
    this.#askAll();
  }

  /** Hears every change from now on. @returns a function that ends it. */
  listen(listener: (state: ExtensionState) => void): () => void {
    return this.#listeners.add(listener);
  }

  /** The state of an extension as seen from a context, or null when it has no hint. */
  state(exten: string, context: string): ExtensionState | null {
    const [hint] = this.#reached(context).flatMap((name) =>
      this.#hints.filter((candidate) => candidate.exten === exten && candidate.context === name),
    );
    return hint ? this.#stateOf(hint) : null;
  }

  get states(): readonly ExtensionState[] {
    return this.#hints.map((hint) => this.#stateOf(hint));
  }

  #stateOf(hint: Hint): ExtensionState {
    const [status, text] = STATUSES[combined(parts(hint).map((device) => this.#devices.state(device)))];
    return { ...hint, status, text };
  }

  #askAll(): void {
    for (const { name, loggedIn } of this.#community.accounts) if (loggedIn) this.#ask(name);
  }

  #ask(user: string): void {
    for (const device of this.#hints.flatMap(parts)) {
      const [, account = '', buddy = ''] = /^Skype:([^@]+)@(.+)$/i.exec(device) ?? [];
      if (account.toLowerCase() === user.toLowerCase()) this.#community.presenceAsked(account, buddy);
    }
  }
}

function parts({ device }: Hint): readonly string[] {
  return device.split('&');
}

/** The state of several devices together, in the order in which Asterisk prefers them. */
function combined(states: readonly string[]): keyof typeof STATUSES {
  const order = ['RINGING', 'INUSE', 'ONHOLD', 'NOT_INUSE', 'BUSY', 'UNAVAILABLE'] as const;
  return order.find((state) => states.includes(state)) ?? 'UNKNOWN';
}
