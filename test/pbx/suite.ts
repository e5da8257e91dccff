import type { RawAmi, RawAmiAddress, RawBlock } from '../helpers/raw-ami.ts';
import { until } from '../helpers/until.ts';
import type { AriAddress } from './ari.ts';

/**
 * A PBX that is up, with a cast that every implementation has: the accounts `james_bond` and `q_branch` are logged
 * in, `m_office` is logged out and has no secret; outside, `austin_powers` is online, grants every request for
 * authorisation and answers calls; nobody has a name that begins with `nobody`. `james_bond` has 1 to 8 free channels,
 * and his buddies are for the suite to change. The dialplan has `wait` and `echo` in context `test`, which answer and
 * stay, and a hint 6001 in `skype-hints` on `Skype:james_bond@austin_powers`; calls to `stasis_user` go to
 * {@link PbxUnderTest.incomingApp}. The configuration file of the driver has a section `james_bond` with a secret.
 */
export interface PbxUnderTest {
  /** A manager user with all rights. */
  readonly ami: RawAmiAddress;
  /** One with the class `system` alone. */
  readonly amiSystem: RawAmiAddress;
  /** The ARI application that gets the calls to `stasis_user`. */
  readonly incomingApp: string;
  /** Null when nobody serves ARI beside this manager interface. */
  readonly ari: AriAddress | null;
  /** What people outside do. */
  readonly drive: {
    chat(from: string, to: string, text: string): void | Promise<void>;
    presence(person: string, status: string): void | Promise<void>;
    /** A call from Skype that stays up, answered or not. */
    incomingCall(from: string, to: string): void | Promise<void>;
  };
  stop(): Promise<void>;
}

export const USER = 'james_bond';
export const PEER = 'austin_powers';

/** What the cases of the suite share: the PBX, a session of the test, and a few walks. */
export class Suite {
  #pbx: PbxUnderTest | null = null;
  #ami: RawAmi | null = null;

  get pbx(): PbxUnderTest {
    if (this.#pbx === null) throw new Error('the PBX has not been started');
    return this.#pbx;
  }

  set pbx(pbx: PbxUnderTest) {
    this.#pbx = pbx;
  }

  /** Logged in with all rights. */
  get ami(): RawAmi {
    if (this.#ami === null) throw new Error('there is no session yet');
    return this.#ami;
  }

  set ami(ami: RawAmi) {
    this.#ami = ami;
  }

  /** An action of the driver for the account of the suite. */
  act(action: string, ...lines: readonly string[]): Promise<RawBlock> {
    return this.ami.ask(`Action: ${action}`, `User: ${USER}`, ...lines);
  }

  /** The entries of the account's list. */
  async buddies(): Promise<readonly RawBlock[]> {
    const all = await this.ami.list('SkypeBuddylistComplete', 'Action: SkypeBuddies', `User: ${USER}`);
    return all.slice(1, -1);
  }

  /** Puts the peer on the list and waits until they have authorised the account. */
  async befriend(): Promise<void> {
    await this.act('SkypeAddBuddy', `Buddy: ${PEER}`);
    const isThere = (entry: RawBlock) =>
      entry.get('buddy') === PEER && entry.get('status') !== 'Waiting for Authorization';
    await until(async () => (await this.buddies()).some(isThere));
  }

  /** Asterisk 1.4 greets with version 1.0 of the manager interface. */
  isModern(): boolean {
    return !this.ami.greeting.includes('/1.0');
  }
}

/** Whether an event is about the channel of a call between an account and somebody. */
export function isCallOf(user: string, peer: string): (block: RawBlock) => boolean {
  return (block) => block.get('channel').startsWith(`Skype/${user}@${peer}-`);
}
