import fastify, { type FastifyBaseLogger, type FastifyInstance } from 'fastify';
import { serializerCompiler, validatorCompiler, type ZodTypeProvider } from 'fastify-type-provider-zod';
import type { AccountService } from '../services/accounts.ts';
import type { CallService } from '../services/calls.ts';
import type { ChatService } from '../services/chats.ts';
import type { EventHub } from '../services/hub.ts';
import { accountRoutes } from './accounts/routes.ts';
import { type CheckToken, requireToken } from './auth.ts';
import { buddyRoutes } from './buddies/routes.ts';
import { callRoutes } from './calls/routes.ts';
import { chatRoutes } from './chats/routes.ts';
import { eventRoutes } from './events/routes.ts';
import { type Health, healthRoutes } from './health/routes.ts';
import { useProblems } from './problem.ts';

/** What the routes work with; built by the composition root. */
export interface ApiDeps {
  readonly accounts: AccountService;
  readonly chats: ChatService;
  readonly calls: CallService;
  readonly hub: EventHub;
  readonly checkToken: CheckToken;
  readonly health: () => Health;
  readonly log: FastifyBaseLogger;
  /** Aborted when the service stops: event streams end then. */
  readonly stopping: AbortSignal;
}

/** Adds a resource's routes to a server whose routes are typed by their zod schemas. */
export type Routes = (server: ReturnType<typeof typed>, deps: ApiDeps) => void;

function typed(server: FastifyInstance) {
  return server.withTypeProvider<ZodTypeProvider>();
}

/** Builds the REST API; it does not listen yet. */
export async function buildServer(deps: ApiDeps): Promise<FastifyInstance> {
  const server = fastify({
    loggerInstance: deps.log,
    // Request and response lines would be two for each poll; errors are logged by their handler.
    disableRequestLogging: true,
    bodyLimit: 64 * 1024,
    forceCloseConnections: true,
    routerOptions: { maxParamLength: 200 },
  });
  server.setValidatorCompiler(validatorCompiler);
  server.setSerializerCompiler(serializerCompiler);
  useProblems(server);
  healthRoutes(typed(server), deps);
  await server.register(
    (scope, _options, done) => {
      requireToken(scope, deps.checkToken);
      const v1 = typed(scope);
      for (const routes of [accountRoutes, buddyRoutes, chatRoutes, callRoutes, eventRoutes]) {
        routes(v1, deps);
      }
      done();
    },
    { prefix: '/v1' },
  );
  return server;
}
