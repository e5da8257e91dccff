import { type ResolvedSecrets, secretId } from '../config/model/load.ts';
import { type ConfOption, GENERAL_OPTIONS, USER_OPTIONS } from '../config/model/options.ts';
import type { ModelUser, ProvisioningModel } from '../config/model/schema.ts';
import { CompanionError } from '../model/errors.ts';
import type { ConfEntry, ConfSection } from './conf/printer.ts';

/**
 * The sections of `chan_skype.conf` (manual 3.1): `[general]` and one for each account, options in the
 * manual's order. What the model does not say is left to the driver's default; what it says is written,
 * equal to the default or not.
 */
export function chanSkypeSections(model: ProvisioningModel, secrets: ResolvedSecrets): ConfSection[] {
  return [
    { name: 'general', entries: entriesOf(GENERAL_OPTIONS, model.general, (key) => secretOf(secrets, key)) },
    ...model.users.map((user) => ({ name: user.name, entries: userEntries(user, secrets) })),
  ];
}

function userEntries(user: ModelUser, secrets: ResolvedSecrets): ConfEntry[] {
  // Without it `allow` would only add to the codecs that the driver allows anyway.
  const options = user.allow === undefined ? user : { ...user, disallow: ['all'] };
  return [
    ...entriesOf(USER_OPTIONS, options, (key) => secretOf(secrets, key, user.name)),
    ...(user.setvar ?? []).map(({ name, value }) => ({ key: 'setvar', value: `${name}=${value}` })),
  ];
}

function entriesOf(
  table: Readonly<Record<string, ConfOption>>,
  values: Readonly<Record<string, unknown>>,
  secret: (key: string) => string,
): ConfEntry[] {
  return Object.entries(table).flatMap(([key, option]) => {
    const value = values[key];
    if (value === undefined) return [];
    return [{ key, value: option.secret ? secret(key) : printValue(value) }];
  });
}

function printValue(value: unknown): string {
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  return Array.isArray(value) ? value.join(',') : String(value);
}

function secretOf(secrets: ResolvedSecrets, option: string, user?: string): string {
  const id = secretId(option, user);
  const secret = secrets.get(id);
  if (secret === undefined) throw new CompanionError('CONFIG_INVALID', `${id}: the secret was not resolved`);
  return secret;
}
