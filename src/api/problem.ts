import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { quote } from '../config/diagnostic.ts';
import { CompanionError, ERROR_CATALOGUE, type ErrorCode, type ErrorDetails } from '../model/errors.ts';
import { named } from './schemas.ts';

export const PROBLEM_JSON = 'application/problem+json';

const CODES = Object.keys(ERROR_CATALOGUE) as [ErrorCode, ...ErrorCode[]];

/** Every error of the API: RFC 9457, with a code of the catalogue and facts beside it. */
export const problemSchema = named(
  'Problem',
  z
    .looseObject({
      type: z.literal('about:blank'),
      title: z.string().describe('One sentence for people'),
      status: z.number().int(),
      code: z.enum(CODES).describe('Code of the error catalogue'),
    })
    .describe('Problem'),
);

function problem(code: ErrorCode, title: string, status: number, details: ErrorDetails) {
  return { ...details, type: 'about:blank', title, status, code };
}

/** Turns everything that is thrown in a route, and every path that is none, into problem+json. */
export function useProblems(server: FastifyInstance): void {
  server.setErrorHandler((error, request, reply) => {
    const found = toCompanionError(error, request.headers['content-type']);
    if (found.code === 'INTERNAL') request.log.error({ code: found.code, err: error }, 'a request failed');
    else if (found.status >= 500) request.log.warn({ code: found.code }, 'a request failed');
    const { retryAfterSeconds } = found.details;
    if (typeof retryAfterSeconds === 'number') reply.header('retry-after', retryAfterSeconds);
    return reply
      .status(found.status)
      .type(PROBLEM_JSON)
      .send(problem(found.code, found.message, found.status, found.details));
  });
  server.setNotFoundHandler((request, reply) =>
    reply
      .status(404)
      .type(PROBLEM_JSON)
      .send(problem('NOT_FOUND', `there is no ${request.method} ${request.url.split('?')[0]}`, 404, {})),
  );
}

function toCompanionError(error: unknown, contentType: string | undefined): CompanionError {
  if (error instanceof CompanionError) return error;
  // Fastify's own refusals: broken JSON, a body too large, an unknown media type.
  const status = statusOf(error);
  if (status === 415) {
    // What curl sends with -d when it is told nothing else.
    const found = contentType === undefined ? 'nothing' : quote(contentType);
    const message = `content-type: found ${found}, allowed: application/json`;
    return new CompanionError('REQUEST_INVALID', message, { field: 'content-type' });
  }
  if (status !== null && status >= 400 && status < 500) {
    return new CompanionError('REQUEST_INVALID', error instanceof Error ? error.message : 'not valid');
  }
  return new CompanionError('INTERNAL', 'a defect of the service; its log says more');
}

function statusOf(error: unknown): number | null {
  if (typeof error !== 'object' || error === null || !('statusCode' in error)) return null;
  return typeof error.statusCode === 'number' ? error.statusCode : null;
}
