import { readFileSync, statSync } from 'node:fs';
import { basename } from 'node:path';
import { type Diagnostic, placeProblem, printPath, sortDiagnostics } from '../../config/diagnostic.ts';
import { LINT_RULES } from '../../config/lint-rules.ts';
import type { LoadedModel } from '../../config/model/load.ts';
import { contextsOf } from '../conf/dialplan.ts';
import { type ConfFiles, diskFiles } from '../conf/files.ts';
import { printSections } from '../conf/printer.ts';
import { type ReadConf, readConf } from '../conf/reader.ts';
import { extensionContexts, type GeneratedContext } from '../extensions.ts';
import {
  callsArrive,
  contextsAreIncluded,
  dialsAreFiltered,
  hintsStandOnce,
  stepsDoNotMix,
} from './dialplan-rules.ts';
import { avatarsFit, engineRuns } from './host-rules.ts';
import {
  codecsAreThere,
  directionsFit,
  emergenciesPass,
  hintsHavePresence,
  hintsWatchBuddies,
  namesAreNoPatterns,
  namesFitTheDialplan,
  repliesEnd,
} from './model-rules.ts';
import type { Finding, HostFacts, LintInput, OperatorDialplan, Rule } from './rule.ts';

const RULES: readonly Rule[] = [
  callsArrive,
  contextsAreIncluded,
  stepsDoNotMix,
  hintsStandOnce,
  namesAreNoPatterns,
  namesFitTheDialplan,
  hintsWatchBuddies,
  hintsHavePresence,
  directionsFit,
  repliesEnd,
  codecsAreThere,
  emergenciesPass,
  dialsAreFiltered,
  avatarsFit,
  engineRuns,
];

export interface LintOptions {
  /** The operator's `extensions.conf`. */
  readonly dialplan?: string;
  readonly files?: ConfFiles;
  readonly host?: HostFacts;
}

/**
 * Looks for what the schema cannot know: see `docs/lint.md`. What the model silences is left out.
 *
 * @returns nothing for a model with mistakes, whose rules would only repeat them; otherwise what the
 * rules found, and what is odd in the dialplan's files (SFA100).
 */
export function lintModel(loaded: LoadedModel, options: LintOptions = {}): Diagnostic[] {
  const { model } = loaded;
  if (model === null) return [];
  const generated = extensionContexts(model);
  const conf =
    options.dialplan === undefined
      ? null
      : readDialplan(options.dialplan, generated, options.files ?? diskFiles);
  const input: LintInput = {
    model,
    generated,
    dialplan: conf === null || !conf.valid ? null : operatorDialplan(options.dialplan ?? '', conf),
    host: options.host ?? thisHost,
  };
  const findings = RULES.flatMap((rule) => rule(input)).filter(
    ({ code, path }) => !loaded.ignores(code, path),
  );
  return [
    ...(conf === null ? [] : conf.problems.map(confDiagnostic)),
    ...sortDiagnostics(findings.map((finding) => diagnosticOf(finding, loaded))),
  ];
}

function diagnosticOf({ code, path, message, place }: Finding, loaded: LoadedModel): Diagnostic {
  const { severity } = LINT_RULES[code];
  if (place === undefined) return loaded.diagnose({ path, code, message, severity });
  return placeProblem({ path, code, message, severity }, place.file, { line: place.line, column: 1 });
}

function confDiagnostic({ file, line, message, severity }: ReadConf['problems'][number]): Diagnostic {
  return { file, line, column: 1, key: printPath([]), message, severity, code: 'SFA100' };
}

const GENERATED = 'extensions_skype.conf';

/** Reads the operator's dialplan as if this model's file were in place already. */
function readDialplan(file: string, generated: readonly GeneratedContext[], files: ConfFiles): ReadConf {
  const text = Buffer.from(printSections(generated), 'utf8');
  return readConf(file, {
    files: {
      read: (path) => (basename(path) === GENERATED ? text : files.read(path)),
      glob: (pattern) => files.glob(pattern),
    },
  });
}

function operatorDialplan(file: string, conf: ReadConf): OperatorDialplan {
  const isOurs = (place: { readonly file: string }) => basename(place.file) === GENERATED;
  return {
    file,
    contexts: contextsOf(conf),
    includesOurs: conf.files.some((each) => isOurs({ file: each })),
    isOurs,
  };
}

/** The machine that this runs on. */
const thisHost: HostFacts = {
  readFile: (path) => orNull(() => readFileSync(path)),
  isDirectory: (path) => orNull(() => statSync(path).isDirectory()) ?? false,
  mounts: () => orNull(() => readFileSync('/proc/self/mounts', 'utf8')),
};

function orNull<T>(read: () => T): T | null {
  try {
    return read();
  } catch {
    return null;
  }
}
