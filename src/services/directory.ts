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
}

/** The accounts of a PBX as its model describes them. */
export function accountsOf(pbx: string, model: ProvisioningModel): KnownAccount[] {
  return model.users.map(({ name, profile, buddies }) => ({
    pbx,
    user: name,
    profile: definedOf(profile ?? {}),
    buddies: (buddies ?? []).map((buddy) => ({ buddy: buddy.name, authMessage: messageOf(buddy) })),
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

/** Which accounts there are and where: from the models alone, unchanged while the service runs. */
export class Directory {
  readonly #accounts = new Map<string, KnownAccount>();

  constructor(accounts: Iterable<KnownAccount>) {
    for (const account of accounts) {
      const key = nameKey(account.user);
      const other = this.#accounts.get(key);
      if (other !== undefined) {
        throw new CompanionError(
          'CONFIG_INVALID',
          `account ${account.user}: found on the PBXs ${other.pbx} and ${account.pbx}, a name is allowed once`,
        );
      }
      this.#accounts.set(key, account);
    }
  }

  all(): readonly KnownAccount[] {
    return [...this.#accounts.values()];
  }

  of(pbx: string): readonly KnownAccount[] {
    return this.all().filter((account) => account.pbx === pbx);
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
    return (name) => this.#accounts.get(nameKey(name))?.pbx === pbx;
  }
}
