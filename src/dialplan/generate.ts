import type { ResolvedSecrets } from '../config/model/load.ts';
import type { ProvisioningModel } from '../config/model/schema.ts';
import { chanSkypeSections } from './chan-skype.ts';
import { printComment, printSections } from './conf/printer.ts';
import { extensionContexts } from './extensions.ts';
import { printHeader, printIncludeAdvice } from './header.ts';
import { managerSections } from './manager.ts';
import { digestOf, stamp } from './stamp.ts';
import { renderTemplate } from './templates.ts';

/** Every file that may be generated, in the order in which they are. */
export const GENERATED_FILES = ['chan_skype.conf', 'extensions_skype.conf', 'manager_skype.conf'] as const;
export type GeneratedFileName = (typeof GENERATED_FILES)[number];

/** A file for the configuration directory of Asterisk. */
export interface GeneratedFile {
  readonly name: GeneratedFileName;
  readonly text: string;
}

export interface GenerateOptions {
  /** The model's file; its base name stands in the headers. */
  readonly modelFile: string;
  /** Write the driver's defaults too. */
  readonly explicit?: boolean;
}

/**
 * Generates the configuration of one PBX. The same arguments give the same bytes. Each file carries the
 * digest of the whole model's output, secrets left out, and one of itself: a plan sees by them what was
 * edited by hand.
 *
 * @throws CompanionError CONFIG_INVALID for a secret that was not resolved, VALUE_FORBIDDEN for a value
 * that no line can carry; neither happens to a model and secrets that `loadModel` found without errors.
 */
export function generate(
  model: ProvisioningModel,
  secrets: ResolvedSecrets,
  options: GenerateOptions,
): GeneratedFile[] {
  // Everybody may read the dialplan: its stamp must not be one to try passwords against.
  const hidden = new Map(Array.from(secrets.keys(), (id) => [id, 'secret'] as const));
  const digest = digestOf(render(model, hidden, options).map(({ text }) => text));
  return render(model, secrets, options).map(({ name, text }) => ({ name, text: stamp(text, digest) }));
}

/** A generated file that holds nothing, for one that others include and that must not be missing. */
export function emptyFile(name: GeneratedFileName, modelFile: string): GeneratedFile {
  const text = `${printHeader(modelFile)}\n${printComment('The model has nothing for this file.')}\n`;
  return { name, text: stamp(text, digestOf([])) };
}

function render(
  model: ProvisioningModel,
  secrets: ResolvedSecrets,
  { modelFile, explicit = false }: GenerateOptions,
): GeneratedFile[] {
  const header = printHeader(modelFile);
  const contexts = extensionContexts(model);
  const files: GeneratedFile[] = [
    {
      name: 'chan_skype.conf',
      text: renderTemplate('chan_skype.conf', {
        header,
        sections: printSections(chanSkypeSections(model, secrets, { explicit })),
      }),
    },
    {
      name: 'extensions_skype.conf',
      text: renderTemplate('extensions_skype.conf', {
        header,
        advice: printIncludeAdvice(contexts),
        contexts: contexts.length === 0 ? '' : `\n\n${printSections(contexts)}`,
      }),
    },
  ];
  // Without users of the model there is nothing that the operator's manager.conf would have to include.
  if (model.managers.length > 0) {
    const sections = printSections(managerSections(model.managers, secrets));
    files.push({
      name: 'manager_skype.conf',
      text: renderTemplate('manager_skype.conf', { header, sections }),
    });
  }
  return files;
}
