/**
 * A reader of `.conf` text after the rules of Asterisk's `config.c` and `pbx_config.c`, written for tests
 * and from their descriptions, not from the printer: what it reads is what Asterisk would.
 */
export interface ReadSection {
  readonly name: string;
  readonly values: [key: string, value: string][];
}

const MAX_LINE = 8190;

/** Everything below 33 is a blank to Asterisk. */
function strip(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && text.charCodeAt(start) < 33) start++;
  while (end > start && text.charCodeAt(end - 1) < 33) end--;
  return text.slice(start, end);
}

/** Reads a file; `include` lines come back as values of the section `#`. */
export function readConf(text: string): ReadSection[] {
  const directives: ReadSection = { name: '#', values: [] };
  const sections = [directives];
  let inBlock = false;
  for (const line of text.split('\n')) {
    if (Buffer.byteLength(line) > MAX_LINE) continue;
    let rest = line.includes('\0') ? line.slice(0, line.indexOf('\0')) : line;
    let kept = '';
    while (rest !== '') {
      if (inBlock) {
        const end = rest.indexOf('--;');
        if (end === -1) break;
        inBlock = false;
        rest = rest.slice(end + 3);
        continue;
      }
      const at = rest.indexOf(';');
      if (at === -1) {
        kept += rest;
        break;
      }
      if (rest[at - 1] === '\\') {
        kept += `${rest.slice(0, at - 1)};`;
        rest = rest.slice(at + 1);
      } else if (rest.startsWith(';--', at) && rest[at + 3] !== '-') {
        kept += rest.slice(0, at);
        inBlock = true;
        rest = rest.slice(at + 3);
      } else {
        kept += rest.slice(0, at);
        break;
      }
    }
    readLine(strip(kept), sections, directives);
  }
  return sections;
}

function readLine(line: string, sections: ReadSection[], directives: ReadSection): void {
  if (line === '') return;
  if (line.startsWith('[')) {
    const end = line.indexOf(']');
    if (end === -1) throw new Error('no closing ]: the whole file is invalid');
    sections.push({ name: line.slice(1, end), values: [] });
    return;
  }
  if (line.startsWith('#')) {
    directives.values.push(['#', line]);
    return;
  }
  const equals = line.indexOf('=');
  if (equals === -1) throw new Error(`no = in ${JSON.stringify(line)}`);
  const value = line[equals + 1] === '>' ? line.slice(equals + 2) : line.slice(equals + 1);
  sections.at(-1)?.values.push([strip(line.slice(0, equals)), strip(value)]);
}

/** A step of the dialplan, or a hint with the device in `application`. */
export interface ReadStep {
  readonly exten: string;
  readonly priority: string;
  readonly application: string;
  readonly data: string;
}

/** Takes the value of an `exten` line apart: data stands between the first `(` and the last `)`. */
export function readStep(value: string): ReadStep {
  const [exten = '', priority = ''] = value.split(',', 2);
  const rest = value.slice(exten.length + priority.length + 2);
  const open = rest.indexOf('(');
  if (open === -1) return { exten, priority, application: rest, data: '' };
  const close = rest.lastIndexOf(')');
  return { exten, priority, application: rest.slice(0, open), data: rest.slice(open + 1, close) };
}
