import type { ErrorCode } from '../../model/errors.ts';
import type { AmiAction } from '../skype/action.ts';
import type { ActionLimits } from '../wire/encoder.ts';
import type { AmiMessage } from '../wire/message.ts';

export type LinkState = 'disconnected' | 'connecting' | 'authenticating' | 'ready';

/** What flows out of a link, in the order in which it happened. Times are milliseconds since the epoch. */
export type LinkItem =
  | { readonly kind: 'message'; readonly message: AmiMessage; readonly at: number }
  /** A block that passed a limit of the framer. */
  | { readonly kind: 'skipped'; readonly limit: string; readonly length: number; readonly at: number }
  | {
      readonly kind: 'state';
      readonly state: LinkState;
      readonly reason: string | null;
      /**
       * What went wrong, for machines: `AMI_AUTH_FAILED` for a refused login, `AMI_TIMEOUT` for silence,
       * `AMI_DISCONNECTED` for an unreachable host or a lost connection; null while nothing did.
       */
      readonly code?: ErrorCode | null;
      readonly at: number;
    };

/** A complete answer: the response, and the entries of a list reply. */
export interface AmiReply {
  readonly response: AmiMessage;
  readonly events: readonly AmiMessage[];
  /** The event that ended a list reply. */
  readonly complete?: AmiMessage;
}

export interface RequestOptions {
  /**
   * Milliseconds from the request to its answer, waiting for a free place included; of a list reply, from
   * each entry to the next one.
   */
  readonly timeoutMs?: number;
  /** Who asks: requests that wait are sent in turns of one for each. Default: the action's `User`. */
  readonly lane?: string;
}

/** One named PBX over AMI: what services see. */
export interface AmiLink {
  /** The PBX's name in the settings. */
  readonly pbx: string;
  readonly state: LinkState;
  /** Why it is not ready; null while it is. */
  readonly reason: string | null;
  /** The catalogue's code of `reason`; null while nothing is wrong. */
  readonly code: ErrorCode | null;
  /** What the PBX accepts in one action. */
  readonly limits: ActionLimits;
  /** All messages that are no answer to a request, and every change of state; one consumer. */
  items(): AsyncIterable<readonly LinkItem[]>;
  /**
   * Sends an action and waits for its whole answer.
   *
   * @throws CompanionError `AMI_DISCONNECTED` or `AMI_TIMEOUT` (detail `written` tells whether the action
   *   may have reached the PBX), `AMI_PERMISSION_DENIED`, `MODULE_ABSENT`, `PBX_REFUSED` with the PBX's
   *   text in `reply`, or `VALUE_FORBIDDEN` before anything was written.
   */
  request(action: AmiAction, options?: RequestOptions): Promise<AmiReply>;
}
