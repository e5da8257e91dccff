import { isUtf8 } from 'node:buffer';
import { type Direction, detectLayout, type Layout, socatHeader, strip } from '../../ami/capture/layout.ts';
import { frontLength, isNoise } from '../../ami/capture/noise.ts';
import type { Pseudonyms } from './pseudonyms.ts';
import { isVocabulary, ruleOf } from './vocabulary.ts';

const LF = 10;
const END_COMMAND = '--END COMMAND--';
const SAMPLE_BYTES = 32 * 1024;
/** A longer line is taken in parts, so that memory stays bounded. */
const MAX_LINE = 1 << 20;

const IPV4 = /\b(?:\d{1,3}\.){3}\d{1,3}\b/g;
const IPV6 =
  /(?<![\w:.])(?:[0-9a-f]{1,4}:){2,7}[0-9a-f]{0,4}(?![\w:])|(?<![\w:.])[0-9a-f]{0,4}::[0-9a-f:]{1,30}(?![\w:])/gi;
/** `1795228754.1444`: an Asterisk's unique id is a time and a count. */
const UNIQUE_ID = /\b\d{10}\.\d+\b/g;
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}(?:==)?|[A-Za-z0-9+/]{3}=?)?$/;
/** `Line-000001-000002: fullname=...`: a line of a configuration file. */
const CONFIG_LINE = /^(?:Line|Var|Value|Variable|ChanVariable)(?:-\d{6}){0,2}$/i;
const TAG_FRONT = /^(\s*)([\w.-]+)(\s+[\w./-]+(?:\[\d+\])?:\s?)?$/;

/**
 * Replaces everything in a log that could name somebody, line by line, and keeps its build: times, marks,
 * line ends, header names, order. The same word gets the same pseudonym everywhere, so that an account
 * in a header, in an address and in a text is still the same one.
 */
export class Anonymiser {
  readonly #names: Pseudonyms;
  readonly #year: number;
  #sample: Buffer[] = [];
  #sampled = 0;
  #layout: Layout | null = null;
  #held: Buffer = Buffer.alloc(0);
  /** Whose line it is, and whether that side's current block is a chat: only those carry base64. */
  #direction: Direction = 'in';
  readonly #chat: Record<Direction, boolean> = { in: false, out: false };

  constructor(names: Pseudonyms, year: number) {
    this.#names = names;
    this.#year = year;
  }

  push(chunk: Buffer): Buffer {
    if (this.#layout !== null) return this.#lines(chunk);
    this.#sampled += chunk.length;
    this.#sample.push(Buffer.from(chunk));
    return this.#sampled < SAMPLE_BYTES ? Buffer.alloc(0) : this.#open();
  }

  end(): Buffer {
    const parts = this.#layout === null ? [this.#open()] : [];
    if (this.#held.length > 0) parts.push(this.#line(this.#held));
    this.#held = Buffer.alloc(0);
    return Buffer.concat(parts);
  }

  #open(): Buffer {
    const bytes = Buffer.concat(this.#sample);
    this.#sample = [];
    this.#layout = detectLayout(bytes.toString('latin1', 0, SAMPLE_BYTES), this.#year);
    return this.#lines(bytes);
  }

  #lines(chunk: Buffer): Buffer {
    const bytes = this.#held.length === 0 ? chunk : Buffer.concat([this.#held, chunk]);
    const parts: Buffer[] = [];
    let position = 0;
    for (let lf = bytes.indexOf(LF); lf !== -1; lf = bytes.indexOf(LF, position)) {
      parts.push(this.#line(bytes.subarray(position, lf + 1)));
      position = lf + 1;
    }
    if (bytes.length - position > MAX_LINE) {
      parts.push(this.#line(bytes.subarray(position)));
      position = bytes.length;
    }
    this.#held = Buffer.from(bytes.subarray(position));
    return Buffer.concat(parts);
  }

  #line(line: Buffer): Buffer {
    // Bytes that are no UTF-8 are taken one by one; so each stays one byte.
    const encoding = isUtf8(line) ? 'utf8' : 'latin1';
    const text = line.toString(encoding);
    // `socat -v` writes a CR as the two characters `\r`.
    const body = text.replace(this.#layout?.kind === 'socat' ? /(?:\\r)?\r?\n$/ : /\r?\n$/, '');
    const ending = text.slice(body.length);
    const front = this.#front(body);
    const rest = body.slice(front.length);
    // A line that holds nothing else belongs to the log, but for an empty one in a log with fronts on all lines.
    const content = rest === '' && front !== '' && this.#layout?.kind !== 'lines' ? '' : this.#content(rest);
    return Buffer.from(this.#anonymousFront(front) + content + ending, encoding);
  }

  #front(body: string): string {
    if (this.#layout === null || this.#layout.kind === 'plain') return '';
    if (this.#layout.kind === 'socat') {
      const header = socatHeader(body, this.#year);
      this.#direction = header?.direction ?? this.#direction;
      return header === null ? '' : body;
    }
    const { direction, length } = strip(body, this.#layout, this.#year);
    this.#direction = direction ?? this.#direction;
    return body.slice(0, length);
  }

  /** Times and marks stay; the host of a syslog line goes. */
  #anonymousFront(front: string): string {
    if (!this.#layout?.tagged) return front;
    const time = strip(front, { kind: 'lines', tagged: false }, this.#year).length;
    const tag = TAG_FRONT.exec(front.slice(time));
    if (tag?.[2] === undefined) return front;
    return `${front.slice(0, time)}${tag[1] ?? ''}${this.#names.text(tag[2])}${tag[3] ?? ''}`;
  }

  #content(line: string): string {
    if (line === '') {
      this.#chat[this.#direction] = false;
      return line;
    }
    const front = frontLength(line);
    if (front > 0) return this.#free(line.slice(0, front)) + this.#content(line.slice(front));
    // The mark that ends a reply of the 1.4 era.
    if (line.endsWith(END_COMMAND)) return this.#free(line.slice(0, -END_COMMAND.length)) + END_COMMAND;
    const header = /^([A-Za-z_][\w-]*(?: [\w-]+)?)(:[ \t]*)(.*)$/s.exec(line);
    if (header === null) return isNoise(line) ? this.#noise(line) : this.#free(line);
    const [, name = '', colon = '', value = ''] = header;
    if (/^(?:event|action)$/i.test(name))
      this.#chat[this.#direction] = /^skypechat(?:message|send)$/i.test(value);
    return `${name}${colon}${this.#value(name, value)}`;
  }

  #value(name: string, value: string): string {
    if (this.#chat[this.#direction] && /^message$/i.test(name)) return this.#chatText(value);
    const rule = ruleOf(name);
    if (rule === 'keep') return value;
    if (CONFIG_LINE.test(name)) return this.#option(value);
    if (rule === 'personal') return this.#personal(value);
    return this.#free(value);
  }

  /**
   * Base64 in events, and in actions either that or plain text: what decodes to text without control
   * characters is base64, for words that do so by chance hardly exist.
   */
  #chatText(value: string): string {
    const bytes = BASE64.test(value) ? Buffer.from(value, 'base64') : null;
    if (bytes === null || !isUtf8(bytes)) return this.#names.text(value);
    const text = bytes.toString('utf8');
    if (/[\0-\x08\x0b\x0c\x0e-\x1f\x7f]/.test(text)) return this.#names.text(value);
    const encoded = Buffer.from(this.#names.text(text), 'utf8').toString('base64');
    return value.endsWith('=') ? encoded : encoded.replace(/=+$/, '');
  }

  /** Everything goes, but `Skype/` in front of an address and an address of the net, which stays one. */
  #personal(value: string): string {
    const prefix = /^Skype[/:]/i.exec(value)?.[0] ?? '';
    const rest = value.slice(prefix.length);
    if (/^<unknown>$/i.test(rest)) return value;
    return prefix + this.#addresses(rest, (part) => this.#names.text(part));
  }

  /** `name=value`: the name of an option stays where it is one. */
  #option(value: string): string {
    const divided = value.indexOf('=');
    if (divided === -1) return this.#free(value);
    const name = value.slice(0, divided + 1);
    const kept = /^\s*(?:auth_policy|buddy_autoadd|direction|allow|disallow|type|debug)\s*=/i.test(name);
    const rest = value.slice(divided + 1);
    return this.#free(name) + (kept ? this.#free(rest) : this.#personal(rest));
  }

  #free(text: string): string {
    return this.#addresses(text, (part) => this.#names.text(part, isVocabulary));
  }

  #noise(line: string): string {
    return this.#addresses(line, (part) =>
      part.replace(/(Trying |Connected to |@)([\w.-]+?)(\.{1,3}$|$|[:~])/g, (_all, before, host, after) => {
        return `${before}${this.#names.text(host)}${after}`;
      }),
    );
  }

  /** Replaces addresses of the net by ones for documentation, keeps unique ids, and the rest as told. */
  #addresses(text: string, other: (part: string) => string): string {
    const special = new RegExp(`${UNIQUE_ID.source}|${IPV4.source}|${IPV6.source}`, 'gi');
    let result = '';
    let position = 0;
    for (const match of text.matchAll(special)) {
      result += other(text.slice(position, match.index));
      result += /^\d{10}\.\d+$/.test(match[0]) ? match[0] : this.#names.address(match[0]);
      position = match.index + match[0].length;
    }
    return result + other(text.slice(position));
  }
}
