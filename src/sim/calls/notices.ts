import type { Bridge, Channel, FailedDialStatus } from './channel.ts';

/** Progress of dialling; `''` is its beginning. */
export type DialStatus = '' | 'RINGING' | 'ANSWER' | FailedDialStatus;

/** Who ends a channel: the other end of the line, somebody inside the PBX who asks for it, or the end of its dialplan. */
export type HangupOrigin = 'far-end' | 'request' | 'dialplan';

/** What happens to channels and bridges; the objects are live, so a listener copies what it keeps. */
export type CallNotice =
  | { readonly type: 'channel-created'; readonly channel: Channel }
  | { readonly type: 'channel-state'; readonly channel: Channel }
  | {
      readonly type: 'dial';
      readonly channel: Channel;
      readonly status: DialStatus;
      readonly caller: Channel | null;
    }
  | { readonly type: 'stasis-start'; readonly channel: Channel; readonly app: string }
  | { readonly type: 'stasis-end'; readonly channel: Channel; readonly app: string }
  | { readonly type: 'hangup-request'; readonly channel: Channel; readonly by: HangupOrigin }
  | { readonly type: 'channel-destroyed'; readonly channel: Channel }
  | {
      readonly type: 'variable-set';
      readonly channel: Channel;
      readonly name: string;
      readonly value: string;
    }
  | { readonly type: 'application'; readonly channel: Channel }
  | {
      readonly type: 'user-event';
      readonly channel: Channel | null;
      readonly name: string;
      readonly fields: readonly (readonly [string, string])[];
    }
  | { readonly type: 'hold' | 'unhold'; readonly channel: Channel }
  | { readonly type: 'dtmf'; readonly channel: Channel; readonly digit: string; readonly millis: number }
  | { readonly type: 'bridge-created' | 'bridge-destroyed'; readonly bridge: Bridge }
  | {
      readonly type: 'entered-bridge' | 'left-bridge';
      readonly bridge: Bridge;
      readonly channel: Channel;
    };
