import { basename, join, resolve } from 'node:path';
import { Document, isMap, isScalar, visit } from 'yaml';
import { type Contexts, contextsOf } from '../conf/dialplan.ts';
import { type ConfFiles, diskFiles } from '../conf/files.ts';
import { type ReadConf, readConf } from '../conf/reader.ts';
import { importAccounts } from './accounts.ts';
import { importCalls } from './calls.ts';
import { Draft, type ImportedSecret, type ImportNote, type Place } from './draft.ts';
import { importManagers } from './managers.ts';
import { prune } from './prune.ts';

export type { ImportedSecret, ImportNote } from './draft.ts';

/** An existing configuration as a model. */
export interface ImportedModel {
  /** The model as YAML; null when `chan_skype.conf` is not there or Asterisk would refuse it. */
  readonly yaml: string | null;
  /** What the model refers to by `{ env: NAME }`. */
  readonly secrets: readonly ImportedSecret[];
  /** What the operator should know, in the order of files and lines. A line that is lost is told once. */
  readonly notes: readonly ImportNote[];
}

/**
 * Reads the configuration of a PBX out of its directory: `chan_skype.conf`, the hints and calls of Skype
 * in `extensions.conf` and `extensions_skype.conf`, the users of `manager_skype.conf`. Files of the
 * operator's own beside generated ones (`*_skype_local.conf`) stay his. Throws nothing that a file causes.
 */
export function importConfiguration(directory: string, source: ConfFiles = diskFiles): ImportedModel {
  const draft = new Draft();
  draft.root['version'] = '1';
  const files = withoutLocal(source);
  const read = (name: string) => readConf(join(resolve(directory), name), { files });
  const chanSkype = read('chan_skype.conf');
  tell(chanSkype, draft);
  if (!chanSkype.valid) return { yaml: null, secrets: [], notes: draft.notes };
  importAccounts(chanSkype, draft);
  importCalls(dialplan(read, draft), draft);
  const managers = read('manager_skype.conf');
  if (managers.files.length > 0) {
    tell(managers, draft);
    importManagers(managers, draft);
  }
  prune(draft);
  return { yaml: print(draft), secrets: draft.secrets, notes: sorted(draft.notes) };
}

function dialplan(read: (name: string) => ReadConf, draft: Draft): Contexts {
  const own = read('extensions.conf');
  const found = own.files.length > 0 ? [own] : [];
  // A generated file that nobody includes yet belongs to the configuration all the same.
  if (!own.files.some((file) => basename(file) === 'extensions_skype.conf')) {
    const generated = read('extensions_skype.conf');
    if (generated.files.length > 0) found.push(generated);
  }
  for (const conf of found) tell(conf, draft);
  return contextsOf(...found);
}

/** What the reader could not read is lost for the model too. */
function tell({ problems }: ReadConf, draft: Draft): void {
  for (const problem of problems) draft.note('lost', problem, problem.message);
}

function withoutLocal(files: ConfFiles): ConfFiles {
  return {
    read: (path) => (/_skype_local\.conf$/.test(path) ? null : files.read(path)),
    glob: (pattern) => files.glob(pattern),
  };
}

function sorted(notes: readonly ImportNote[]): ImportNote[] {
  const lost = new Set(notes.filter(({ kind }) => kind === 'lost').map(printPlace));
  return notes
    .filter((note) => note.kind === 'lost' || !(lost.has(printPlace(note)) || isGenerated(note)))
    .toSorted((a, b) => (a.file === b.file ? a.line - b.line : a.file < b.file ? -1 : 1));
}

function printPlace({ file, line }: Place): string {
  return `${file}:${line}`;
}

/** Nobody has to remove anything from a file that is generated again. */
function isGenerated({ file, kind }: ImportNote): boolean {
  return kind === 'moved' && basename(file) === 'extensions_skype.conf';
}

function print(draft: Draft): string {
  // Under the failsafe schema text is quoted only where YAML needs it, as people write it.
  const document = new Document(draft.root, { schema: 'failsafe', aliasDuplicateObjects: false });
  visit(document, {
    Scalar(_key, node) {
      // Without quotation marks nothing is no text.
      if (node.value === '') node.type = 'QUOTE_DOUBLE';
    },
    Map(_key, node) {
      if (node.items.length === 1 && (node.has('env') || node.has('accept'))) node.flow = true;
    },
    Seq(_key, node) {
      if (node.items.every((item) => isScalar(item) || (isMap(item) && item.has('accept')))) node.flow = true;
    },
  });
  const modeline = '# yaml-language-server: $schema=sfa-model.schema.json\n';
  return modeline + document.toString({ lineWidth: 0, flowCollectionPadding: true });
}

/**
 * Prints secrets for `set -a; . FILE; set +a`, one `NAME='value'` a line; a quotation mark in a value is
 * written as `'\''`.
 */
export function printSecrets(secrets: readonly ImportedSecret[]): string {
  return secrets.map(({ name, value }) => `${name}='${value.replaceAll("'", "'\\''")}'\n`).join('');
}
