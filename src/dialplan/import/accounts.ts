import { GENERAL_OPTIONS, USER_OPTIONS } from '../../config/model/options.ts';
import type { ReadConf, ReadEntry, ReadSection } from '../conf/reader.ts';
import { type Draft, type DraftMapping, type DraftValue, mappingOf } from './draft.ts';

/** Takes `[general]` and the accounts of `chan_skype.conf` over; of two sections of a name the driver reads the first. */
export function importAccounts(conf: ReadConf, draft: Draft): void {
  const seen = new Set<string>();
  const users = mappingOf();
  for (const section of conf.sections) {
    const key = section.name.toLowerCase();
    if (seen.has(key)) {
      draft.note('lost', section, `[${section.name}] stands twice, and the driver reads the first alone`);
      continue;
    }
    seen.add(key);
    if (key === 'general') {
      const general = optionsOf(section, ['general'], Object.keys(GENERAL_OPTIONS), draft);
      if (Object.keys(general).length > 0) draft.root['general'] = general;
      continue;
    }
    const path = ['users', section.name];
    draft.from(path, section);
    users[section.name] = optionsOf(section, path, [...Object.keys(USER_OPTIONS), 'setvar'], draft);
  }
  draft.root['users'] = users;
}

function optionsOf(
  section: ReadSection,
  path: readonly string[],
  known: readonly string[],
  draft: Draft,
): DraftMapping {
  const options = mappingOf();
  const variables = mappingOf();
  const codecs = new Codecs();
  // Of an option that stands twice, a template's line perhaps, the later one counts.
  const last = new Map<string, ReadEntry>();
  for (const entry of section.entries) {
    // The manual's prose spells one option in another way than its table.
    const key = entry.key.toLowerCase() === 'bindport' ? 'bind_port' : entry.key.toLowerCase();
    if (!known.includes(key)) {
      draft.note('lost', entry, `${entry.key} is no option of [${section.name}]`);
    } else if (key === 'setvar') addVariable(variables, entry, [...path, 'setvar'], draft);
    else if (key === 'allow' || key === 'disallow') {
      codecs.add(key, onlyKnown(listOf(entry.value), CODECS, entry, draft));
      draft.from([...path, key], entry);
    } else last.set(key, entry);
  }
  for (const [key, entry] of last) {
    if (entry.value === '') continue;
    options[key] = draftValue(key, entry, path, draft);
    draft.from([...path, key], entry);
  }
  Object.assign(options, codecs.options());
  if (Object.keys(variables).length > 0) options['setvar'] = variables;
  return ordered(options, known);
}

function addVariable(variables: DraftMapping, entry: ReadEntry, path: readonly string[], draft: Draft): void {
  const equals = entry.value.indexOf('=');
  if (equals < 1) {
    draft.note('lost', entry, 'setvar without NAME=value');
    return;
  }
  const name = entry.value.slice(0, equals).trim();
  // Again at the end: of two the later one counts.
  delete variables[name];
  variables[name] = entry.value.slice(equals + 1).trim();
  draft.from([...path, name], entry);
}

const TRUE = new Set(['yes', 'true', 'y', 't', '1', 'on']);
const FALSE = new Set(['no', 'false', 'n', 'f', '0', 'off']);
const FLAGS = new Set(['debug', 'disable_tcpauto', 'disable_udp', 'buddy_presence', 'webpresence']);

function draftValue(key: string, entry: ReadEntry, path: readonly string[], draft: Draft): DraftValue {
  const { value } = entry;
  const word = value.toLowerCase();
  if (FLAGS.has(key)) return TRUE.has(word) ? 'yes' : FALSE.has(word) ? 'no' : value;
  if (key === 'secret' || key.endsWith('_password')) return draft.secret([...path.slice(1), key], value);
  if (key === 'direction') return word;
  if (key === 'buddy_autoadd') {
    const list = listOf(word);
    return list.length === 1 && FALSE.has(list[0] ?? '') ? 'no' : [...new Set(list)];
  }
  if (key !== 'auth_policy') return value;
  const policies = onlyKnown(listOf(value), POLICIES, entry, draft);
  // No policy would mean the default, which accepts everybody.
  if (policies.length === 0) return ['ignore'];
  return policies.map((item) => {
    const password = /^accept\.(.+)$/is.exec(item)?.[1];
    if (password === undefined) return item.toLowerCase();
    return mappingOf({ accept: draft.secret([...path.slice(1), 'auth', 'password'], password) });
  });
}

const CODECS = /^(?:ulaw|alaw|g729|all)$/i;
const POLICIES = /^(?:accept|accept\..+|deny|block|ignore)$/is;

/** The items that the driver knows; it passes over the others, and so does the model. They may be passwords. */
function onlyKnown(list: readonly string[], known: RegExp, entry: ReadEntry, draft: Draft): string[] {
  const kept = list.filter((item) => known.test(item));
  const lost = list.length - kept.length;
  if (lost > 0)
    draft.note(
      'lost',
      entry,
      `${lost} of ${list.length} items of ${entry.key}, which the driver does not know`,
    );
  return kept;
}

/** `a, b` as conf lists are written. */
function listOf(value: string): string[] {
  return value
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');
}

/** In the order of the manual, which is that of the generated file. */
function ordered(options: DraftMapping, known: readonly string[]): DraftMapping {
  const sorted = mappingOf();
  for (const key of known) {
    const value = options[key];
    if (value !== undefined) sorted[key] = value;
  }
  return sorted;
}

/** Follows `allow` and `disallow`, which the driver works off line by line from all its codecs on. */
class Codecs {
  #allowed: string[] = ['ulaw', 'alaw', 'g729'];
  #disallowed: string[] = [];
  #allows = false;

  add(key: 'allow' | 'disallow', list: readonly string[]): void {
    for (const codec of list.map((item) => item.toLowerCase())) {
      if (key === 'allow') {
        this.#allows = true;
        this.#disallowed = this.#disallowed.filter((item) => item !== codec);
        if (!this.#allowed.includes(codec)) this.#allowed.push(codec);
      } else {
        if (codec === 'all') this.#disallowed = [];
        this.#disallowed.push(codec);
        this.#allowed = codec === 'all' ? [] : this.#allowed.filter((item) => item !== codec);
      }
    }
  }

  options(): Record<string, string[]> {
    if (this.#allows && this.#allowed.length > 0) return { allow: this.#allowed };
    return this.#disallowed.length > 0 ? { disallow: [...new Set(this.#disallowed)] } : {};
  }
}
