import { CompanionError } from '../model/errors.ts';
import type { ConfEntry } from './conf/printer.ts';

// How Asterisk 22 takes a step apart (pbx_config.c, pbx_variables.c, app.c): the application ends at the
// first `(`, its data at the last `)` of the line; `${` and `$[` in the data are expanded and know no
// escape; then each application splits its data by itself. So no value can begin a second step, and
// what is left to prevent is an expansion, a second argument, and a second device.

/**
 * Prints a value as one argument of an application that splits by commas. There `,` ends an argument,
 * `"` vanishes and protects, brackets protect, and a backslash takes all that away from its neighbour.
 *
 * @throws CompanionError VALUE_FORBIDDEN when the value would be expanded.
 */
export function argument(value: string): string {
  return unexpanded(value).replace(/[\\",()[\]]/g, '\\$&');
}

/**
 * Prints a value behind the `=` of `Set(NAME=...)`. Set takes all of it as it stands: commas, quotation
 * marks and backslashes too (`pbx_builtin_setvar` cuts once, at the first `=`).
 *
 * @throws CompanionError VALUE_FORBIDDEN when the value would be expanded.
 */
export function setValue(value: string): string {
  return unexpanded(value);
}

/**
 * Prints `TECH/resource` for Dial, which splits devices at `&` after it has split its arguments, so that
 * no escape reaches it.
 *
 * @throws CompanionError VALUE_FORBIDDEN for what could begin a second device or be expanded.
 */
export function device(value: string): string {
  if (value.includes('&')) throw forbidden('&');
  return argument(value);
}

function unexpanded(value: string): string {
  if (/\$[{[]/.test(value)) throw forbidden('an expansion');
  return value;
}

function forbidden(what: string): CompanionError {
  return new CompanionError('VALUE_FORBIDDEN', `A value for the dialplan cannot hold ${what}`, { what });
}

/** Numbers the steps of an extension: `exten => 6001,1,...`, then `exten => 6001,n,...`. */
export function steps(exten: string, applications: readonly string[]): ConfEntry[] {
  return applications.map((application, index) => ({
    key: 'exten',
    value: `${exten},${index === 0 ? '1' : 'n'},${application}`,
    object: true,
  }));
}
