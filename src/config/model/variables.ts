import { ACCOUNT_STATUSES, AVAILABILITIES, RW_ACCOUNT_PROPERTIES } from '../../model/status.ts';
import { matching } from '../yaml/scalars.ts';
import { isDate } from './names.ts';

/** Call properties that can be written; manual 3.3.3. */
export const RW_CALL_PROPERTIES = ['topic', 'token'] as const;

const NAME = /^([A-Za-z_][A-Za-z0-9_]{0,79})(?:\(([A-Za-z0-9_,.:-]{1,99})\))?$/;

/** The name of a variable taken apart: `SKYPE_ACCOUNT_PROPERTY(james_bond,city)`. */
export interface VariableName {
  /** Upper case where it is one of Skype's functions. */
  readonly name: string;
  /** What stands in brackets; null for a plain variable. */
  readonly argument: string | null;
}

export function parseVariable(text: string): VariableName | null {
  const match = NAME.exec(text);
  if (match?.[1] === undefined) return null;
  const upper = match[1].toUpperCase();
  const skype = upper.startsWith('SKYPE_') || upper === 'CHANNEL' || upper === 'CALLERID';
  return { name: skype && match[2] !== undefined ? upper : match[1], argument: match[2] ?? null };
}

/** The account property that a variable sets, and the account when the variable names one. */
export function accountProperty(
  text: string,
): { readonly account: string | null; readonly property: string } | null {
  const variable = parseVariable(text);
  if (variable?.name !== 'SKYPE_ACCOUNT_PROPERTY' || variable.argument === null) return null;
  const comma = variable.argument.lastIndexOf(',');
  return {
    account: comma === -1 ? null : variable.argument.slice(0, comma),
    property: variable.argument.slice(comma + 1).toLowerCase(),
  };
}

const RULE = [
  'a channel variable',
  `SKYPE_CALL_PROPERTY(${RW_CALL_PROPERTIES.join(' or ')})`,
  'SKYPE_ACCOUNT_PROPERTY of a property that can be written',
  'or another FUNCTION(argument) that can',
].join(', ');

/** What `setvar` may set (manual 3.3.3, 3.3.4): plain variables, and properties that can be written. */
export const variableName = () => matching(isWritable, RULE);

function isWritable(text: string): boolean {
  const variable = parseVariable(text);
  if (variable === null) return false;
  const { name, argument } = variable;
  if (argument === null) return true;
  const property = accountProperty(text)?.property;
  if (property !== undefined) return includes(RW_ACCOUNT_PROPERTIES, property);
  if (name === 'SKYPE_CALL_PROPERTY') return includes(RW_CALL_PROPERTIES, argument.toLowerCase());
  if (name === 'CHANNEL') return !argument.toLowerCase().startsWith('skype_');
  // Read only on a Skype channel (manual 3.3.2).
  if (name === 'CALLERID') return !/^(?:num|name)$/i.test(argument);
  return !name.startsWith('SKYPE_');
}

/** What a property may hold, in words; null when the value is one that it may, or any text will do. */
export function propertyMistake(property: string, value: string): string | null {
  if (property === 'birthday') return isDate(value) ? null : 'a date as yyyymmdd, such as 19201111';
  if (property === 'gender') return value === '1' || value === '2' ? null : '1, 2';
  if (property === 'availability') return oneOf(AVAILABILITIES, value);
  if (property === 'status') return oneOf(ACCOUNT_STATUSES, value);
  return null;
}

function oneOf(words: readonly string[], value: string): string | null {
  return words.includes(value) ? null : words.join(', ');
}

function includes(words: readonly string[], word: string): boolean {
  return words.includes(word);
}
