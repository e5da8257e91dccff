import type { AmiLink } from '../ami/link/link.ts';
import { skypeAccountProperty } from '../ami/skype/actions.ts';
import { explainRefusal } from '../ami/skype/explain.ts';
import type { Clock } from '../model/clock.ts';
import { CompanionError } from '../model/errors.ts';
import { nameKey } from '../model/skype-name.ts';
import {
  type AccountProperty,
  RO_ACCOUNT_PROPERTIES,
  RW_ACCOUNT_PROPERTIES,
  type WritableAccountProperty,
} from '../model/status.ts';
import type { StoreReader } from '../store/port.ts';
import { login, logoff, readProperty, readStatus, STATUS_UNKNOWN } from './account-operations.ts';
import type { AccountStates } from './account-states.ts';
import type { Directory, KnownAccount } from './directory.ts';
import { requestExplained } from './explained.ts';
import type { Links } from './links.ts';
import type { Recorder } from './recorder.ts';

export { STATUS_UNKNOWN };

export interface AccountView {
  readonly user: string;
  readonly pbx: string;
  readonly status: string;
  /** When the status was last heard, in milliseconds since the epoch; null before the first time. */
  readonly updatedAt: number | null;
}

/** Properties of manual 3.3.4; one that is not set is empty. */
export type AccountProperties = Readonly<Partial<Record<AccountProperty, string>>>;

/** The accounts of all PBXs: how they stand, and what may be changed about them. */
export class AccountService {
  readonly #directory: Directory;
  readonly #links: Links;
  readonly #store: StoreReader;
  readonly #recorder: Recorder;
  readonly #states: AccountStates;
  readonly #clock: Clock;

  constructor(deps: {
    directory: Directory;
    links: Links;
    store: StoreReader;
    recorder: Recorder;
    states: AccountStates;
    clock: Clock;
  }) {
    this.#directory = deps.directory;
    this.#links = deps.links;
    this.#store = deps.store;
    this.#recorder = deps.recorder;
    this.#states = deps.states;
    this.#clock = deps.clock;
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
      .sort((a, b) => (nameKey(a.user) < nameKey(b.user) ? -1 : 1));
  }

  /** @throws CompanionError `ACCOUNT_UNKNOWN` */
  async show(user: string): Promise<AccountView> {
    const known = this.#directory.get(user);
    const found = (await this.list()).find((account) => account.user === known.user);
    return found ?? { user: known.user, pbx: known.pbx, status: STATUS_UNKNOWN, updatedAt: null };
  }

  /**
   * Logs an account in; returns when it is.
   *
   * @throws CompanionError `ACCOUNT_UNKNOWN`; `AMI_TIMEOUT` with the last known `status` when it does not
   *   happen in time; and whatever an AMI request throws.
   */
  async login(user: string): Promise<AccountView> {
    const account = this.#directory.get(user);
    const link = this.#links.of(account);
    if ((await readStatus(link, account.user)) !== 'Logged In') {
      await this.noteStatus(account, await login(link, this.#states, account.user));
    }
    return this.show(user);
  }

  /** Logs an account off; see {@link login}. */
  async logoff(user: string): Promise<AccountView> {
    const account = this.#directory.get(user);
    const status = await logoff(this.#links.of(account), this.#states, account.user);
    await this.noteStatus(account, status);
    return this.show(user);
  }

  /**
   * Reads all properties of an account from the PBX.
   *
   * @throws CompanionError `ACCOUNT_UNKNOWN`, and whatever an AMI request throws.
   */
  async properties(user: string): Promise<AccountProperties> {
    const account = this.#directory.get(user);
    const link = this.#links.of(account);
    const names: readonly AccountProperty[] = [...RW_ACCOUNT_PROPERTIES, ...RO_ACCOUNT_PROPERTIES];
    const values = await Promise.all(
      names.map(async (name) => [name, await readProperty(link, account.user, name)]),
    );
    return Object.fromEntries(values);
  }

  /** One property of an account, read from the PBX. */
  async property(user: string, name: AccountProperty): Promise<string> {
    const account = this.#directory.get(user);
    return readProperty(this.#links.of(account), account.user, name);
  }

  /**
   * Sets properties of an account. What was set is read back: only the driver knows what it took.
   *
   * @throws CompanionError `ACCOUNT_UNKNOWN`, `VALUE_FORBIDDEN`, and whatever an AMI request throws.
   */
  async setProperties(
    user: string,
    values: Partial<Record<WritableAccountProperty, string>>,
  ): Promise<AccountProperties> {
    const account = this.#directory.get(user);
    if (Object.keys(values).length === 0) {
      throw new CompanionError('REQUEST_INVALID', 'body: at least one property is wanted');
    }
    await requestExplained(this.#links.of(account), skypeAccountProperty(account.user, values), {
      user: account.user,
    });
    return this.properties(user);
  }

  /** Asks the PBX how an account stands, and notes it. */
  async refreshStatus(link: AmiLink, account: KnownAccount): Promise<string> {
    const status = await readStatus(link, account.user);
    await this.noteStatus(account, status);
    return status;
  }

  /**
   * Finds out why the PBX refused something for an account, and notes how the account stands.
   *
   * @returns the same error when that stays unclear.
   */
  async explainRefusal(refusal: CompanionError, user: string): Promise<CompanionError> {
    const account = this.#directory.get(user);
    const link = this.#links.of(account);
    const why = await explainRefusal(link, refusal, { user: account.user });
    if (why.code !== refusal.code && why.code !== 'ACCOUNT_LOGGED_OUT') return why;
    // Where the status cannot be read, the list of buddies still tells whether the account is logged in.
    const status = await this.refreshStatus(link, account).catch(() => null);
    if (status === null || status === 'Logged In') return why;
    return new CompanionError(
      'ACCOUNT_LOGGED_OUT',
      `the account "${account.user}" is not logged in: ${status}`,
      {
        ...why.details,
        user: account.user,
        status,
      },
    );
  }

  /** A status that differs from the last known one becomes an event like any other. */
  async noteStatus({ pbx, user }: KnownAccount, status: string): Promise<void> {
    const at = this.#clock.now();
    await this.#recorder.change(async (tx, append) => {
      const known = await tx.account(pbx, user);
      if (known?.status !== status) await append(pbx, at, { type: 'account.status', user, status });
    });
    this.#states.note(pbx, user, status);
  }
}
