import { nameKey } from '../../model/skype-name.ts';
import { DIAGNOSTIC_CODES as CODES, type KeyPath, type Problem, printPath, quote } from '../diagnostic.ts';
import { suggest } from '../suggest.ts';
import type { RawMapping, RawValue } from '../yaml/document.ts';

/** What the checks of a model share: its accounts, and what was found about them. */
export class Findings {
  readonly problems: Problem[] = [];
  readonly users: RawMapping;
  readonly defaults: RawMapping;
  readonly #names: ReadonlyMap<string, string>;
  /** Where an extension of a context stands for the first time. */
  readonly #taken = new Map<string, KeyPath>();

  constructor(model: RawMapping) {
    this.users = mapping(model['users']);
    this.defaults = mapping(model['defaults']);
    this.#names = new Map(Object.keys(this.users).map((name) => [nameKey(name), name]));
  }

  /** An option of an account that is text, its own or the shared one. */
  option(user: string, key: string): string | undefined {
    return text(mapping(this.users[user])[key] ?? this.defaults[key]);
  }

  /** The account that a value names, letter for letter: case makes no difference to Skype, but to the dialplan. */
  known(value: RawValue | undefined, path: KeyPath): string | null {
    const name = text(value);
    if (name === undefined) return null;
    if (Object.hasOwn(this.users, name)) return name;
    const meant = this.#names.get(nameKey(name)) ?? suggest(name, [...this.#names.values()]);
    const hint = meant === null ? '' : `: did you mean '${meant}'?`;
    const message = `found ${quote(name)}, allowed: an account of users${hint}`;
    this.problems.push({
      path,
      code: CODES.REFERENCE,
      message,
      ...(meant === null ? {} : { suggestion: meant }),
    });
    return null;
  }

  /** An account whose name holds a comma is legal, and of no use in a hint or a dial string. */
  plain(value: RawValue | undefined, path: KeyPath): void {
    const name = text(value);
    if (name?.includes(',') !== true) return;
    const message = `found ${quote(name)}, allowed: an account without a comma, which would end it in the dialplan`;
    this.add(path, CODES.VALUE, message);
  }

  once(names: readonly string[], path: KeyPath): void {
    const seen = new Map<string, string>();
    for (const name of names) {
      const earlier = seen.get(nameKey(name));
      if (earlier === undefined) seen.set(nameKey(name), name);
      else {
        const message = `found ${quote(name)} beside ${quote(earlier)}, allowed: names that differ without case`;
        this.add([...path, name], CODES.DUPLICATE, message, 'key');
      }
    }
  }

  unique(kind: 'hint' | 'route', context: string, value: RawValue | undefined, path: KeyPath): void {
    const exten = text(value);
    if (exten === undefined) return;
    const place = `${kind} ${context} ${exten}`;
    const earlier = this.#taken.get(place);
    if (earlier === undefined) this.#taken.set(place, path);
    else {
      const message = `found a second ${kind} for ${quote(exten)} in context ${quote(context)}, allowed: one, and ${printPath(earlier)} is there already`;
      this.add(path, CODES.DUPLICATE, message);
    }
  }

  add(path: KeyPath, code: Problem['code'], message: string, at: 'key' | 'value' = 'value'): void {
    this.problems.push({ path, code, message, at });
  }
}

const EMPTY: RawMapping = Object.freeze(Object.create(null));

/** A value as a mapping, an empty one for anything else: the schema tells what is wrong with that. */
export function mapping(value: RawValue | undefined): RawMapping {
  return isMapping(value) ? value : EMPTY;
}

export function isMapping(value: RawValue | undefined): value is RawMapping {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function list(value: RawValue | undefined): readonly RawValue[] {
  return Array.isArray(value) ? value : [];
}

export function text(value: RawValue | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
