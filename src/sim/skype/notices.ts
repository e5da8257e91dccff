import type { BuddyStatus } from '../../model/status.ts';

/**
 * What the driver would tell its manager sessions (manual 3.5.6, 4.1). The two chat notices are the two
 * shapes of `SkypeChatMessage`: `chat-sent` is the echo to the sender, `chat-received` the arrival.
 */
export type SkypeNotice =
  | { readonly type: 'account-status'; readonly user: string; readonly status: 'Logged In' | 'Logged Out' }
  | {
      readonly type: 'buddy-status';
      readonly user: string;
      readonly buddy: string;
      readonly status: BuddyStatus;
    }
  | { readonly type: 'chat-sent'; readonly from: string; readonly to: string; readonly text: string }
  | { readonly type: 'chat-received'; readonly user: string; readonly from: string; readonly text: string };

/** Why the driver refuses what it was asked for. */
export type Refusal =
  | 'user-unknown'
  | 'user-logged-out'
  | 'already-logged-in'
  | 'no-secret'
  | 'buddy-invalid'
  | 'buddy-unknown'
  | 'buddy-present';
