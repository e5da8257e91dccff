import type { Channel, Party, SkypeLeg } from './channel.ts';

/** What is wanted of a new channel. */
export interface ChannelRequest {
  readonly id?: string | undefined;
  readonly otherId?: string | undefined;
  readonly callerId?: Party | undefined;
  /** The channel that calls; the new one belongs to its call. */
  readonly caller?: Channel | undefined;
}

/** A call from Skype into the PBX. */
export interface IncomingCall {
  readonly to: string;
  readonly from: string;
  readonly topic?: string;
  /** The SkypeIn number that was dialled (manual 3.3.3). */
  readonly targetIdentity?: string;
  /** The account that transferred the call. */
  readonly forwardedBy?: string;
}

/** A fresh Skype call between an account and somebody. */
export function skypeLeg(user: string, peer: string, direction: 'in' | 'out'): SkypeLeg {
  return { user, peer, direction, topic: '', token: '', forwardedBy: '', targetIdentity: '' };
}
