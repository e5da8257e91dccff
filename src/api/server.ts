import { randomUUID } from 'node:crypto';
import fastify, { type FastifyInstance, type FastifyPluginAsync, LogController } from 'fastify';
import { serializerCompiler, type ZodTypeProvider } from 'fastify-type-provider-zod';
import { auditChanges } from './access/audit.ts';
import { limitRate, secureHeaders } from './access/limits.ts';
import { defaultScope, requireToken } from './access/token.ts';
import { accountRoutes } from './accounts/routes.ts';
import { auditRoutes } from './audit/routes.ts';
import { buddyRoutes } from './buddies/routes.ts';
import { callRoutes } from './calls/routes.ts';
import { chatRoutes } from './chats/routes.ts';
import { eventRoutes } from './events/routes.ts';
import { healthRoutes } from './health/routes.ts';
import { metricsRoutes } from './metrics/routes.ts';
import { describeApi } from './openapi.ts';
import { pbxRoutes } from './pbxs/routes.ts';
import { presenceRoutes } from './presence/routes.ts';
import { privacyRoutes } from './privacy/routes.ts';
import { useProblems } from './problem.ts';
import { provisioningRoutes } from './provisioning/routes.ts';
import type { ApiDeps, Routes } from './routes.ts';
import { tokenRoutes } from './tokens/routes.ts';
import { checkRequest } from './validation.ts';

/** The resources below /v1, by the first half of their scopes. */
const RESOURCES: Readonly<Record<string, Routes>> = {
  account: accountRoutes,
  buddy: buddyRoutes,
  presence: presenceRoutes,
  chat: chatRoutes,
  call: callRoutes,
  event: eventRoutes,
  pbx: pbxRoutes,
  privacy: privacyRoutes,
  provisioning: provisioningRoutes,
  token: tokenRoutes,
  audit: auditRoutes,
};

/** A certificate and its key, both PEM. */
export interface ListenerTls {
  readonly cert: string;
  readonly key: string;
}

export interface ServerOptions {
  readonly version: string;
  readonly tls: ListenerTls | null;
}

/** Builds the REST API; it does not listen yet. */
export async function buildServer(deps: ApiDeps, { version, tls }: ServerOptions): Promise<FastifyInstance> {
  const options = {
    loggerInstance: deps.log,
    // Request and response lines would be two for each poll; errors are logged by their handler.
    logController: new LogController({ disableRequestLogging: true }),
    genReqId: () => randomUUID(),
    bodyLimit: 64 * 1024,
    // Requests that run are answered; the composition root cuts what is left after a time.
    forceCloseConnections: 'idle' as const,
    routerOptions: { maxParamLength: 200 },
  };
  // One type for both: whether there is TLS changes nothing above the socket.
  const server: FastifyInstance =
    tls === null
      ? fastify(options)
      : (fastify({ ...options, https: { ...tls } }) as unknown as FastifyInstance);
  server.setValidatorCompiler(checkRequest);
  server.setSerializerCompiler(serializerCompiler);
  useProblems(server);
  secureHeaders(server);
  await describeApi(server, version);
  measure(server, deps.metrics);
  healthRoutes(server.withTypeProvider<ZodTypeProvider>(), deps);
  const guarded: FastifyPluginAsync = async (scope) => {
    requireToken(scope, (token) => deps.tokens.find(token));
    auditChanges(scope, deps.audit);
    await limitRate(scope, deps.limits.requestsPerMinute);
    const add = (prefix: string, resource: string, routes: Routes) =>
      scope.register(
        (inner, _options, done) => {
          defaultScope(inner, resource);
          routes(inner.withTypeProvider<ZodTypeProvider>(), deps);
          done();
        },
        { prefix },
      );
    for (const [resource, routes] of Object.entries(RESOURCES)) await add('/v1', resource, routes);
    await add('', 'metrics', metricsRoutes);
  };
  await server.register(guarded);
  return server;
}

/** Counts every answer with its route, never with its path: names of people are no labels. */
function measure(server: FastifyInstance, metrics: ApiDeps['metrics']): void {
  server.addHook('onResponse', (request, reply, done) => {
    const route = request.routeOptions.url ?? 'none';
    const labels = { method: request.method, route, status: reply.statusCode };
    metrics.request(labels, reply.elapsedTime / 1000);
    done();
  });
  server.addHook('onSend', (request, reply, _payload, done) => {
    reply.header('x-request-id', request.id);
    done();
  });
}
