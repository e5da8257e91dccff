import rateLimit from '@fastify/rate-limit';
import type { FastifyInstance } from 'fastify';
import helmet from 'helmet';
import { CompanionError } from '../../model/errors.ts';

/** Requests that one token may send in a minute when the settings do not say. */
export const DEFAULT_PER_MINUTE = 120_000;

/** Security headers on every answer; the page at /docs brings a policy of its own. */
export function secureHeaders(server: FastifyInstance): void {
  const secure = helmet({
    contentSecurityPolicy: { directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] } },
    // Only a listener with TLS may say so, and only its operator knows whether the host name has no other.
    hsts: false,
  });
  server.addHook('onRequest', (request, reply, done) => {
    secure(request.raw, reply.raw, (trouble) => done(trouble instanceof Error ? trouble : undefined));
  });
}

/** Counts the requests of each token by itself. */
export async function limitRate(server: FastifyInstance, perMinute: number): Promise<void> {
  await server.register(rateLimit, {
    max: perMinute,
    timeWindow: 60_000,
    hook: 'preValidation',
    keyGenerator: (request) => request.grant.id,
    errorResponseBuilder: (_request, { max, ttl }) =>
      new CompanionError('RATE_LIMITED', `more than ${max} requests in a minute`, {
        retryAfterSeconds: Math.ceil(ttl / 1000),
      }),
  });
}
