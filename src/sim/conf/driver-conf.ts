import { GENERAL_OPTIONS } from '../../config/model/options.ts';
import { type ReadSection, readConf } from '../../dialplan/conf/reader.ts';
import { CompanionError } from '../../model/errors.ts';
import { nameKey } from '../../model/skype-name.ts';
import type { AccountSetup, Direction } from '../skype/members.ts';
import { isWritableProperty } from '../skype/properties.ts';

/** What the driver takes from `chan_skype.conf`. */
export interface DriverConf {
  readonly accounts: readonly AccountSetup[];
  /** Every option of `[general]` with its value or default, in the order of manual 3.1. */
  readonly settings: readonly (readonly [name: string, value: string])[];
  readonly defaultUser: string | null;
}

/**
 * Reads a `chan_skype.conf` as Asterisk does, through the reader that the laboratory proves. Options that are
 * unknown or hold nonsense are passed over in silence: a real driver only logs them.
 *
 * @throws CompanionError `CONFIG_INVALID` for a file that Asterisk refuses as a whole.
 */
export function readDriverConf(file: string): DriverConf {
  const conf = readConf(file);
  if (!conf.valid) {
    const reasons = conf.problems.filter(({ severity }) => severity === 'error');
    const lines = reasons.map((problem) => `${problem.file}:${problem.line}: ${problem.message}`);
    throw new CompanionError('CONFIG_INVALID', lines.join('\n') || `${file}: cannot be read`);
  }
  return driverConf(conf.sections);
}

/** Turns sections into accounts; of two sections of one name the first counts. */
export function driverConf(sections: readonly ReadSection[]): DriverConf {
  const byName = new Map<string, ReadSection>();
  for (const section of sections) {
    const key = nameKey(section.name);
    if (!byName.has(key)) byName.set(key, section);
  }
  const general = byName.get('general');
  const option = (name: string) => general && last(general, name);
  byName.delete('general');
  return {
    accounts: [...byName.values()].map(accountOf),
    settings: Object.entries(GENERAL_OPTIONS).map(([name, { default: fallback }]) => [
      name,
      option(name) ?? fallback ?? '',
    ]),
    defaultUser: option('default_user') ?? null,
  };
}

function accountOf(section: ReadSection): AccountSetup {
  const text = (name: string) => last(section, name);
  const list = (name: string) =>
    text(name)
      ?.split(',')
      .map((word) => word.trim());
  const setvar = section.entries.filter(({ key }) => key === 'setvar').map(({ value }) => value);
  const profile: Record<string, string> = {};
  for (const name of ['birthday', 'country', 'homepage', 'gender']) {
    const value = text(name);
    if (value !== undefined) profile[name] = value;
  }
  for (const assignment of setvar) {
    const [, property = '', value = ''] = /^SKYPE_ACCOUNT_PROPERTY\((\w+)\)=(.*)$/s.exec(assignment) ?? [];
    if (isWritableProperty(property)) profile[property] = value;
  }
  const autoadd = list('buddy_autoadd')?.filter((word) => word === 'hints' || word === 'buddies');
  return defined({
    user: section.name,
    // An empty secret is as good as none.
    secret: text('secret') || undefined,
    context: text('context'),
    exten: text('exten'),
    direction: direction(text('direction')),
    allow: list('allow'),
    auth_policy: list('auth_policy'),
    buddy_autoadd: autoadd,
    buddy_presence: flag(text('buddy_presence')),
    autoreply: text('autoreply') || undefined,
    profile,
    setvar,
  });
}

/** Of a repeated option the last counts, as in every module that walks over its lines. */
function last(section: ReadSection, key: string): string | undefined {
  return section.entries.findLast((entry) => entry.key.toLowerCase() === key)?.value;
}

function direction(text: string | undefined): Direction | undefined {
  return text === 'incoming' || text === 'outgoing' || text === 'both' ? text : undefined;
}

/** Asterisk's `ast_true`: everything else is no. */
function flag(text: string | undefined): boolean | undefined {
  return text === undefined ? undefined : /^(?:yes|true|y|t|1|on)$/i.test(text);
}

/** The same object without the fields that are undefined. */
function defined<Fields extends object>(
  fields: Fields,
): { [Name in keyof Fields]: Exclude<Fields[Name], undefined> } {
  const entries = Object.entries(fields).filter(([, value]) => value !== undefined);
  // Object.fromEntries forgets which key has which type.
  return Object.fromEntries(entries) as { [Name in keyof Fields]: Exclude<Fields[Name], undefined> };
}
