import { inspect } from 'node:util';
import { z } from 'zod';
import { confValueMistake } from './conf-text.ts';
import { DIAGNOSTIC_CODES as CODES, type DiagnosticCode } from './diagnostic.ts';

/** A secret that stood in a file as plain text; it shows itself to nobody who does not ask. */
export class PlainSecret {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  reveal(): string {
    return this.#text;
  }

  toJSON(): string {
    return '[secret]';
  }

  toString(): string {
    return '[secret]';
  }

  [inspect.custom](): string {
    return '[secret]';
  }
}

/** Where a secret is: in the environment, in a file, or in the model itself (allowed, warned about). */
export type SecretRef =
  | { readonly env: string }
  | { readonly file: string }
  | { readonly plain: PlainSecret };

/** Where secrets are read from; `readFile` throws when it cannot. */
export interface SecretSources {
  readonly env: Readonly<Record<string, string | undefined>>;
  readFile(path: string): string;
}

export type ResolvedSecret =
  | { readonly ok: true; readonly value: string }
  | { readonly ok: false; readonly code: DiagnosticCode; readonly found: string; readonly allowed: string };

const FORMS = 'text, { env: NAME } or { file: PATH }';

/** A secret in JSON Schema. */
export const SECRET_JSON = {
  anyOf: [
    {
      type: 'object',
      properties: { env: { type: 'string', pattern: '^[A-Za-z_][A-Za-z0-9_]*$' } },
      required: ['env'],
      additionalProperties: false,
    },
    {
      type: 'object',
      properties: { file: { type: 'string', minLength: 1 } },
      required: ['file'],
      additionalProperties: false,
    },
    { type: ['string', 'number'] },
  ],
};

const ENV_NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;

/**
 * The schema of a secret. Its mistakes never quote what was found, keys included: `{ hunter2 }` is one
 * forgotten quotation mark away from a password.
 */
export const secretRef = z
  .unknown()
  .transform((input, context): SecretRef => {
    const ref = readSecretRef(input);
    if ('found' in ref) {
      context.addIssue({ code: 'custom', message: FORMS, params: { found: ref.found } });
      return z.NEVER;
    }
    return ref;
  })
  .meta({ json: SECRET_JSON });

/** Reads a secret, or says what was found in the place of one; never quotes it. */
export function readSecretRef(input: unknown): SecretRef | { readonly found: string } {
  if (typeof input === 'string') return { plain: new PlainSecret(input) };
  if (input === null || input === undefined) return { found: 'nothing' };
  if (Array.isArray(input)) return { found: 'a list' };
  const entries = Object.entries(input);
  const [key, value] = entries[0] ?? [];
  if (entries.length !== 1) return { found: `a mapping of ${entries.length} keys` };
  if (key === 'env' && typeof value === 'string' && ENV_NAME.test(value)) return { env: value };
  if (key === 'env') return { found: 'env without the name of a variable' };
  if (key === 'file' && typeof value === 'string' && value !== '' && !value.includes('\0')) {
    return { file: value };
  }
  return { found: key === 'file' ? 'file without a path' : 'a mapping with another key' };
}

/**
 * Fetches a secret. Of a file the newline at its end is no part of the secret. What cannot be written
 * to a `.conf` line is refused here too. Messages name the variable or the file, never the value.
 *
 * @param reserved bytes that share the line with the value, see {@link confValueMistake}.
 */
export function resolveSecret(ref: SecretRef, sources: SecretSources, reserved = 0): ResolvedSecret {
  const value = fetchSecret(ref, sources);
  const origin = 'env' in ref ? `environment variable ${ref.env}` : 'file' in ref ? `file ${ref.file}` : null;
  if (value === null) {
    const [why, allowed] = 'env' in ref ? ['is not set', 'one that is'] : ['cannot be read', 'one that can'];
    return refused(CODES.SECRET, `${origin}, which ${why}`, allowed);
  }
  if (value === '') {
    return refused(CODES.SECRET, origin === null ? 'empty text' : `${origin}, which is empty`, 'a secret');
  }
  const mistake = confValueMistake(value, reserved);
  if (mistake === null) return { ok: true, value };
  return refused(
    mistake.code,
    origin === null ? mistake.found : `${origin} with ${mistake.found}`,
    mistake.allowed,
  );
}

function refused(code: DiagnosticCode, found: string, allowed: string): ResolvedSecret {
  return { ok: false, code, found, allowed };
}

function fetchSecret(ref: SecretRef, sources: SecretSources): string | null {
  if ('plain' in ref) return ref.plain.reveal();
  if ('env' in ref) return Object.hasOwn(sources.env, ref.env) ? (sources.env[ref.env] ?? null) : null;
  try {
    return sources.readFile(ref.file).replace(/\r?\n$/, '');
  } catch {
    // Why the system refused is the operator's to look up; its message may quote more than the path.
    return null;
  }
}
