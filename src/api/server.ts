import fastify, { type FastifyInstance, LogController } from 'fastify';
import { serializerCompiler, validatorCompiler, type ZodTypeProvider } from 'fastify-type-provider-zod';
import { accountRoutes } from './accounts/routes.ts';
import { requireToken } from './auth.ts';
import { buddyRoutes } from './buddies/routes.ts';
import { callRoutes } from './calls/routes.ts';
import { chatRoutes } from './chats/routes.ts';
import { eventRoutes } from './events/routes.ts';
import { healthRoutes } from './health/routes.ts';
import { useProblems } from './problem.ts';
import type { ApiDeps } from './routes.ts';

/** Builds the REST API; it does not listen yet. */
export async function buildServer(deps: ApiDeps): Promise<FastifyInstance> {
  const server = fastify({
    loggerInstance: deps.log,
    // Request and response lines would be two for each poll; errors are logged by their handler.
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: 64 * 1024,
    forceCloseConnections: true,
    routerOptions: { maxParamLength: 200 },
  });
  server.setValidatorCompiler(validatorCompiler);
  server.setSerializerCompiler(serializerCompiler);
  useProblems(server);
  healthRoutes(server.withTypeProvider<ZodTypeProvider>(), deps);
  await server.register(
    (scope, _options, done) => {
      requireToken(scope, deps.checkToken);
      const v1 = scope.withTypeProvider<ZodTypeProvider>();
      for (const routes of [accountRoutes, buddyRoutes, chatRoutes, callRoutes, eventRoutes]) {
        routes(v1, deps);
      }
      done();
    },
    { prefix: '/v1' },
  );
  return server;
}
