import { AVAILABILITIES, BUDDY_STATUSES } from './status.ts';

/** Presence states of Asterisk (`PRESENCE_STATE`): the PBX's own words for how somebody can be reached. */
export const PRESENCE_STATES = ['not_set', 'unavailable', 'available', 'away', 'xa', 'chat', 'dnd'] as const;
export type PresenceState = (typeof PRESENCE_STATES)[number];

/** Every word that Skype has for presence, own availability and buddy status together. */
export const PRESENCE_WORDS: readonly [string, ...string[]] = [
  'Invisible',
  ...new Set<string>([...BUDDY_STATUSES, ...AVAILABILITIES.filter((word) => word !== 'Invisible')]),
];

/** Skype's word to the PBX's. What a settings file says comes before this. */
export const DEFAULT_PRESENCE_MAP: Readonly<Record<string, PresenceState>> = {
  Online: 'available',
  'Skype Me': 'chat',
  Away: 'away',
  'Not Available': 'xa',
  'Do Not Disturb': 'dnd',
  // Only of an own account: others see an invisible one as offline, and so shall the PBX.
  Invisible: 'unavailable',
  Connecting: 'unavailable',
  Offline: 'unavailable',
  'Offline (Voicemail Enabled)': 'unavailable',
  'Offline (Call Forwarding Enabled)': 'unavailable',
  Blocked: 'unavailable',
  'Blocked Skypeout': 'unavailable',
  Skypeout: 'available',
  'Waiting for Authorization': 'not_set',
  Unknown: 'not_set',
};
