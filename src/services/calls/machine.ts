import type { CallState } from '../../model/call.ts';

/** What happens to a call, as its control tells it. */
export const HAPPENINGS = ['rings', 'joined', 'held', 'resumed', 'transferring', 'ended'] as const;
export type Happening = (typeof HAPPENINGS)[number];

/**
 * The whole life of a call: what may happen in which state and where it leads. What stands nowhere changes
 * nothing, for events come late and twice. Drawn in docs/calls.md; a test holds the drawing against this.
 */
export const TRANSITIONS: Readonly<Record<CallState, Readonly<Partial<Record<Happening, CallState>>>>> = {
  dialing: { rings: 'ringing', joined: 'bridged', transferring: 'transferring', ended: 'ended' },
  ringing: { joined: 'bridged', transferring: 'transferring', ended: 'ended' },
  bridged: { held: 'held', transferring: 'transferring', ended: 'ended' },
  held: { resumed: 'bridged', joined: 'bridged', transferring: 'transferring', ended: 'ended' },
  transferring: { joined: 'bridged', held: 'held', ended: 'ended' },
  ended: {},
};

/** Where a happening leads; null when it changes nothing. */
export function nextState(state: CallState, happening: Happening): CallState | null {
  return TRANSITIONS[state][happening] ?? null;
}

/** What can be asked of a call. */
export const CALL_VERBS = [
  'hangup',
  'hold',
  'unhold',
  'mute',
  'dtmf',
  'play',
  'record',
  'transfer',
  'consult',
  'complete',
  'properties',
] as const;
export type CallVerb = (typeof CALL_VERBS)[number];

const EVERYWHERE: readonly CallVerb[] = ['hangup', 'properties'];

/** What may be asked of a call in a state; everything else is refused with `STATE_CONFLICT`. */
export const PERMITTED: Readonly<Record<CallState, readonly CallVerb[]>> = {
  dialing: EVERYWHERE,
  ringing: [...EVERYWHERE, 'transfer'],
  bridged: [...EVERYWHERE, 'hold', 'unhold', 'mute', 'dtmf', 'play', 'record', 'transfer', 'consult'],
  held: [...EVERYWHERE, 'hold', 'unhold', 'mute', 'play', 'record', 'transfer', 'consult'],
  transferring: [...EVERYWHERE, 'complete', 'record'],
  ended: ['hangup'],
};
