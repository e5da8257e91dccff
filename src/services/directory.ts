import type { Buddy, ProvisioningModel } from '../config/model/schema.ts';
import { CompanionError } from '../model/errors.ts';
import { nameKey, type SkypeName } from '../model/skype-name.ts';

/** An account that a model names, and the PBX it lives on. */
export interface KnownAccount {
  readonly pbx: string;
  readonly user: SkypeName;
  /** Properties that are kept true over AMI. */
  readonly profile: Readonly<Record<string, string>>;
  readonly buddies: readonly { readonly buddy: SkypeName; readonly authMessage: string | null }[];
  /** False for an account without a password, which the driver cannot log in; true when absent. */
  readonly canLogIn?: boolean;
  /** Whether the model describes the buddy list; when absent, whether it names a buddy. */
  readonly listed?: boolean;
  /** Buddies that hints beside the list need. */
  readonly hinted?: readonly SkypeName[];
}

/** The accounts of a PBX as its model describes them. */
export function accountsOf(pbx: string, model: ProvisioningModel): KnownAccount[] {
  const hints = Map.groupBy(model.hints.extra, ({ user }) => user);
  return model.users.map(({ name, secret, profile, buddies }) => ({
    pbx,
    user: name,
    profile: definedOf(profile ?? {}),
    buddies: (buddies ?? []).map((buddy) => ({ buddy: buddy.name, authMessage: messageOf(buddy) })),
    canLogIn: secret !== undefined,
    listed: buddies !== undefined,
    hinted: (hints.get(name) ?? []).map(({ buddy }) => buddy as SkypeName),
  }));
}

/** The text that asks for authorization; null where there is none, or its reference leads nowhere here. */
function messageOf({ auth_message: message }: Buddy): string | null {
  return message !== undefined && 'plain' in message ? message.plain.reveal() : null;
}

function definedOf(values: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(values).flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])),
  );
}

/** Which accounts there are and where: from the models alone. */
export class Directory {
  #accounts: ReadonlyMap<string, KnownAccount>;

  /** @throws CompanionError `CONFIG_INVALID` for a name that stands twice. */
  constructor(accounts: Iterable<KnownAccount>) {
    this.#accounts = byName(accounts);
  }

  /**
   * The models were read anew.
   *
   * @throws CompanionError `CONFIG_INVALID` for a name that stands twice; nothing is changed then.
   */
  replace(accounts: Iterable<KnownAccount>): void {
    this.#accounts = byName(accounts);
  }

  all(): readonly KnownAccount[] {
    return [...this.#accounts.values()];
  }

  of(pbx: string): readonly KnownAccount[] {
    return this.all().filter((account) => account.pbx === pbx);
  }

  /** The account of that name on a PBX, or null. */
  find(pbx: string, user: string): KnownAccount | null {
    const account = this.#accounts.get(nameKey(user));
    return account?.pbx === pbx ? account : null;
  }

  /** @throws CompanionError `ACCOUNT_UNKNOWN` */
  get(user: string): KnownAccount {
    const account = this.#accounts.get(nameKey(user));
    if (account === undefined) {
      throw new CompanionError('ACCOUNT_UNKNOWN', `no PBX of this service has the account "${user}"`, {
        user,
      });
    }
    return account;
  }

  isAccount(pbx: string): (name: string) => boolean {
    return (name) => this.find(pbx, name) !== null;
  }
}

function byName(accounts: Iterable<KnownAccount>): Map<string, KnownAccount> {
  const found = new Map<string, KnownAccount>();
  for (const account of accounts) {
    const key = nameKey(account.user);
    const other = found.get(key);
    if (other !== undefined) {
      throw new CompanionError(
        'CONFIG_INVALID',
        `account ${account.user}: found on the PBXs ${other.pbx} and ${account.pbx}, a name is allowed once`,
      );
    }
    found.set(key, account);
  }
  return found;
}
