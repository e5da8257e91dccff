import { dirname, resolve } from 'node:path';
import { type ConfFiles, diskFiles, isGlob } from './files.ts';
import { confLines, stripBlanks } from './lines.ts';
import { type ReadSection, Sections } from './sections.ts';

export type { ReadEntry, ReadSection } from './sections.ts';

/** What is odd in a file; the kinds from `section-open` on make a whole file invalid. */
export const CONF_PROBLEMS = {
  exec: 'a program that would write configuration; it was not run',
  'line-too-long': 'a line that Asterisk skips',
  'comment-open': 'a block comment without its end',
  'no-equals': 'a line without an equals sign',
  'no-key': 'a line without a key',
  directive: 'a directive that Asterisk does not know, or without its argument',
  encoding: 'bytes that are no UTF-8',
  'section-open': 'a section without ] or )',
  'section-unknown': 'a template or section that is not there',
  'no-section': 'a line before the first section',
  escape: 'a backslash in front of nothing',
  include: 'an #include of a file that is not there',
  file: 'a file that is not there',
} as const;
export type ConfProblemKind = keyof typeof CONF_PROBLEMS;

export interface ConfProblem {
  readonly kind: ConfProblemKind;
  /** Errors end the reading of their file; in the first file they make everything invalid. */
  readonly severity: 'error' | 'warning';
  readonly message: string;
  readonly file: string;
  readonly line: number;
}

/** A configuration file with everything that it includes. */
export interface ReadConf {
  /** False when Asterisk would refuse the file; there are no sections then. */
  readonly valid: boolean;
  /** Without templates. Two of one name are possible; most modules look at the first alone. */
  readonly sections: readonly ReadSection[];
  readonly templates: readonly ReadSection[];
  readonly problems: readonly ConfProblem[];
  /** Every file that was read, the first one first. */
  readonly files: readonly string[];
}

export interface ReadOptions {
  readonly files?: ConfFiles;
  /** Where relative paths of includes begin; the file's own directory when absent. */
  readonly directory?: string;
}

/**
 * Reads a `.conf` file as Asterisk 22 does (config.c; the laboratory's Asterisk was seen to agree):
 * `[section](!)`, `(template,...)`, `(+)`, `#include`, `#tryinclude` (patterns too), comments, `=`, `=>`,
 * `+=`, repeated keys, the limit of a line. `#exec` is reported, never run. Throws nothing that a file
 * causes; see `problems`.
 */
export function readConf(file: string, options: ReadOptions = {}): ReadConf {
  const path = resolve(file);
  const reader = new Reader(options.files ?? diskFiles, options.directory ?? dirname(path));
  const outcome = reader.load(path);
  if (outcome === 'absent') {
    reader.problem('file', 'error', 'found no file that can be read', path, 1);
  }
  const valid = outcome === 'read';
  const all = reader.sections.list();
  return {
    valid,
    sections: valid ? all.filter((section) => !section.template) : [],
    templates: valid ? all.filter((section) => section.template) : [],
    problems: reader.problems,
    files: reader.files,
  };
}

/** The first section of a name, without case, which is the one that modules look at. */
export function sectionNamed(conf: ReadConf, name: string): ReadSection | null {
  return conf.sections.find((section) => section.name.toLowerCase() === name.toLowerCase()) ?? null;
}

/** How deep files may include each other. */
const MAX_INCLUDE_LEVEL = 10;

/** What became of a file: `invalid` from some line on, `absent` when there was nothing to read. */
type Outcome = 'read' | 'invalid' | 'absent';

class Reader {
  readonly sections = new Sections();
  readonly problems: ConfProblem[] = [];
  readonly files: string[] = [];
  readonly #source: ConfFiles;
  readonly #directory: string;
  #level = 0;

  constructor(source: ConfFiles, directory: string) {
    this.#source = source;
    this.#directory = directory;
  }

  load(name: string): Outcome {
    if (this.#level > MAX_INCLUDE_LEVEL) return 'absent';
    const path = resolve(this.#directory, name);
    let outcome: Outcome = 'absent';
    this.#level++;
    for (const file of isGlob(path) ? this.#source.glob(path) : [path]) {
      const bytes = this.#source.read(file);
      if (bytes === null) continue;
      this.files.push(file);
      outcome = this.#readFile(file, Buffer.from(bytes).toString('latin1')) ? 'read' : 'invalid';
      if (outcome === 'invalid') break;
    }
    this.#level--;
    return outcome;
  }

  #readFile(file: string, bytes: string): boolean {
    const { lines, problems } = confLines(bytes);
    for (const { kind, message, number } of problems) this.problem(kind, 'warning', message, file, number);
    // Where an included file ends, its includer goes on with the section that it was in.
    const outer = this.sections.enter();
    const whole = lines.every(({ text, number }) => this.#readLine(text, file, number));
    this.sections.leave(outer);
    return whole;
  }

  /** False when Asterisk gives up the file here. */
  #readLine(text: string, file: string, line: number): boolean {
    if (text.startsWith('[')) return this.#header(text, file, line);
    if (text.startsWith('#')) return this.#directive(text, file, line);
    return this.#entry(text, file, line);
  }

  #header(text: string, file: string, line: number): boolean {
    const close = text.indexOf(']');
    if (close === -1) return this.#fail('section-open', 'found a section without ]', file, line);
    let options: string[] | null = null;
    // Anything but a bracket right behind is ignored.
    if (text[close + 1] === '(') {
      const end = text.indexOf(')', close);
      if (end === -1) return this.#fail('section-open', 'found options of a section without )', file, line);
      options = text.slice(close + 2, end).split(',');
    }
    const missing = this.sections.begin(this.#decode(text.slice(1, close), file, line), options, file, line);
    if (missing === null) return true;
    return this.#fail('section-unknown', `found no section [${missing}] before this one`, file, line);
  }

  #directive(text: string, file: string, line: number): boolean {
    const [, word = '', argument = ''] = /^#([^\0- ]*)(.*)$/s.exec(text) ?? [];
    const directive = word.toLowerCase();
    if (directive === 'exec') {
      this.problem('exec', 'warning', `found ${text}, which was not run`, file, line);
      return true;
    }
    const target = unquote(this.#decode(stripBlanks(argument), file, line));
    if ((directive !== 'include' && directive !== 'tryinclude') || target === '') {
      this.problem('directive', 'warning', `found ${text}, which Asterisk ignores`, file, line);
      return true;
    }
    const outcome = this.load(target);
    if (outcome !== 'absent' || directive === 'tryinclude') return true;
    return this.#fail('include', `found no file ${target} to include`, file, line);
  }

  #entry(text: string, file: string, line: number): boolean {
    if (!this.sections.open) {
      return this.#fail('no-section', 'found a line before the first section', file, line);
    }
    // A backslash in front keeps `[`, `#` and `=` from meaning something.
    const escaped = text.startsWith('\\') ? 1 : 0;
    const rest = text.slice(escaped);
    if (escaped === 1 && !/^[!-\x7f]/.test(rest)) {
      return this.#fail('escape', 'found a backslash in front of nothing', file, line);
    }
    const equals = rest.indexOf('=', escaped);
    if (equals === -1) {
      this.problem('no-equals', 'warning', 'found a line without =, which Asterisk ignores', file, line);
      return true;
    }
    const appends = equals > escaped && rest[equals - 1] === '+';
    const arrow = !appends && rest[equals + 1] === '>';
    const key = this.#decode(stripBlanks(rest.slice(0, appends ? equals - 1 : equals)), file, line);
    const value = this.#decode(rest.slice(equals + (arrow ? 2 : 1)), file, line);
    if (appends && this.sections.append(key, value)) return true;
    if (key === '') {
      this.problem('no-key', 'warning', 'found a line without a key, which Asterisk ignores', file, line);
      return true;
    }
    this.sections.add({ key, value: stripBlanks(value), arrow, inheritedFrom: null, file, line });
    return true;
  }

  #decode(bytes: string, file: string, line: number): string {
    if (!/[\x80-\xff]/.test(bytes)) return bytes;
    const text = Buffer.from(bytes, 'latin1').toString('utf8');
    if (text.includes('\ufffd') && !bytes.includes('\xef\xbf\xbd')) {
      this.problem('encoding', 'warning', 'found bytes that are no UTF-8', file, line);
    }
    return text;
  }

  #fail(kind: ConfProblemKind, message: string, file: string, line: number): false {
    const rest = this.#level > 1 ? 'Asterisk reads no more of this file' : 'Asterisk refuses the whole file';
    this.problem(kind, 'error', `${message}: ${rest}`, file, line);
    return false;
  }

  problem(
    kind: ConfProblemKind,
    severity: ConfProblem['severity'],
    message: string,
    file: string,
    line: number,
  ): void {
    this.problems.push({ kind, severity, message, file, line });
  }
}

/** Takes away one pair of `"..."` or `<...>`. */
function unquote(target: string): string {
  const close = target.startsWith('"') ? '"' : target.startsWith('<') ? '>' : null;
  return close !== null && target.endsWith(close) ? target.slice(1, -1) : target;
}
