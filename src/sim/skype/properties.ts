import {
  AVAILABILITIES,
  RO_ACCOUNT_PROPERTIES,
  RW_ACCOUNT_PROPERTIES,
  type WritableAccountProperty,
} from '../../model/status.ts';

/** What somebody tells the world about themselves: names of manual 3.3.4, values as given. */
export type Profile = Map<string, string>;

/** Why an account property cannot be set. */
export type PropertyProblem =
  | 'unknown'
  | 'read-only'
  | 'invalid-birthday'
  | 'invalid-gender'
  | 'invalid-word';

/** The properties that live in a profile; `status` and `availability` are states of the account. */
export const PROFILE_PROPERTIES = RW_ACCOUNT_PROPERTIES.filter(
  (name) => name !== 'status' && name !== 'availability',
);

/**
 * Checks an assignment to an account property against the table of manual 3.3.4. An empty value clears a
 * profile property.
 */
export function propertyProblem(name: string, value: string): PropertyProblem | null {
  if (isOneOf(RO_ACCOUNT_PROPERTIES, name)) return 'read-only';
  if (!isWritableProperty(name)) return 'unknown';
  if (name === 'availability') return isOneOf(AVAILABILITIES, value) ? null : 'invalid-word';
  if (name === 'status') return value === 'Logged In' || value === 'Logged Out' ? null : 'invalid-word';
  if (value === '') return null;
  if (name === 'birthday') return /^\d{8}$/.test(value) ? null : 'invalid-birthday';
  if (name === 'gender') return value === '1' || value === '2' ? null : 'invalid-gender';
  return null;
}

/** Whether manual 3.3.4 knows the property as one that can be written. */
export function isWritableProperty(name: string): name is WritableAccountProperty {
  return isOneOf(RW_ACCOUNT_PROPERTIES, name);
}

function isOneOf<Word extends string>(words: readonly Word[], word: string): word is Word {
  return (words as readonly string[]).includes(word);
}
