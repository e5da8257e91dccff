import { type ReadSection, readConf } from '../../dialplan/conf/reader.ts';
import { CompanionError } from '../../model/errors.ts';
import type { ExtensionTable } from '../calls/dialplan.ts';
import type { Hint } from '../calls/hints.ts';

/** What an `extensions.conf` gives to the simulated PBX. */
export interface DialplanConf {
  readonly extensions: ExtensionTable;
  readonly hints: readonly Hint[];
  /** Which contexts a context includes; one without extensions stands here too. */
  readonly includes?: Readonly<Record<string, readonly string[]>>;
}

/**
 * Reads the extensions and hints of an `extensions.conf`: `exten => X,1,App(data)`, `exten => X,n,...`,
 * `same => n,...`, `exten => X,hint,Skype:user@buddy`. Priorities must follow each other; includes between
 * contexts are not followed.
 *
 * @throws CompanionError `CONFIG_INVALID` for a file that Asterisk refuses as a whole.
 */
export function readDialplanConf(file: string): DialplanConf {
  const conf = readConf(file);
  if (!conf.valid) throw new CompanionError('CONFIG_INVALID', `${file}: Asterisk would refuse this file`);
  return dialplanConf(conf.sections);
}

/** Turns sections, which are contexts, into extensions and hints. */
export function dialplanConf(sections: readonly ReadSection[]): DialplanConf {
  const extensions: Record<string, string[]> = {};
  const hints: Hint[] = [];
  const includes: Record<string, string[]> = {};
  for (const { name: context, entries } of sections) {
    if (context === 'general' || context === 'globals') continue;
    let exten = '';
    includes[context] ??= [];
    for (const { key, value } of entries) {
      if (key === 'include') includes[context]?.push(value);
      const [first = '', ...rest] = key === 'same' ? [exten, ...value.split(',')] : value.split(',');
      if (key !== 'exten' && key !== 'same') continue;
      exten = first;
      const [priority = '', ...application] = rest;
      const text = application.join(',');
      if (priority.trim() === 'hint') hints.push({ exten, context, device: text.trim() });
      else {
        const name = `${exten}@${context}`;
        extensions[name] = [...(extensions[name] ?? []), text];
      }
    }
  }
  return { extensions, hints, includes };
}
