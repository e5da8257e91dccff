import type { IncomingMessage, ServerResponse } from 'node:http';
import type { FastifyBaseLogger, FastifyInstance, RawServerDefault } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import type { AccountService } from '../services/accounts.ts';
import type { CallService } from '../services/calls.ts';
import type { ChatService } from '../services/chats.ts';
import type { EventHub } from '../services/hub.ts';
import type { CheckToken } from './auth.ts';
import type { Health } from './health/schema.ts';

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

/** A server whose routes are typed by their zod schemas. */
type TypedServer = FastifyInstance<
  RawServerDefault,
  IncomingMessage,
  ServerResponse,
  FastifyBaseLogger,
  ZodTypeProvider
>;

/** Adds the routes of one resource. */
export type Routes = (server: TypedServer, deps: ApiDeps) => void;
