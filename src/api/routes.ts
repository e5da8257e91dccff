import type { IncomingMessage, ServerResponse } from 'node:http';
import type { FastifyBaseLogger, FastifyInstance, RawServerDefault } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import type { AccountService } from '../services/accounts.ts';
import type { AuditLog } from '../services/audit-log.ts';
import type { CallService } from '../services/calls/service.ts';
import type { ChatService } from '../services/chats.ts';
import type { ContactService } from '../services/contacts.ts';
import type { EventHub } from '../services/hub.ts';
import type { PresenceService } from '../services/presence.ts';
import type { PrivacyService } from '../services/privacy.ts';
import type { ProvisioningService } from '../services/provisioning/provisioning-service.ts';
import type { TokenBook } from '../services/tokens.ts';
import type { StoreReader } from '../store/port.ts';
import type { Health, PbxHealth } from './health/schema.ts';

/** What the routes work with; built by the composition root. */
export interface ApiDeps {
  readonly accounts: AccountService;
  readonly contacts: ContactService;
  readonly presence: PresenceService;
  readonly chats: ChatService;
  readonly calls: CallService;
  readonly privacy: PrivacyService;
  readonly provisioning: ProvisioningService;
  readonly tokens: TokenBook;
  readonly history: Pick<StoreReader, 'events'>;
  readonly hub: EventHub;
  readonly audit: AuditLog;
  readonly health: () => Health;
  readonly pbxs: () => readonly PbxHealth[];
  readonly metrics: {
    readonly contentType: string;
    text(): Promise<string>;
    /** Counts one answered request; `seconds` is its duration. */
    request(labels: { method: string; route: string; status: number }, seconds: number): void;
  };
  readonly log: FastifyBaseLogger;
  readonly limits: ApiLimits;
  /** Aborted when the service stops: event streams end then. */
  readonly stopping: AbortSignal;
}

export interface ApiLimits {
  readonly requestsPerMinute: number;
  /** Milliseconds between two signs of life on an event stream. */
  readonly heartbeatMs: number;
  /** Milliseconds after which a subscriber that takes nothing is cut. */
  readonly slowSubscriberMs: number;
}

/** A server whose routes are typed by their zod schemas. */
export type TypedServer = FastifyInstance<
  RawServerDefault,
  IncomingMessage,
  ServerResponse,
  FastifyBaseLogger,
  ZodTypeProvider
>;

/** Adds the routes of one resource. */
export type Routes = (server: TypedServer, deps: ApiDeps) => void;
