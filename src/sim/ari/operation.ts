import type { Clock } from '../../model/clock.ts';
import type { DeviceStates } from '../calls/device-states.ts';
import type { Switchboard } from '../calls/switchboard.ts';
import type { Lifetime } from '../lifetime.ts';
import type { Community } from '../skype/community.ts';
import type { Variables } from '../variables.ts';
import type { Applications } from './applications.ts';
import type { MediaShelf } from './media/shelf.ts';

/** A parameter of an operation, in the terms of ARI's api-docs. */
export interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query' | 'body';
  readonly type: 'string' | 'int' | 'long' | 'boolean' | 'containers';
  readonly required: boolean;
}

/** What an operation's code can reach. */
export interface AriWorld {
  readonly community: Community;
  readonly calls: Switchboard;
  readonly variables: Variables;
  readonly applications: Applications;
  readonly clock: Clock;
  readonly lifetime: Lifetime;
  readonly devices: DeviceStates;
  readonly media: MediaShelf;
}

/** The arguments of one request: path, query, and the fields of a JSON body, which win (Asterisk 22). */
export class Arguments {
  readonly #values: Readonly<Record<string, unknown>>;

  constructor(values: Readonly<Record<string, unknown>>) {
    this.#values = values;
  }

  /** The text of an argument, `''` when it is missing. */
  text(name: string): string {
    const value = this.#values[name];
    return typeof value === 'string' ? value : typeof value === 'number' ? String(value) : '';
  }

  /** The text of an argument, or undefined when it is missing or empty. */
  optional(name: string): string | undefined {
    return this.text(name) || undefined;
  }

  /** The items of a list, repeated or separated by commas. */
  list(name: string): readonly string[] {
    const value = this.#values[name];
    const items: readonly unknown[] = Array.isArray(value) ? value : [value];
    return items
      .filter((item) => typeof item === 'string')
      .flatMap((item) => item.split(','))
      .map((item) => item.trim())
      .filter((item) => item !== '');
  }

  /** The objects of a list, none when it is missing; null for what is no list of objects. */
  objects(name: string): readonly Readonly<Record<string, unknown>>[] | null {
    const value = this.#values[name] ?? [];
    const isObject = (item: unknown): item is Readonly<Record<string, unknown>> =>
      typeof item === 'object' && item !== null;
    return Array.isArray(value) && value.every(isObject) ? value : null;
  }

  /** The string entries of an object such as `variables`. */
  entries(name: string): readonly (readonly [string, string])[] {
    const value = this.#values[name];
    if (typeof value !== 'object' || value === null) return [];
    return Object.entries(value).filter((entry): entry is [string, string] => typeof entry[1] === 'string');
  }
}

/**
 * One operation of ARI. The table of them registers the routes and prints the api-docs, so that the two cannot
 * differ. `run` gives the JSON of the answer, a Buffer for a sound file; undefined is 204 without one.
 */
export interface Operation {
  readonly nickname: string;
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Path behind `/ari`, with `{name}` for parameters. */
  readonly path: string;
  /** Model of the answer in the api-docs: `Channel`, `List[Channel]`, `void`. */
  readonly returns: string;
  readonly parameters: readonly Parameter[];
  run(args: Arguments, world: AriWorld): unknown;
}

/** One resource of ARI: a file of the api-docs. */
export interface Resource {
  readonly name: string;
  readonly operations: readonly Operation[];
}

/** A refusal: HTTP status and the JSON that goes with it. */
export class AriError extends Error {
  override readonly name = 'AriError';
  readonly status: number;
  readonly body: Readonly<Record<string, string>>;

  constructor(status: number, message: string, body: Readonly<Record<string, string>> = { message }) {
    super(message);
    this.status = status;
    this.body = body;
  }
}

/** What Asterisk says when a channel cannot be made, whatever the reason: the reason is only in its log. */
export function allocationFailed(): AriError {
  return new AriError(500, 'Allocation failed', { error: 'Allocation failed' });
}

/** A parameter in the path. */
export function path(name: string): Parameter {
  return { name, in: 'path', type: 'string', required: true };
}

/** A parameter in the query; a name with `!` is required. */
export function query(name: string, type: Parameter['type'] = 'string'): Parameter {
  const required = name.endsWith('!');
  return { name: required ? name.slice(0, -1) : name, in: 'query', type, required };
}

/** An object in the body. */
export function body(name: string): Parameter {
  return { name, in: 'body', type: 'containers', required: false };
}
