import type { ListenerTls } from './api/server.ts';
import type { PresenceState } from './model/presence.ts';
import type { BalanceOptions } from './services/balance.ts';
import type { WebhookOptions } from './services/webhooks.ts';

/** How a service behaves where nothing of a PBX is meant; everything has a default. */
export interface ServicePolicy {
  /** Seconds until a queued chat expires whose request says nothing. */
  readonly chatTtlSeconds?: number;
  readonly retentionDays?: number;
  readonly requestsPerMinute?: number;
  /** Milliseconds between two signs of life on an event stream. */
  readonly heartbeatMs?: number;
  /** Milliseconds after which a subscriber that takes nothing is cut. */
  readonly slowSubscriberMs?: number;
  /** Skype's words for presence to the PBX's, over the default table. */
  readonly presence?: Readonly<Record<string, PresenceState>>;
  /** Null: credit is not watched. */
  readonly balance?: BalanceOptions | null;
  readonly webhooks?: readonly WebhookOptions[];
  /** Whether buddies that the model does not name are removed; no by default. */
  readonly prune?: boolean;
  readonly tls?: ListenerTls | null;
}

const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|::1)$/i;

/** Whether only programs of this machine reach an address. */
export function isLoopback(host: string): boolean {
  return LOOPBACK.test(host);
}
