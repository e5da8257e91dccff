import { patternOf } from '../../dialplan/conf/patterns.ts';

/** One step of an extension: `Stasis(sfa,in)` is application `Stasis` with data `sfa,in`. */
export interface DialplanStep {
  readonly application: string;
  readonly data: string;
}

/** An extension or pattern of a context; its priorities may have gaps. */
export interface DialplanExtension {
  readonly exten: string;
  readonly steps: ReadonlyMap<number, DialplanStep>;
  readonly labels: ReadonlyMap<string, number>;
}

/** A context with the names of those that it includes, in order. */
export interface DialplanContext {
  readonly name: string;
  readonly extensions: readonly DialplanExtension[];
  readonly includes: readonly string[];
}

/** Extensions as tests and options name them: `exten@context` and its steps in order. */
export type ExtensionTable = Readonly<Record<string, readonly string[]>>;

/** An extension that is ready to be compared. */
interface Candidate extends DialplanExtension {
  matches(dialled: string): boolean;
}

/**
 * A dialplan that is searched as Asterisk 22 does it: the extensions of a context, the more exact in front, then
 * the contexts that it includes; an extension that matches but lacks the priority is passed over, so that steps of
 * several contexts interleave.
 */
export class Dialplan {
  readonly #contexts = new Map<string, { candidates: readonly Candidate[]; includes: readonly string[] }>();

  constructor(contexts: readonly DialplanContext[]) {
    this.replace(contexts);
  }

  /** Takes other contexts from now on, as a reload does. */
  replace(contexts: readonly DialplanContext[]): void {
    this.#contexts.clear();
    for (const { name, extensions, includes } of contexts) {
      const candidates = extensions
        .map((extension) => ({ ...extension, ...patternOf(extension.exten) }))
        .sort((a, b) => compareExactness(a.exten, b.exten));
      this.#contexts.set(name, { candidates, includes });
    }
  }

  /** The step of an extension at a priority, or null when there is none. */
  step(context: string, exten: string, priority: number): DialplanStep | null {
    return this.#search(context, exten, ({ steps }) => steps.get(priority));
  }

  /** The priority that a label stands at, or null. */
  label(context: string, exten: string, label: string): number | null {
    return this.#search(context, exten, ({ labels }) => labels.get(label));
  }

  /** A context and all that it includes, in the order in which they are searched. */
  reached(context: string): readonly string[] {
    const reached = new Set<string>();
    const walk = (name: string) => {
      // Contexts may include each other.
      if (reached.has(name)) return;
      reached.add(name);
      for (const included of this.#contexts.get(name)?.includes ?? []) walk(included);
    };
    walk(context);
    return [...reached];
  }

  #search<Found>(
    context: string,
    exten: string,
    look: (extension: DialplanExtension) => Found | undefined,
  ): Found | null {
    for (const name of this.reached(context)) {
      for (const candidate of this.#contexts.get(name)?.candidates ?? []) {
        const found = candidate.matches(exten) ? look(candidate) : undefined;
        if (found !== undefined) return found;
      }
    }
    return null;
  }
}

/**
 * Reads a table of extensions.
 *
 * @throws TypeError for a key without context or a step that is no application.
 */
export function contextsOfTable(table: ExtensionTable): readonly DialplanContext[] {
  const contexts = new Map<string, DialplanExtension[]>();
  for (const [key, texts] of Object.entries(table)) {
    const at = key.lastIndexOf('@');
    if (at < 1) throw new TypeError(`"${key}" is not exten@context`);
    const steps = new Map(texts.map((text, index) => [index + 1, parseStep(text)]));
    const extensions = contexts.get(key.slice(at + 1)) ?? [];
    extensions.push({ exten: key.slice(0, at), steps, labels: new Map() });
    contexts.set(key.slice(at + 1), extensions);
  }
  return [...contexts].map(([name, extensions]) => ({ name, extensions, includes: [] }));
}

function parseStep(text: string): DialplanStep {
  const match = /^\s*([A-Za-z]\w*)\s*(?:\((.*)\))?\s*$/s.exec(text);
  if (match?.[1] === undefined) throw new TypeError(`"${text}" is no application`);
  return { application: match[1], data: match[2] ?? '' };
}

/** Plain extensions first; patterns place by place, the smaller set first, `.` and `!` last (pbx.c, ext_cmp_exten). */
function compareExactness(a: string, b: string): number {
  const [first, second] = [weights(a), weights(b)];
  for (let at = 0; at < Math.max(first.length, second.length); at += 1) {
    const difference = (first[at] ?? 0) - (second[at] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

function weights(exten: string): readonly number[] {
  if (!exten.startsWith('_')) return [0];
  const places = exten.slice(1).match(/\[[^\]]*\]|./gs) ?? [];
  return [1, ...places.map((place) => WEIGHTS[place.toUpperCase()] ?? (place.startsWith('[') ? SET : 1))];
}

/** A set in brackets counts as one of a few digits; how many does not matter here. */
const SET = 7;
const WEIGHTS: Readonly<Record<string, number>> = { N: 8, Z: 9, X: 10, '.': 11, '!': 12 };
