import type { AuthPolicy } from '../config/model/auth-policy.ts';
import { type ResolvedSecrets, secretId } from '../config/model/load.ts';
import { type ConfOption, GENERAL_OPTIONS, USER_OPTIONS } from '../config/model/options.ts';
import type { ModelUser, ProvisioningModel } from '../config/model/schema.ts';
import { CompanionError } from '../model/errors.ts';
import type { ConfEntry, ConfSection } from './conf/printer.ts';

/**
 * The sections of `chan_skype.conf` (manual 3.1): `[general]` and one for each account, options in the
 * manual's order. What the model does not say is left to the driver's default; what it says is written,
 * equal to the default or not.
 *
 * @param explicit write the driver's defaults too.
 */
export function chanSkypeSections(
  model: ProvisioningModel,
  secrets: ResolvedSecrets,
  { explicit = false }: { readonly explicit?: boolean } = {},
): ConfSection[] {
  const general = explicit ? { ...defaultsOf(GENERAL_OPTIONS), ...model.general } : model.general;
  return [
    { name: 'general', entries: entriesOf(GENERAL_OPTIONS, general, secrets, ['general']) },
    ...model.users.map((user) => ({ name: user.name, entries: userEntries(user, secrets, explicit) })),
  ];
}

function userEntries(user: ModelUser, secrets: ResolvedSecrets, explicit: boolean): ConfEntry[] {
  let options: Readonly<Record<string, unknown>> = user;
  if (explicit) {
    const { allow, ...defaults } = defaultsOf(USER_OPTIONS, user.name);
    // Behind an account's own `disallow` the default codecs would be allowed again.
    options = { ...defaults, ...(user.disallow === undefined ? { allow } : {}), ...user };
  }
  // Without it `allow` would only add to the codecs that the driver allows anyway.
  if (options['allow'] !== undefined) options = { ...options, disallow: ['all'] };
  return [
    ...entriesOf(USER_OPTIONS, options, secrets, ['users', user.name]),
    ...(user.setvar ?? []).map(({ name, value }) => ({ key: 'setvar', value: `${name}=${value}` })),
  ];
}

/** The driver's defaults as the manual gives them; options that default to nothing have none. */
function defaultsOf(table: Readonly<Record<string, ConfOption>>, account = ''): Record<string, string> {
  return Object.fromEntries(
    Object.entries(table).flatMap(([key, { default: value, defaultOf }]) => {
      const text = defaultOf?.(account) ?? value;
      return text === null ? [] : [[key, text]];
    }),
  );
}

function entriesOf(
  table: Readonly<Record<string, ConfOption>>,
  values: Readonly<Record<string, unknown>>,
  secrets: ResolvedSecrets,
  path: readonly string[],
): ConfEntry[] {
  return Object.entries(table).flatMap(([key, option]) => {
    const value = values[key];
    if (value === undefined) return [];
    const here = [...path, key];
    if (option.secret) return [{ key, value: secretOf(secrets, here) }];
    if (key === 'auth_policy' && Array.isArray(value))
      return [{ key, value: policies(value, secrets, here) }];
    return [{ key, value: printValue(value) }];
  });
}

function policies(list: readonly AuthPolicy[], secrets: ResolvedSecrets, path: readonly string[]): string {
  return list
    .map((item, index) => (typeof item === 'string' ? item : `accept.${secretOf(secrets, [...path, index])}`))
    .join(',');
}

function printValue(value: unknown): string {
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  return Array.isArray(value) ? value.join(',') : String(value);
}

function secretOf(secrets: ResolvedSecrets, path: readonly (string | number)[]): string {
  const id = secretId(...path);
  const secret = secrets.get(id);
  if (secret === undefined) throw new CompanionError('CONFIG_INVALID', `${id}: the secret was not resolved`);
  return secret;
}
