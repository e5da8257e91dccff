import type { ResolvedSecrets } from '../config/model/load.ts';
import type { ProvisioningModel } from '../config/model/schema.ts';
import { chanSkypeSections } from './chan-skype.ts';
import { printSections } from './conf/printer.ts';
import { extensionContexts } from './extensions.ts';
import { printHeader, printIncludeAdvice } from './header.ts';
import { renderTemplate } from './templates.ts';

/** A file for the configuration directory of Asterisk. */
export interface GeneratedFile {
  readonly name: 'chan_skype.conf' | 'extensions_skype.conf';
  readonly text: string;
}

export interface GenerateOptions {
  /** The model's file; its base name stands in the headers. */
  readonly modelFile: string;
}

/**
 * Generates the configuration of one PBX. The same arguments give the same bytes.
 *
 * @throws CompanionError CONFIG_INVALID for a secret that was not resolved, VALUE_FORBIDDEN for a value
 * that no line can carry; neither happens to a model and secrets that `loadModel` found without errors.
 */
export function generate(
  model: ProvisioningModel,
  secrets: ResolvedSecrets,
  { modelFile }: GenerateOptions,
): GeneratedFile[] {
  const header = printHeader(modelFile);
  const contexts = extensionContexts(model);
  return [
    {
      name: 'chan_skype.conf',
      text: renderTemplate('chan_skype.conf', {
        header,
        sections: printSections(chanSkypeSections(model, secrets)),
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
}
