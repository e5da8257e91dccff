import type { KeyPath } from '../../config/diagnostic.ts';
import type { LintCode } from '../../config/lint-rules.ts';
import type { ProvisioningModel } from '../../config/model/schema.ts';
import type { Contexts, Step } from '../conf/dialplan.ts';
import { patternOf } from '../conf/patterns.ts';
import type { GeneratedContext } from '../extensions.ts';

/** What a rule looks at. */
export interface LintInput {
  readonly model: ProvisioningModel;
  readonly generated: readonly GeneratedContext[];
  /** The operator's dialplan with the generated contexts in it; null when nobody showed it. */
  readonly dialplan: OperatorDialplan | null;
  readonly host: HostFacts;
}

export interface OperatorDialplan {
  /** The file that was named. */
  readonly file: string;
  readonly contexts: Contexts;
  /** Whether it includes `extensions_skype.conf`. */
  readonly includesOurs: boolean;
  /** Whether a step or include stands in the generated file. */
  isOurs(place: { readonly file: string }): boolean;
}

/** Facts of the machine that the check runs on; only on the PBX do they say something. */
export interface HostFacts {
  /** The beginning of a file, null when it cannot be read. */
  readFile(path: string): Uint8Array | null;
  isDirectory(path: string): boolean;
  /** `/proc/self/mounts`, null where there is none. */
  mounts(): string | null;
}

/** What a rule found: in the model at a path, or in the dialplan at a place. */
export interface Finding {
  readonly code: LintCode;
  readonly path: KeyPath;
  readonly message: string;
  readonly place?: { readonly file: string; readonly line: number };
}

export type Rule = (input: LintInput) => readonly Finding[];

/** Where an extension is found, the way Asterisk looks: in a context first, then in what it includes. */
export function findSteps(
  contexts: Contexts,
  context: string,
  exten: string,
  seen = new Set<string>(),
): Step[] {
  if (seen.has(context)) return [];
  seen.add(context);
  const here = contexts.get(context);
  if (here === undefined) return [];
  const own = here.steps.filter((step) => step.priority !== 'hint' && patternOf(step.exten).matches(exten));
  if (own.length > 0) return own;
  for (const { context: included } of here.includes) {
    const found = findSteps(contexts, included, exten, seen);
    if (found.length > 0) return found;
  }
  return [];
}
