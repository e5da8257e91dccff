import type { AmiLink } from '../ami/link/link.ts';
import { skypeAddBuddy, skypeBuddies, skypeBuddy, skypeRemoveBuddy } from '../ami/skype/actions.ts';
import { buddyListOf, buddyProfileOf } from '../ami/skype/replies.ts';
import type { Clock } from '../model/clock.ts';
import { CompanionError } from '../model/errors.ts';
import { isSkypeName, nameFromPbx, nameKey, SKYPE_NAME_RULE, type SkypeName } from '../model/skype-name.ts';
import type { BuddyRow, Store } from '../store/port.ts';
import type { Directory, KnownAccount } from './directory.ts';
import { requestExplained } from './explained.ts';
import type { Links } from './links.ts';
import type { Logger } from './logger.ts';
import type { Recorder } from './recorder.ts';

/** A buddy with what its profile says, if the PBX could be asked. */
export interface BuddyProfile extends BuddyRow {
  /**
   * Lower-case properties of manual 3.5.5; null while the PBX cannot be asked. One whose writer is unclear,
   * because a free text of the buddy imitates properties, is left out.
   */
  readonly profile: Readonly<Record<string, string>> | null;
}

/**
 * The buddy lists. At each login the list is compared with the last one, and what was added, removed or
 * renamed meanwhile becomes events; the first list of an account is the start and makes none.
 */
export class ContactService {
  readonly #directory: Directory;
  readonly #links: Links;
  readonly #store: Store;
  readonly #recorder: Recorder;
  readonly #clock: Clock;
  readonly #log: Logger;

  constructor(deps: {
    directory: Directory;
    links: Links;
    store: Store;
    recorder: Recorder;
    clock: Clock;
    log: Logger;
  }) {
    this.#directory = deps.directory;
    this.#links = deps.links;
    this.#store = deps.store;
    this.#recorder = deps.recorder;
    this.#clock = deps.clock;
    this.#log = deps.log;
  }

  /** @throws CompanionError `ACCOUNT_UNKNOWN` */
  list(user: string): Promise<BuddyRow[]> {
    const { pbx, user: name } = this.#directory.get(user);
    return this.#store.buddies(pbx, name);
  }

  /**
   * A buddy with its profile as the PBX tells it now.
   *
   * @throws CompanionError `ACCOUNT_UNKNOWN` or `BUDDY_UNKNOWN`.
   */
  async show(user: string, buddy: string): Promise<BuddyProfile> {
    const account = this.#directory.get(user);
    const row = await this.#find(account, buddy);
    const link = this.#links.of(account);
    try {
      const reply = await link.request(skypeBuddy(account.user, nameFromPbx(row.buddy)));
      const { properties, doubtful } = buddyProfileOf(reply);
      if (doubtful.length > 0) {
        const facts = { pbx: account.pbx, user: account.user, buddy: row.buddy, doubtful };
        this.#log.warn(facts, 'a profile holds properties that a free text may have forged');
      }
      return { ...row, profile: properties };
    } catch (thrown) {
      if (thrown instanceof CompanionError) return { ...row, profile: null };
      throw thrown;
    }
  }

  /**
   * Adds a buddy and asks it for authorisation.
   *
   * @param authMessage may be a password of `accept.<password>`: it is not kept anywhere.
   * @throws CompanionError `ACCOUNT_UNKNOWN`, `VALUE_FORBIDDEN`, `ACCOUNT_LOGGED_OUT`, and whatever an AMI
   *   request throws.
   */
  async add(user: string, buddy: string, authMessage: string | undefined): Promise<BuddyRow> {
    const account = this.#directory.get(user);
    if (!isSkypeName(buddy)) {
      throw new CompanionError('VALUE_FORBIDDEN', `buddy: allowed is ${SKYPE_NAME_RULE}`, { field: 'buddy' });
    }
    const link = this.#links.of(account);
    await requestExplained(link, skypeAddBuddy(account.user, buddy, authMessage), account);
    await this.readList(link, account);
    return this.#find(account, buddy);
  }

  /**
   * Removes a buddy from an account's list.
   *
   * @throws CompanionError `ACCOUNT_UNKNOWN`, `BUDDY_UNKNOWN`, and whatever an AMI request throws.
   */
  async remove(user: string, buddy: string): Promise<void> {
    const account = this.#directory.get(user);
    const row = await this.#find(account, buddy);
    const link = this.#links.of(account);
    const removed = nameFromPbx(row.buddy);
    await requestExplained(link, skypeRemoveBuddy(account.user, removed), {
      user: account.user,
      buddy: removed,
    });
    await this.readList(link, account);
  }

  /** Replaces what is known of an account's buddies by what the PBX lists; gives their names. */
  async readList(link: AmiLink, account: KnownAccount): Promise<readonly SkypeName[]> {
    const { pbx, user } = account;
    const { entries: listed, problems } = buddyListOf(await link.request(skypeBuddies(user)));
    if (problems.length > 0)
      this.#log.warn({ pbx, user, problems }, 'a buddy list holds what cannot be believed');
    const keys = new Set(listed.map(({ buddy }) => nameKey(buddy)));
    const at = this.#clock.now();
    await this.#recorder.change(async (tx, append) => {
      const first = ((await tx.account(pbx, user))?.listedAt ?? null) === null;
      const before = new Map((await tx.buddies(pbx, user)).map((row) => [nameKey(row.buddy), row]));
      for (const { buddy, status, fullname } of listed) {
        const known = before.get(nameKey(buddy));
        if (known?.listed !== true && !first) {
          await append(pbx, at, { type: 'buddy.added', user, buddy, fullname });
        } else if (known?.listed === true && fullname !== null && known.fullname !== fullname && !first) {
          await append(pbx, at, { type: 'buddy.changed', user, buddy, fullname });
        }
        if (known?.status !== status) await append(pbx, at, { type: 'buddy.status', user, buddy, status });
        await tx.putBuddy({ pbx, user, buddy, status, fullname, updatedAt: at, listed: true });
      }
      for (const [key, row] of before) {
        if (keys.has(key)) continue;
        const buddy = nameFromPbx(row.buddy);
        if (first || !row.listed) await tx.removeBuddy(pbx, user, buddy);
        else await append(pbx, at, { type: 'buddy.removed', user, buddy });
      }
      await tx.putListedAt(pbx, user, at);
    });
    return listed.map(({ buddy }) => buddy);
  }

  async #find({ pbx, user }: KnownAccount, buddy: string): Promise<BuddyRow> {
    const rows = await this.#store.buddies(pbx, user);
    const row = rows.find((candidate) => nameKey(candidate.buddy) === nameKey(buddy));
    if (row === undefined) {
      throw new CompanionError('BUDDY_UNKNOWN', `${user} has no buddy "${buddy}"`, { user, buddy });
    }
    return row;
  }
}
