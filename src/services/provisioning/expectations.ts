import { contextsOf } from '../../dialplan/conf/dialplan.ts';
import { textFiles } from '../../dialplan/conf/files.ts';
import { type ReadConf, readConf } from '../../dialplan/conf/reader.ts';
import { isSkypeName, type SkypeName } from '../../model/skype-name.ts';
import type { FileChange } from './file-plan.ts';
import type { HintPlace } from './pbx-control.ts';

/** What a PBX that runs a set of files has; read from the files, so that it holds for a rollback too. */
export interface Expectations {
  readonly accounts: readonly { readonly user: SkypeName; readonly canLogIn: boolean }[];
  readonly hints: readonly HintPlace[];
  /** The contexts of `extensions_skype.conf`. */
  readonly contexts: readonly string[];
}

/** Reads what generated files promise. */
export function expectationsOf(files: readonly FileChange[]): Expectations {
  const driver = readText(files, 'chan_skype.conf');
  const contexts = contextsOf(readText(files, 'extensions_skype.conf'));
  return {
    accounts: driver.sections.flatMap(({ name, entries }) => {
      if (name.toLowerCase() === 'general' || !isSkypeName(name)) return [];
      const canLogIn = entries.some(({ key, value }) => key.toLowerCase() === 'secret' && value !== '');
      return [{ user: name, canLogIn }];
    }),
    hints: [...contexts.values()].flatMap(({ name, steps }) =>
      steps.flatMap(({ exten, priority }) => (priority === 'hint' ? [{ exten, context: name }] : [])),
    ),
    contexts: [...contexts.keys()],
  };
}

function readText(files: readonly FileChange[], name: string): ReadConf {
  const text = files.find((file) => file.name === name)?.text ?? '';
  const path = `/${name}`;
  return readConf(path, { files: textFiles({ [path]: text }) });
}
