import type { FastifyInstance } from 'fastify';
import { CompanionError } from '../model/errors.ts';

/** Tells whether a bearer token is valid. */
export type CheckToken = (token: string) => Promise<boolean>;

/** Asks for a bearer token on every route of this scope (RFC 6750). */
export function requireToken(server: FastifyInstance, check: CheckToken): void {
  server.addHook('onRequest', async (request, reply) => {
    const token = /^Bearer +([A-Za-z0-9._~+/-]+=*)$/i.exec(request.headers.authorization ?? '')?.[1];
    if (token !== undefined && (await check(token))) return;
    reply.header('www-authenticate', 'Bearer realm="sfa"');
    throw new CompanionError('UNAUTHORIZED', 'send a valid token: Authorization: Bearer sfa_...');
  });
}
