import { nameKey } from '../../model/skype-name.ts';
import {
  DIAGNOSTIC_CODES as CODES,
  type DiagnosticCode,
  type KeyPath,
  type Problem,
  printPath,
  quote,
} from '../diagnostic.ts';
import type { RawMapping, RawValue } from '../yaml/document.ts';
import { suggest } from '../yaml/suggest.ts';
import { isDialplanSkypeName, isExtension, shortestMatch } from './names.ts';
import { DEFAULT_HINTS_CONTEXT, incomingContext } from './schema.ts';

/**
 * Finds what no single value shows: names that refer to nothing, extensions that stand twice, keys that
 * contradict each other. Works on the file as it was read, not on the parsed model, so that these
 * mistakes are told together with all others; whatever has another shape than expected is passed over,
 * because the schema tells that.
 */
export function checkModel(raw: RawValue): Problem[] {
  const model = mapping(raw);
  const checks = new Checks(mapping(model['users']));
  checks.accounts(mapping(model['general']));
  for (const name of Object.keys(checks.users)) checks.user(name);
  checks.hints(mapping(model['hints']));
  const routes = mapping(model['routes']);
  for (const [index, route] of list(routes['incoming']).entries()) checks.incoming(mapping(route), index);
  for (const [index, route] of list(routes['outgoing']).entries()) checks.outgoing(mapping(route), index);
  return checks.problems;
}

class Checks {
  readonly problems: Problem[] = [];
  readonly users: RawMapping;
  readonly #names: ReadonlyMap<string, string>;
  /** Where an extension of a context stands for the first time. */
  readonly #taken = new Map<string, KeyPath>();

  constructor(users: RawMapping) {
    this.users = users;
    this.#names = new Map(Object.keys(users).map((name) => [nameKey(name), name]));
  }

  accounts(general: RawMapping): void {
    this.#once(Object.keys(this.users), ['users']);
    this.#known(general['default_user'], ['general', 'default_user']);
  }

  user(name: string): void {
    const user = mapping(this.users[name]);
    const path = ['users', name];
    const disallow = list(user['disallow']);
    if (
      user['allow'] !== undefined &&
      disallow.length > 0 &&
      !(disallow.length === 1 && disallow[0] === 'all')
    ) {
      const message = 'found a list beside allow, allowed: [all], which is what stands before every allow';
      this.#add([...path, 'disallow'], CODES.CONTRADICTION, message);
    }
    this.#once(Object.keys(mapping(user['buddies'])), [...path, 'buddies']);
    for (const property of Object.keys(mapping(user['profile']))) {
      const variable = Object.keys(mapping(user['setvar'])).find((key) => accountProperty(key) === property);
      if (variable === undefined) continue;
      const message = `found a property that profile.${property} sets too, allowed: one of the two`;
      this.#add([...path, 'setvar', variable], CODES.CONTRADICTION, message, 'key');
    }
  }

  hints(hints: RawMapping): void {
    const context = text(hints['context']) ?? DEFAULT_HINTS_CONTEXT;
    for (const [name, user] of Object.entries(this.users)) {
      for (const [buddy, entry] of Object.entries(mapping(mapping(user)['buddies']))) {
        const exten = mapping(entry)['hint'];
        const path = ['users', name, 'buddies', buddy, 'hint'];
        if (exten === undefined) continue;
        this.#unique('hint', context, exten, path);
        for (const part of [name, buddy]) {
          if (isDialplanSkypeName(part) || !part.includes(',')) continue;
          const message = `found a hint for ${quote(part)}, allowed: names without a comma, which would end the hint`;
          this.#add(path, CODES.VALUE, message);
        }
      }
    }
    for (const [index, entry] of list(hints['extra']).entries()) {
      const { exten, user } = mapping(entry);
      const path = ['hints', 'extra', index];
      this.#unique('hint', context, exten, [...path, 'exten']);
      this.#known(user, [...path, 'user']);
      this.#plain(user, [...path, 'user']);
    }
  }

  incoming(route: RawMapping, index: number): void {
    const path = ['routes', 'incoming', index];
    const name = text(route['user']);
    const user = this.#known(name, [...path, 'user']);
    if (user === null) return;
    const exten = text(user['exten']) ?? name;
    if (user['exten'] === undefined && exten !== undefined && !isExtension(exten)) {
      const message = `found ${quote(exten)} without exten, allowed: an account whose name can be an extension, or one with exten`;
      this.#add([...path, 'user'], CODES.VALUE, message);
    }
    this.#unique('route', incomingContext(text(user['context']), text(route['context'])), exten, [
      ...path,
      'user',
    ]);
  }

  outgoing(route: RawMapping, index: number): void {
    const path = ['routes', 'outgoing', index];
    const exten = text(route['exten']);
    this.#known(route['originator'], [...path, 'originator']);
    this.#plain(route['originator'], [...path, 'originator']);
    const context = text(route['context']);
    if (context !== undefined) this.#unique('route', context, exten, [...path, 'exten']);
    const to = route['to'] !== undefined;
    const strip = text(route['strip']);
    if (to && strip !== undefined) {
      this.#add(
        [...path, 'strip'],
        CODES.CONTRADICTION,
        'found strip beside to, allowed: one of the two',
        'key',
      );
    } else if (!to && route['strip'] === undefined) {
      this.#add(path, CODES.MISSING_KEY, 'found neither to nor strip, required: one of the two');
    }
    if (!to && strip !== undefined && exten !== undefined && Number(strip) >= shortestMatch(exten)) {
      const message = `found ${quote(strip)}, allowed: less than the ${shortestMatch(exten)} characters that ${quote(exten)} takes at least`;
      this.#add([...path, 'strip'], CODES.CONTRADICTION, message);
    }
  }

  /** The user that a value names, letter for letter: case makes no difference to Skype, but to the dialplan. */
  #known(value: RawValue | undefined, path: KeyPath): RawMapping | null {
    const name = text(value);
    if (name === undefined) return null;
    if (Object.hasOwn(this.users, name)) return mapping(this.users[name]);
    const meant = this.#names.get(nameKey(name)) ?? suggest(name, [...this.#names.values()]);
    const hint = meant === null ? '' : `: did you mean '${meant}'?`;
    this.#add(path, CODES.REFERENCE, `found ${quote(name)}, allowed: an account of users${hint}`);
    return null;
  }

  /** An account whose name holds a comma is legal, and of no use in a hint or a dial string. */
  #plain(value: RawValue | undefined, path: KeyPath): void {
    const name = text(value);
    if (name?.includes(',') !== true) return;
    const message = `found ${quote(name)}, allowed: an account without a comma, which would end it in the dialplan`;
    this.#add(path, CODES.VALUE, message);
  }

  #once(names: readonly string[], path: KeyPath): void {
    const seen = new Map<string, string>();
    for (const name of names) {
      const earlier = seen.get(nameKey(name));
      if (earlier === undefined) seen.set(nameKey(name), name);
      else {
        const message = `found ${quote(name)} beside ${quote(earlier)}, allowed: names that differ without case`;
        this.#add([...path, name], CODES.DUPLICATE, message, 'key');
      }
    }
  }

  #unique(kind: 'hint' | 'route', context: string, value: RawValue | undefined, path: KeyPath): void {
    const exten = text(value);
    if (exten === undefined) return;
    const place = `${kind} ${context} ${exten}`;
    const earlier = this.#taken.get(place);
    if (earlier === undefined) this.#taken.set(place, path);
    else {
      const message = `found a second ${kind} for ${quote(exten)} in context ${quote(context)}, allowed: one, and ${printPath(earlier)} is there already`;
      this.#add(path, CODES.DUPLICATE, message);
    }
  }

  #add(path: KeyPath, code: DiagnosticCode, message: string, at: 'key' | 'value' = 'value'): void {
    this.problems.push({ path, code, message, at });
  }
}

function accountProperty(variable: string): string | undefined {
  return /^SKYPE_ACCOUNT_PROPERTY\((?:.*,)?([^,)]*)\)$/i.exec(variable)?.[1];
}

const EMPTY: RawMapping = Object.freeze(Object.create(null));

function mapping(value: RawValue | undefined): RawMapping {
  return isMapping(value) ? value : EMPTY;
}

function isMapping(value: RawValue | undefined): value is RawMapping {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function list(value: RawValue | undefined): readonly RawValue[] {
  return Array.isArray(value) ? value : [];
}

function text(value: RawValue | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
