import type { FastifyInstance, FastifyRequest } from 'fastify';
import { CompanionError } from '../../model/errors.ts';
import { Grant, type Scope } from '../../services/scopes.ts';
import type { TokenRow } from '../../store/port.ts';

/** Finds the row of a bearer token; null when there is none or it is expired. */
export type FindToken = (token: string) => Promise<TokenRow | null>;

declare module 'fastify' {
  interface FastifyRequest {
    /** What the token of this request allows. */
    grant: Grant;
  }
  interface FastifyContextConfig {
    /** What a token needs for this route. */
    scope?: Scope;
    /**
     * The route itself keeps to the accounts that the token reaches. Without it a route that names no
     * account in its path is closed to tokens which reach only some.
     */
    checksAccounts?: true;
  }
}

const NOBODY = new Grant({ id: '', name: '', scopes: [], accounts: [] });

/**
 * Asks for a bearer token on every route of this scope (RFC 6750), then for the route's scope and for the
 * account that its path names.
 *
 * @param resource the first half of the scope of routes that name none: `call` stands for `call:read` on
 *   GET and `call:write` on anything else.
 */
export function requireToken(server: FastifyInstance, find: FindToken): void {
  const grants = new WeakMap<FastifyRequest, Grant>();
  server.decorateRequest('grant', {
    getter() {
      return grants.get(this) ?? NOBODY;
    },
    setter(grant: Grant) {
      grants.set(this, grant);
    },
  });
  server.addHook('onRequest', async (request, reply) => {
    const token = /^Bearer +([A-Za-z0-9._~+/-]+=*)$/i.exec(request.headers.authorization ?? '')?.[1];
    const row = token === undefined ? null : await find(token);
    if (row === null) {
      reply.header('www-authenticate', 'Bearer realm="sfa"');
      throw new CompanionError('UNAUTHORIZED', 'send a valid token: Authorization: Bearer sfa_...');
    }
    request.grant = new Grant(row);
  });
  server.addHook('preHandler', async (request) => {
    const { scope, checksAccounts } = request.routeOptions.config;
    const { grant } = request;
    if (scope === undefined || !grant.allows(scope)) {
      throw new CompanionError('FORBIDDEN', `the token has no scope ${scope ?? 'for this'}`, {
        scope: scope ?? null,
      });
    }
    const user = userOf(request.params);
    if (user !== null) grant.check(user);
    else if (checksAccounts !== true && !grant.reachesAll) {
      throw new CompanionError('FORBIDDEN', 'only a token that reaches every account may do this');
    }
  });
}

/** Gives routes that name no scope the one of their resource. */
export function defaultScope(server: FastifyInstance, resource: string): void {
  server.addHook('onRoute', (route) => {
    const read = route.method === 'GET' || route.method === 'HEAD';
    const scope = `${resource}:${read ? 'read' : 'write'}` as Scope;
    route.config = { scope, ...route.config };
  });
}

function userOf(params: unknown): string | null {
  if (typeof params !== 'object' || params === null || !('user' in params)) return null;
  return typeof params.user === 'string' ? params.user : null;
}
