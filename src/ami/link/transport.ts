import type { ActionLimits } from '../wire/encoder.ts';
import type { AmiHeader, AmiMessage } from '../wire/message.ts';

/** What a transport tells the link above it. */
export interface TransportListener {
  message(message: AmiMessage): void;
  /** A block that passed a limit and was skipped; the connection lives. */
  skipped(limit: string, length: number): void;
  /** The connection ended; called exactly once after a successful `open`, and nothing is called after it. */
  closed(reason: string): void;
}

/** Who logs in. */
export interface Credentials {
  readonly username: string;
  readonly secret: string;
  /** Classes of events to ask for, as in manager.conf, for example `system,call`. */
  readonly eventMask: string;
}

/** One open connection. */
export interface TransportConnection {
  /**
   * Logs in by the transport's own means, where its library leaves no other way; the link logs in by
   * actions where this is absent. `done` is called in the turn in which the answer comes.
   */
  login?(done: (accepted: boolean) => void): void;
  /**
   * Writes one action.
   *
   * @throws CompanionError `VALUE_FORBIDDEN` when it cannot be written safely; nothing was written then.
   */
  send(headers: readonly AmiHeader[]): void;
  /** Ends the connection; `closed` is called soon after. */
  close(reason: string): void;
}

/** A way to reach a manager interface. It carries messages; it knows nothing of logins or replies. */
export interface AmiTransport {
  /** Where it leads, for messages: `host:port`. */
  readonly address: string;
  /** What it lets through in one action. */
  readonly limits: ActionLimits;
  /**
   * @throws CompanionError `AMI_DISCONNECTED` with the cause when there is no way through.
   */
  open(
    listener: TransportListener,
    signal: AbortSignal,
    credentials: Credentials,
  ): Promise<TransportConnection>;
}
