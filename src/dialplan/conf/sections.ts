/** A line `key = value` of a section, and where it stands. */
export interface ReadEntry {
  readonly key: string;
  readonly value: string;
  /** Written with `=>`. */
  readonly arrow: boolean;
  /** The section that it was taken over from, null for the section's own lines. */
  readonly inheritedFrom: string | null;
  readonly file: string;
  readonly line: number;
}

/** A section as the modules of Asterisk see it: with what templates gave, in the order of the lines. */
export interface ReadSection {
  readonly name: string;
  readonly file: string;
  readonly line: number;
  readonly entries: readonly ReadEntry[];
}

/** Asterisk keeps names of sections in 80 bytes. */
const MAX_NAME_BYTES = 79;

/** A section that may still grow. */
export interface GrowingSection extends ReadSection {
  template: boolean;
  readonly entries: ReadEntry[];
}

/** The sections of a file while it is being read, with inheritance as Asterisk does it: by copying. */
export class Sections {
  readonly #all: GrowingSection[] = [];
  /** The section that lines go to. */
  #section: GrowingSection | null = null;
  /** The section that a file begins in when it is included. */
  #current: GrowingSection | null = null;

  list(): readonly (ReadSection & { readonly template: boolean })[] {
    return this.#all;
  }

  get open(): boolean {
    return this.#section !== null;
  }

  /** Begins a file that is included; hand the answer to {@link leave}. */
  enter(): GrowingSection | null {
    const outer = this.#section;
    this.#section = this.#current;
    return outer;
  }

  leave(outer: GrowingSection | null): void {
    this.#section = outer;
  }

  /**
   * Begins `[name](options)`. Options: `!` template, `+` extend the section of this name, anything else
   * a section whose lines are copied.
   *
   * @returns null, or the name of a section that is not there.
   */
  begin(name: string, options: readonly string[] | null, file: string, line: number): string | null {
    const fresh: GrowingSection = { name: truncate(name), file, line, template: false, entries: [] };
    let section = fresh;
    for (const option of options ?? []) {
      if (option === '!') section.template = true;
      else if (option.startsWith('+')) {
        const existing = this.#find(name, option.slice(1));
        if (existing === null) return name;
        if (section === fresh) {
          existing.template ||= fresh.template;
          existing.entries.push(...fresh.entries);
        }
        section = existing;
      } else {
        const base = this.#find(option, 'TEMPLATES=include');
        if (base === null) return option;
        const copies = base.entries.map((entry) => ({ ...entry, inheritedFrom: base.name }));
        section.entries.push(...copies);
      }
    }
    this.#section = section;
    this.#current = section;
    if (section === fresh) this.#all.push(fresh);
    return null;
  }

  add(entry: ReadEntry): void {
    this.#section?.entries.push(entry);
  }

  /** `key += value`: false when the section has no such key yet. */
  append(key: string, value: string): boolean {
    const entries = this.#section?.entries ?? [];
    const index = entries.findLastIndex((entry) => entry.key === key);
    const entry = entries[index];
    if (entry === undefined) return false;
    entries[index] = { ...entry, value: `${entry.value}${value}`.replace(/^[\0- ]+|[\0- ]+$/g, '') };
    return true;
  }

  /** The first section of a name; an empty name fits every section. */
  #find(name: string, filter: string): GrowingSection | null {
    const key = truncate(name).toLowerCase();
    return (
      this.#all.find(
        (section) => (key === '' || section.name.toLowerCase() === key) && fits(section, filter),
      ) ?? null
    );
  }
}

/** A filter such as `TEMPLATES=include&type=friend`; the values are regular expressions. */
function fits(section: GrowingSection, filter: string): boolean {
  let templates = 'no';
  for (const part of filter.split('&').filter((text) => text !== '')) {
    const [key = '', value = ''] = part.split('=', 2);
    if (key === 'TEMPLATES') templates = value;
    else if (!section.entries.some((entry) => entry.key === key && searches(value, entry.value)))
      return false;
  }
  if (templates === 'restrict') return section.template;
  return !section.template || templates === 'include';
}

function searches(pattern: string, text: string): boolean {
  try {
    return new RegExp(pattern).test(text);
  } catch {
    return false;
  }
}

function truncate(name: string): string {
  const bytes = Buffer.from(name, 'utf8');
  return bytes.length <= MAX_NAME_BYTES ? name : bytes.subarray(0, MAX_NAME_BYTES).toString('utf8');
}
