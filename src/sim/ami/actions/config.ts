import { type ReadSection, readConf } from '../../../dialplan/conf/reader.ts';
import { type ActionContext, failure, type ManagerAction, successWith } from '../action.ts';
import type { Field } from '../blocks.ts';

/**
 * Configuration files over AMI. `system` is enough to read every secret of `chan_skype.conf` in clear (Asterisk 22
 * seen); in 1.4 it took `config`.
 */
export const CONFIG_ACTIONS: readonly ManagerAction[] = [
  {
    name: 'GetConfig',
    synopsis: 'Retrieve configuration.',
    rights: ['system', 'config'],
    ancientRights: ['config'],
    run: (context) => withSections(context, (sections) => plain(context, sections)),
  },
  {
    name: 'GetConfigJSON',
    synopsis: 'Retrieve configuration (JSON format).',
    rights: ['system', 'config'],
    later: true,
    run: (context) =>
      withSections(context, (sections) =>
        successWith(context, [['JSON', JSON.stringify(asObject(sections))]]),
      ),
  },
  {
    name: 'ListCategories',
    synopsis: 'List categories in configuration file.',
    rights: ['config'],
    later: true,
    run: (context) =>
      withSections(context, (sections) =>
        successWith(
          context,
          sections.map(({ name }, at) => [`Category-${sixDigits(at)}`, name]),
        ),
      ),
  },
];

/** Finds the sections that the request is about: all, or those of `Category`. */
function withSections(context: ActionContext, answer: (sections: readonly ReadSection[]) => string): string {
  const { request, world } = context;
  const name = request.text('Filename');
  if (name === '') return failure(context, 'Filename not specified');
  const path = world.files.get(name);
  const conf = path === undefined ? null : readConf(path);
  if (!conf) return failure(context, 'Config file not found');
  if (!conf.valid) return failure(context, 'Config file has invalid format');
  const category = request.text('Category').toLowerCase();
  return answer(
    conf.sections.filter((section) => category === '' || section.name.toLowerCase() === category),
  );
}

function plain(context: ActionContext, sections: readonly ReadSection[]): string {
  // A line without a colon, which is no header (Asterisk 22 seen).
  if (sections.length === 0 && context.world.variation.era === '22')
    return context.world.dialect.answer('Success', context.actionId, [], 'No categories found\r\n');
  return successWith(
    context,
    sections.flatMap(({ name, entries }, at): readonly Field[] => [
      [`Category-${sixDigits(at)}`, name],
      ...entries.map(
        ({ key, value }, line) => [`Line-${sixDigits(at)}-${sixDigits(line)}`, `${key}=${value}`] as const,
      ),
    ]),
  );
}

function asObject(sections: readonly ReadSection[]) {
  return Object.fromEntries(
    sections.map(({ name, entries }) => [
      name,
      Object.fromEntries(entries.map(({ key, value }) => [key, value])),
    ]),
  );
}

function sixDigits(number: number): string {
  return String(number).padStart(6, '0');
}
