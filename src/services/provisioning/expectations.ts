import type { ProvisioningModel } from '../../config/model/schema.ts';
import { contextsOf } from '../../dialplan/conf/dialplan.ts';
import { textFiles } from '../../dialplan/conf/files.ts';
import { type ReadConf, readConf } from '../../dialplan/conf/reader.ts';
import { extensionContexts } from '../../dialplan/extensions.ts';
import { isSkypeName, type SkypeName } from '../../model/skype-name.ts';
import type { FileChange } from './file-plan.ts';
import type { HintPlace } from './pbx-control.ts';

/** A context of the operator, and the generated one that it has to include. */
export interface WantedInclude {
  readonly context: string;
  readonly includes: string;
}

/** What a PBX has that runs a set of generated files. */
export interface Expectations {
  readonly accounts: readonly { readonly user: SkypeName; readonly canLogIn: boolean }[];
  readonly hints: readonly HintPlace[];
  /** The contexts of `extensions_skype.conf`. */
  readonly contexts: readonly string[];
  /** Empty where only the files are known. */
  readonly includes: readonly WantedInclude[];
}

/** What a model promises. */
export function expectationsOfModel(model: ProvisioningModel): Expectations {
  const contexts = extensionContexts(model);
  return {
    accounts: model.users.map(({ name, secret }) => ({ user: name, canLogIn: secret !== undefined })),
    hints: contexts.flatMap(({ name, entries }) =>
      entries.flatMap(({ value }) => {
        const exten = /^([^,]+),hint,/.exec(value)?.[1];
        return exten === undefined ? [] : [{ exten, context: name }];
      }),
    ),
    contexts: contexts.map(({ name }) => name),
    // Where the operator is free to include it, nobody can say where he did.
    includes: contexts.flatMap(({ name, includedBy }) =>
      includedBy.flatMap((context) => (context === null ? [] : [{ context, includes: name }])),
    ),
  };
}

/** What generated files promise, where the model that they came from is gone. */
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
    includes: [],
  };
}

function readText(files: readonly FileChange[], name: string): ReadConf {
  const text = files.find((file) => file.name === name)?.text ?? '';
  const path = `/${name}`;
  return readConf(path, { files: textFiles({ [path]: text }) });
}
