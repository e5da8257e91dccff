/** `in` was received by `user`, `out` was sent by `user`. */
export type ChatDirection = 'in' | 'out';

/** States of an outgoing chat; the last four are final. */
export const CHAT_STATES = ['queued', 'sending', 'sent', 'rejected', 'unknown', 'expired'] as const;
export type ChatState = (typeof CHAT_STATES)[number];

const FINAL: ReadonlySet<ChatState> = new Set(['sent', 'rejected', 'unknown', 'expired']);

/** Whether nothing more will be done about a chat in this state. */
export function isFinal(state: ChatState): boolean {
  return FINAL.has(state);
}

/** One chat message, sent or received. */
export interface ChatMessage {
  readonly id: string;
  readonly pbx: string;
  readonly user: string;
  readonly peer: string;
  readonly direction: ChatDirection;
  readonly text: string;
  /** The state of sending; null for a received chat. */
  readonly state: ChatState | null;
  /** `own` was asked for here; `other` was seen going out from elsewhere, for example a Skype client. */
  readonly origin: 'own' | 'other';
  /** Milliseconds since the epoch: when it was accepted here, or received. */
  readonly at: number;
  /** Why it was rejected or is unknown; null otherwise. */
  readonly reason: string | null;
  /** When a chat that is still queued expires, in milliseconds since the epoch; null for never. */
  readonly expiresAt: number | null;
  /** The id of the first part of a text that was cut into several chats; null for a whole text. */
  readonly group: string | null;
}
