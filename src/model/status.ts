/** States of an account in `SKYPE_ACCOUNT_PROPERTY(account,status)`; manual 3.3.4. */
export const ACCOUNT_STATUSES = [
  'Logged Out',
  'Logged Out and Password Saved',
  'Connecting to P2P Network',
  'Connecting to Server',
  'Logging In',
  'Initializing',
  'Logged In',
  'Logging Out',
] as const;

/** What an account shows to others, `SKYPE_ACCOUNT_PROPERTY(account,availability)`; manual 3.3.4. */
export const AVAILABILITIES = [
  'Unknown',
  'Offline',
  'Online',
  'Away',
  'Not Available',
  'Do Not Disturb',
  'Invisible',
  'Skype Me',
  'Connecting',
] as const;

/** States of a buddy in `SkypeBuddyStatus` and `SkypeBuddyEntry`; manual 4.1.2. */
export const BUDDY_STATUSES = [
  'Waiting for Authorization',
  'Blocked',
  'Blocked Skypeout',
  'Skypeout',
  'Offline',
  'Online',
  'Away',
  'Not Available',
  'Do Not Disturb',
  'Skype Me',
  'Offline (Voicemail Enabled)',
  'Offline (Call Forwarding Enabled)',
  'Unknown',
] as const;

/** A known status, or any other text that a PBX said: unknown ones are kept. */
export type AccountStatus = (typeof ACCOUNT_STATUSES)[number] | (string & {});
export type Availability = (typeof AVAILABILITIES)[number] | (string & {});
export type BuddyStatus = (typeof BUDDY_STATUSES)[number] | (string & {});

/** Account properties that can be written; manual 3.3.4. */
export const RW_ACCOUNT_PROPERTIES = [
  'fullname',
  'country',
  'province',
  'city',
  'phone_home',
  'phone_office',
  'phone_mobile',
  'email',
  'homepage',
  'about',
  'birthday',
  'gender',
  'mood_text',
  'status',
  'availability',
] as const;

/** Account properties that can only be read; manual 3.3.4. */
export const RO_ACCOUNT_PROPERTIES = ['skypeout_currency', 'skypeout_balance'] as const;

export type WritableAccountProperty = (typeof RW_ACCOUNT_PROPERTIES)[number];
export type AccountProperty = WritableAccountProperty | (typeof RO_ACCOUNT_PROPERTIES)[number];
