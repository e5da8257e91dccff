import type { KeyPath } from '../diagnostic.ts';
import { readSecretRef, type SecretRef } from '../secrets.ts';
import type { RawMapping, RawValue } from '../yaml/document.ts';
import { policySecret } from './auth-policy.ts';
import { isMapping, list, mapping } from './findings.ts';
import { GENERAL_OPTIONS, secretKeys, USER_OPTIONS } from './options.ts';
import { amiRoom } from './user.ts';

/** A place of the file where a secret stands. */
export interface SecretPlace {
  readonly path: KeyPath;
  /** Null when what stands there is no secret; the schema tells that. */
  readonly ref: SecretRef | null;
  /** Bytes that share a line with it. */
  readonly reserved: number;
  /** Longest value in bytes where something other than a line limits it. */
  readonly room?: number;
  /** A comma would end it. */
  readonly listItem?: true;
  /** A greeting more often than a password: nobody is warned of plain text. */
  readonly mayBePlain?: true;
}

/** Every place of a model where a secret may stand, found without a valid model. */
export function secretPlaces(raw: RawValue): SecretPlace[] {
  const model = mapping(raw);
  const places: SecretPlace[] = [];
  const general = mapping(model['general']);
  for (const key of secretKeys(GENERAL_OPTIONS)) places.push(...optionPlace(general, ['general'], key));
  places.push(...policyPlaces(mapping(model['defaults']), ['defaults']));
  for (const [name, value] of Object.entries(mapping(model['users']))) {
    const user = mapping(value);
    for (const key of secretKeys(USER_OPTIONS)) places.push(...optionPlace(user, ['users', name], key));
    places.push(...policyPlaces(user, ['users', name]));
    for (const [buddy, entry] of Object.entries(mapping(user['buddies']))) {
      places.push(...messagePlace(entry, ['users', name, 'buddies', buddy]));
    }
  }
  for (const [name, value] of Object.entries(mapping(model['manager']))) {
    places.push(...optionPlace(mapping(value), ['manager', name], 'secret'));
  }
  return places;
}

function optionPlace(options: RawMapping, path: KeyPath, key: string): SecretPlace[] {
  const value = options[key];
  if (value === undefined) return [];
  return [{ path: [...path, key], ref: refOf(value), reserved: `${key} = `.length }];
}

/** Conf line `auth_policy = accept.ITEM,...`; the whole list is measured when it is printed. */
function policyPlaces(options: RawMapping, path: KeyPath): SecretPlace[] {
  return list(options['auth_policy']).map((item, index) => ({
    path: [...path, 'auth_policy', index],
    ref: policySecret(item),
    reserved: 'auth_policy = accept.'.length,
    room: MAX_POLICY_PASSWORD_BYTES,
    listItem: true,
  }));
}

/** So that the 32 items of a list fit into one line. */
const MAX_POLICY_PASSWORD_BYTES = 240;

function messagePlace(entry: RawValue, path: KeyPath): SecretPlace[] {
  const value = mapping(entry)['auth_message'];
  if (value === undefined) return [];
  const room = amiRoom('AuthMsg: ');
  return [{ path: [...path, 'auth_message'], ref: refOf(value), reserved: 0, room, mayBePlain: true }];
}

function refOf(value: RawValue): SecretRef | null {
  if (value === null || (typeof value !== 'string' && !isMapping(value))) return null;
  const ref = readSecretRef(value);
  return 'found' in ref ? null : ref;
}
