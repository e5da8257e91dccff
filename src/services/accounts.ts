import type { AmiLink } from '../ami/link/link.ts';
import {
  getAccountProperty,
  loginUser,
  skypeAccountProperty,
  skypeAddBuddy,
  skypeBuddies,
} from '../ami/skype/actions.ts';
import { header } from '../ami/wire/message.ts';
import type { Clock } from '../model/clock.ts';
import { messageOf } from '../model/errors.ts';
import { nameFromPbx, nameKey } from '../model/skype-name.ts';
import type { BuddyRow, StoreReader } from '../store/port.ts';
import type { Directory, KnownAccount } from './directory.ts';
import type { Logger } from './logger.ts';
import type { Recorder } from './recorder.ts';

/** How an account stands before the PBX has said anything. */
export const STATUS_UNKNOWN = 'Unknown';

export interface AccountView {
  readonly user: string;
  readonly pbx: string;
  readonly status: string;
  /** When the status was last heard, in milliseconds since the epoch; null before the first time. */
  readonly updatedAt: number | null;
}

/** What is known of accounts and buddies, and what brings a PBX and this knowledge together. */
export class AccountService {
  readonly #directory: Directory;
  readonly #store: StoreReader;
  readonly #recorder: Recorder;
  readonly #clock: Clock;
  readonly #log: Logger;

  constructor(deps: {
    directory: Directory;
    store: StoreReader;
    recorder: Recorder;
    clock: Clock;
    log: Logger;
  }) {
    this.#directory = deps.directory;
    this.#store = deps.store;
    this.#recorder = deps.recorder;
    this.#clock = deps.clock;
    this.#log = deps.log;
  }

  /** Every account of the models with its last known status, by name. */
  async list(): Promise<AccountView[]> {
    const rows = new Map(
      (await this.#store.accounts()).map((row) => [`${row.pbx}/${nameKey(row.user)}`, row]),
    );
    return this.#directory
      .all()
      .map(({ user, pbx }) => {
        const row = rows.get(`${pbx}/${nameKey(user)}`);
        return { user, pbx, status: row?.status ?? STATUS_UNKNOWN, updatedAt: row?.updatedAt ?? null };
      })
      .sort((a, b) => a.user.localeCompare(b.user));
  }

  /** @throws CompanionError `ACCOUNT_UNKNOWN` */
  async show(user: string): Promise<AccountView> {
    const known = this.#directory.get(user);
    const found = (await this.list()).find((account) => account.user === known.user);
    return found ?? { user: known.user, pbx: known.pbx, status: STATUS_UNKNOWN, updatedAt: null };
  }

  /** @throws CompanionError `ACCOUNT_UNKNOWN` */
  buddies(user: string): Promise<BuddyRow[]> {
    const { pbx, user: name } = this.#directory.get(user);
    return this.#store.buddies(pbx, name);
  }

  /**
   * Reads the accounts of a PBX and their buddies anew, and brings them to the model: logs in who is
   * logged out, sets the profile, adds buddies that are missing. One account's failure is logged and
   * does not hold back the others.
   */
  async synchronise(link: AmiLink): Promise<void> {
    await Promise.all(
      this.#directory.of(link.pbx).map(async (account) => {
        try {
          await this.#synchroniseAccount(link, account);
        } catch (thrown) {
          const facts = { pbx: link.pbx, user: account.user, error: messageOf(thrown) };
          this.#log.warn(facts, 'an account could not be read or brought to the model');
        }
      }),
    );
  }

  async #synchroniseAccount(link: AmiLink, account: KnownAccount): Promise<void> {
    let status = await this.#readStatus(link, account);
    if (status === 'Logged Out' || status === 'Logged Out and Password Saved') {
      await link.request(loginUser(account.user));
      status = await this.#readStatus(link, account);
    }
    await this.#noteStatus(link.pbx, account, status);
    if (status !== 'Logged In') return;
    if (Object.keys(account.profile).length > 0) {
      await link.request(skypeAccountProperty(account.user, account.profile));
    }
    const present = await this.#readBuddies(link, account);
    for (const { buddy, authMessage } of account.buddies) {
      if (!present.has(nameKey(buddy))) {
        await link.request(skypeAddBuddy(account.user, buddy, authMessage ?? undefined));
      }
    }
    await this.#readBuddies(link, account);
  }

  async #readStatus(link: AmiLink, account: KnownAccount): Promise<string> {
    const { response } = await link.request(getAccountProperty(account.user, 'status'));
    return header(response, 'Value') || STATUS_UNKNOWN;
  }

  /** A status that differs from the last known one becomes an event like any other. */
  async #noteStatus(pbx: string, account: KnownAccount, status: string): Promise<void> {
    const { user } = account;
    await this.#recorder.change(async (tx, append) => {
      const known = (await tx.accounts()).find(
        (row) => row.pbx === pbx && nameKey(row.user) === nameKey(user),
      );
      if (known?.status !== status) {
        await append(pbx, this.#clock.now(), { type: 'account.status', user, status });
      }
    });
  }

  /** Replaces what is known of an account's buddies by what the PBX lists; gives their keys. */
  async #readBuddies(link: AmiLink, account: KnownAccount): Promise<ReadonlySet<string>> {
    const { pbx } = link;
    const { user } = account;
    const { events } = await link.request(skypeBuddies(user));
    const listed = events.flatMap((entry) => {
      const buddy = header(entry, 'Buddy');
      const status = header(entry, 'Status') ?? STATUS_UNKNOWN;
      return buddy ? [{ buddy, status, fullname: header(entry, 'Fullname') ?? null }] : [];
    });
    const keys = new Set(listed.map(({ buddy }) => nameKey(buddy)));
    await this.#recorder.change(async (tx, append) => {
      const at = this.#clock.now();
      const before = new Map((await tx.buddies(pbx, user)).map((row) => [nameKey(row.buddy), row]));
      for (const { buddy, status, fullname } of listed) {
        if (before.get(nameKey(buddy))?.status !== status) {
          await append(pbx, at, { type: 'buddy.status', user, buddy: nameFromPbx(buddy), status });
        }
        await tx.putBuddy({ pbx, user, buddy, status, fullname, updatedAt: at });
      }
      for (const [key, row] of before) if (!keys.has(key)) await tx.removeBuddy(pbx, user, row.buddy);
    });
    return keys;
  }
}
