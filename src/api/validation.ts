import type { FastifySchemaCompiler } from 'fastify';
import type { z } from 'zod';
import { printPath } from '../config/diagnostic.ts';
import { allowedPhrase, problemsOf } from '../config/issues.ts';
import { CompanionError } from '../model/errors.ts';
import { printable } from '../model/text.ts';

const ALLOWED = allowedPhrase('an object');
/** Mistakes that one answer names; a request may hold thousands. */
const MOST_NAMED = 5;

/**
 * Checks a part of a request by the schema of its route. A refusal is `REQUEST_INVALID` and says of each mistake
 * which field it is about, what was found and what is allowed; its detail `field` is the first one.
 */
export const checkRequest: FastifySchemaCompiler<z.ZodType> = ({ schema, httpPart }) => {
  return (value) => {
    const result = schema.safeParse(value, { error: ALLOWED });
    return result.success
      ? { value: result.data }
      : { error: refusal(httpPart ?? 'body', result.error, value) };
  };
};

function refusal(part: string, error: z.ZodError, value: unknown): CompanionError {
  const problems = problemsOf(error, value, 'an object').map(({ path, message }) => ({
    // A key is written by whoever sent the request.
    field: path.length === 0 ? part : printable(printPath(path)),
    message,
  }));
  const named = problems.slice(0, MOST_NAMED).map(({ field, message }) => `${field}: ${message}`);
  const rest = problems.length - named.length;
  if (rest > 0) named.push(`and ${rest} more`);
  return new CompanionError('REQUEST_INVALID', named.join('; '), { field: problems[0]?.field ?? part });
}
