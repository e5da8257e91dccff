import type { ReadConf, ReadEntry } from './reader.ts';

/** One step of an extension, or its hint. */
export interface Step {
  /** As it is written, `_` in front of a pattern. */
  readonly exten: string;
  /** A number, `n`, or `hint`; without label and arithmetic (`n(label)`, `n+2` are `n`). */
  readonly priority: string;
  readonly label: string | null;
  /** Of a hint the devices, with an empty `data`. */
  readonly application: string;
  readonly data: string;
  readonly file: string;
  readonly line: number;
}

/** A context of the dialplan, all sections of its name together. */
export interface Context {
  readonly name: string;
  readonly includes: readonly { readonly context: string; readonly file: string; readonly line: number }[];
  readonly steps: readonly Step[];
  readonly file: string;
  readonly line: number;
}

/** Contexts by their name. */
export type Contexts = ReadonlyMap<string, Context>;

/**
 * Takes `extensions.conf` apart as pbx_config does: `exten =>`, `same =>`, `include =>`, everything else
 * of a context is passed over; `[general]` and `[globals]` are no contexts.
 */
export function contextsOf(...files: readonly ReadConf[]): Contexts {
  const contexts = new Map<string, Context>();
  for (const section of files.flatMap((conf) => conf.sections)) {
    if (/^(?:general|globals)$/i.test(section.name)) continue;
    const context = contexts.get(section.name) ?? {
      name: section.name,
      includes: [],
      steps: [],
      file: section.file,
      line: section.line,
    };
    const { includes, steps } = readEntries(section.entries);
    contexts.set(section.name, {
      ...context,
      includes: [...context.includes, ...includes],
      steps: [...context.steps, ...steps],
    });
  }
  return contexts;
}

function readEntries(entries: readonly ReadEntry[]) {
  const includes: { context: string; file: string; line: number }[] = [];
  const steps: Step[] = [];
  let exten = '';
  for (const { key, value, file, line } of entries) {
    const word = key.toLowerCase();
    if (word === 'include') {
      // Behind the name may stand the times at which it is included.
      const context = /^[^,|]*/.exec(value)?.[0].trim() ?? '';
      includes.push({ context, file, line });
    } else if (word === 'exten' || word === 'same') {
      const rest = word === 'same' ? value : value.slice(value.indexOf(',') + 1);
      if (word === 'exten') exten = value.slice(0, Math.max(0, value.indexOf(','))).trim();
      const step = readStep(exten, rest, file, line);
      if (step !== null) steps.push(step);
    }
  }
  return { includes, steps };
}

function readStep(exten: string, text: string, file: string, line: number): Step | null {
  const comma = text.indexOf(',');
  if (exten === '' || comma === -1) return null;
  const written = text.slice(0, comma).trim();
  const label = /\(([^)]*)\)/.exec(written)?.[1] ?? null;
  const priority = /^[a-z0-9]+/i.exec(written)?.[0]?.toLowerCase() ?? '';
  const body = text.slice(comma + 1).trim();
  const place = { exten, priority, label, file, line };
  if (priority === 'hint') return { ...place, application: body, data: '' };
  // The application ends at the first bracket, its data at the last one of the line (pbx_config.c).
  const open = body.indexOf('(');
  if (open === -1) return { ...place, application: body, data: '' };
  const close = body.lastIndexOf(')');
  const data = body.slice(open + 1, close > open ? close : undefined);
  return { ...place, application: body.slice(0, open).trim(), data };
}

/** Splits the data of an application at its commas, as `ast_app_separate_args` does. */
export function splitArguments(data: string): string[] {
  const parts = [''];
  let depth = 0;
  let quoted = false;
  for (let at = 0; at < data.length; at++) {
    const char = data.charAt(at);
    if (char === '\\') {
      at++;
      parts.push(`${parts.pop() ?? ''}${data.charAt(at)}`);
      continue;
    }
    if (char === '"') {
      quoted = !quoted;
      continue;
    }
    if (!quoted && '([{'.includes(char)) depth++;
    if (!quoted && ')]}'.includes(char)) depth--;
    if (char === ',' && !quoted && depth <= 0) parts.push('');
    else parts.push(`${parts.pop() ?? ''}${char}`);
  }
  return parts;
}
