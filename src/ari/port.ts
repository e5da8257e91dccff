import type { AriEvent } from './facts.ts';
import type { AriOperations } from './operations.ts';

export type { AriBridge, AriChannel, AriEvent } from './facts.ts';

/** How the connection stands; `reason` says why there is none. */
export type AriLinkState =
  | { readonly connected: true }
  | { readonly connected: false; readonly reason: string };

/**
 * Call control of one PBX. Operations fail with CompanionError `ARI_REQUEST_FAILED`, whose details hold the
 * `operation`, and where the PBX answered its `httpStatus` and `reason`.
 */
export interface AriPort {
  readonly pbx: string;
  /** The Stasis application that is ours. */
  readonly app: string;
  readonly connected: boolean;
  /** Why there is no connection; null while there is one. */
  readonly reason: string | null;
  readonly operations: AriOperations;
  /** Hears every event from now on. @returns a function that ends it. */
  onEvent(listener: (event: AriEvent) => void): () => void;
  /** Hears every change of the connection; what happened in between was not seen. @returns a function that ends it. */
  onLink(listener: (state: AriLinkState) => void): () => void;
  /** Ends the connection for good: no socket, timer or listener stays. */
  stop(): Promise<void>;
}
