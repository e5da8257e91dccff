import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  type Pair,
  parseAllDocuments,
  type YAMLMap,
} from 'yaml';
import { DIAGNOSTIC_CODES as CODES, type KeyPath, type Position, type Problem } from '../diagnostic.ts';

/** What a YAML file says, every scalar in its source spelling; null where nothing stands. */
export type RawValue = string | null | readonly RawValue[] | RawMapping;
/** Without a prototype, so that no key of a file can be mistaken for a method. */
export interface RawMapping {
  readonly [key: string]: RawValue;
}

/** A problem that has its place already, because no path leads to it. */
export interface PlacedProblem extends Problem {
  readonly position?: Position;
}

/** A file that was read: its values and where they stand. */
export interface YamlDocument {
  readonly raw: RawValue;
  readonly problems: readonly PlacedProblem[];
  /** False when the file is no YAML: nothing can be said about its values then. */
  readonly readable: boolean;
  /** Where a value (or its key) stands; for a path that is not there, where its nearest parent stands. */
  locate(path: KeyPath, at?: 'key' | 'value'): Position;
  /** Where in the text a value stands, from its first character to behind its last; null without one. */
  rangeOf(path: KeyPath): readonly [start: number, end: number] | null;
}

const MAX_DEPTH = 50;
const TOO_DEEP = `found values nested too deeply, allowed: ${MAX_DEPTH} levels`;
const MAX_ALIASED_VALUES = 10_000;

/**
 * Reads YAML without guessing types: under the failsafe schema `007`, `1e5`, `+12564286000`, `no` and
 * `~` stay the text that was written, and the schema on top decides what a text means.
 * Never throws for what a file holds.
 */
export function readYamlDocument(text: string): YamlDocument {
  const lines = new LineCounter();
  const place = (offset: number): Position => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(line, 1), column: Math.max(col, 1) };
  };
  let documents: readonly Document.Parsed[];
  try {
    const parsed = parseAllDocuments(text, {
      schema: 'failsafe',
      lineCounter: lines,
      // Checked by Reader, which knows the path of the key.
      uniqueKeys: false,
      stringKeys: true,
      prettyErrors: false,
    });
    documents = 'empty' in parsed ? [] : parsed;
  } catch (thrown) {
    // The parser recurses; thousands of nested brackets exhaust the stack.
    if (!(thrown instanceof RangeError)) throw thrown;
    return unreadable([syntax(TOO_DEEP, { line: 1, column: 1 })]);
  }
  const [first, second] = documents;
  const errors = new Map<number, PlacedProblem>();
  for (const error of documents.flatMap((document) => document.errors)) {
    // Of several at one place the first says what is wrong; the others follow from it.
    if (errors.has(error.pos[0])) continue;
    const deep = error.code === 'RESOURCE_EXHAUSTION' || error.message.includes('call stack');
    const message = deep ? TOO_DEEP : `found no valid YAML: ${error.message}`;
    errors.set(error.pos[0], syntax(message, place(error.pos[0])));
  }
  if (errors.size > 0) return unreadable([...errors.values()]);
  if (second !== undefined) {
    return unreadable([
      syntax('found a second document, allowed: one document in a file', place(second.range[0])),
    ]);
  }
  const reader = new Reader(place);
  const root = first?.contents ?? null;
  const raw = reader.read(root, 0);
  return {
    raw,
    problems: reader.problems,
    readable: true,
    locate: (path, at = 'value') => place(reader.offsetOf(root, path, at)),
    rangeOf: (path) => reader.rangeOf(root, path),
  };
}

function syntax(message: string, position: Position): PlacedProblem {
  return { path: [], code: CODES.SYNTAX, message, position };
}

function unreadable(problems: readonly PlacedProblem[]): YamlDocument {
  return {
    raw: null,
    problems,
    readable: false,
    locate: () => ({ line: 1, column: 1 }),
    rangeOf: () => null,
  };
}

type Child = Pair<Node, Node | null>;

class Reader {
  readonly problems: PlacedProblem[] = [];
  readonly #place: (offset: number) => Position;
  readonly #anchors = new Map<string, Node>();
  readonly #targets = new WeakMap<Node, Node>();
  /** Of the mappings that somebody wanted a place in. */
  readonly #children = new WeakMap<YAMLMap, Map<string, Child>>();
  /** Where the reader is. */
  readonly #path: (string | number)[] = [];
  #aliased = 0;
  #insideAlias = 0;

  constructor(place: (offset: number) => Position) {
    this.#place = place;
  }

  read(node: Node | null, depth: number): RawValue {
    if (node === null) return null;
    if (depth > MAX_DEPTH) return this.#refuse(CODES.SYNTAX, TOO_DEEP);
    if (this.#insideAlias > 0 && ++this.#aliased > MAX_ALIASED_VALUES) {
      if (this.#aliased > MAX_ALIASED_VALUES + 1) return null;
      return this.#refuse(CODES.ALIAS, `found aliases for more than ${MAX_ALIASED_VALUES} values`);
    }
    if (isAlias(node)) return this.#readAlias(node, depth);
    if (isScalar(node)) {
      this.#remember(node);
      return this.#readScalar(node.value, node.tag, node.type === 'PLAIN');
    }
    const value = isMap<Node, Node | null>(node)
      ? this.#readMap(node, depth)
      : isSeq<Node | null>(node)
        ? node.items.map((item, index) => this.#readBelow(index, item, depth))
        : null;
    // After its content: an anchor that is named inside of itself is not there yet, so no cycle arises.
    this.#remember(node);
    return value;
  }

  #readBelow(step: string | number, node: Node | null, depth: number): RawValue {
    this.#path.push(step);
    const value = this.read(node, depth + 1);
    this.#path.pop();
    return value;
  }

  #remember(node: Node): void {
    if (!isAlias(node) && 'anchor' in node && node.anchor !== undefined) this.#anchors.set(node.anchor, node);
  }

  #readScalar(value: unknown, tag: string | undefined, plain: boolean): RawValue {
    if (typeof value !== 'string' || (tag !== undefined && tag !== 'tag:yaml.org,2002:str')) {
      return this.#refuse(CODES.TAG, 'found a YAML tag, allowed: values without tags');
    }
    return plain && value === '' ? null : value;
  }

  #readAlias(node: Node & { source: string }, depth: number): RawValue {
    const target = this.#anchors.get(node.source);
    if (target === undefined) {
      return this.#refuse(CODES.ALIAS, 'found an alias (*), allowed: aliases of an anchor (&) before them');
    }
    this.#targets.set(node, target);
    this.#insideAlias++;
    const value = this.read(target, depth + 1);
    this.#insideAlias--;
    return value;
  }

  #readMap(node: YAMLMap<Node, Node | null>, depth: number): RawMapping {
    const mapping: Record<string, RawValue> = Object.create(null);
    for (const pair of node.items) {
      const key = keyOf(pair);
      if (key === '__proto__') {
        const message = "found key '__proto__', allowed: other keys";
        this.#refuseKey(pair, key, CODES.KEY_FORBIDDEN, message);
      } else if (key in mapping) {
        const message = 'found the same key twice, allowed: every key once';
        this.#refuseKey(pair, key, CODES.DUPLICATE_KEY, message);
      } else {
        mapping[key] = this.#readBelow(key, pair.value, depth);
      }
    }
    return mapping;
  }

  #refuse(code: Problem['code'], message: string): null {
    this.problems.push({ path: [...this.#path], code, message });
    return null;
  }

  // Placed at once: the path of a second key leads to the first one.
  #refuseKey(pair: Child, key: string, code: Problem['code'], message: string): void {
    const position = this.#place(pair.key.range?.[0] ?? 0);
    this.problems.push({ path: [...this.#path, key], code, message, position });
  }

  /** The pair of a key, the first one where it stands twice. */
  #childOf(map: YAMLMap<Node, Node | null>, key: string): Child | undefined {
    let children = this.#children.get(map);
    if (children === undefined) {
      children = new Map();
      for (const pair of map.items) if (!children.has(keyOf(pair))) children.set(keyOf(pair), pair);
      this.#children.set(map, children);
    }
    return children.get(key);
  }

  offsetOf(root: Node | null, path: KeyPath, at: 'key' | 'value'): number {
    let node = root;
    let offset = root?.range?.[0] ?? 0;
    for (const [index, step] of path.entries()) {
      const last = index === path.length - 1;
      const container = this.#follow(node);
      if (isMap<Node, Node | null>(container)) {
        const pair = this.#childOf(container, String(step));
        if (pair === undefined) return offset;
        const keyOffset = pair.key.range?.[0] ?? offset;
        // A key without a value has a place behind its colon that no editor shows: point at the key.
        const empty = isScalar(pair.value) && pair.value.type === 'PLAIN' && pair.value.value === '';
        const valueOffset = empty ? keyOffset : (pair.value?.range?.[0] ?? keyOffset);
        // On the way down a parent is shown by its key, which is where people look for it.
        offset = last && at === 'value' ? valueOffset : keyOffset;
        node = pair.value;
      } else if (isSeq<Node | null>(container) && typeof step === 'number') {
        node = container.items[step] ?? null;
        offset = node?.range?.[0] ?? offset;
      } else return offset;
    }
    return offset;
  }

  rangeOf(root: Node | null, path: KeyPath): readonly [number, number] | null {
    let node = root;
    for (const step of path) {
      const container = this.#follow(node);
      if (isMap<Node, Node | null>(container)) node = this.#childOf(container, String(step))?.value ?? null;
      else if (isSeq<Node | null>(container) && typeof step === 'number') {
        node = container.items[step] ?? null;
      } else return null;
    }
    const range = node?.range;
    return range ? [range[0], range[1]] : null;
  }

  #follow(node: Node | null): Node | null {
    return node === null ? null : (this.#targets.get(node) ?? node);
  }
}

function keyOf(pair: Child): string {
  return isScalar(pair.key) ? String(pair.key.value) : String(pair.key);
}
