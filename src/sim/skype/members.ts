import { nameKey } from '../../model/skype-name.ts';
import type { Availability, BuddyStatus } from '../../model/status.ts';
import { type AuthPolicy, parseAuthPolicy } from './auth-policy.ts';
import { BuddyList } from './buddy-list.ts';
import type { Profile } from './properties.ts';

/** Which calls an account takes part in (manual 3.1, option `direction`). */
export type Direction = 'incoming' | 'outgoing' | 'both';

/** What a called person does. */
export type CallManner = 'answer' | 'busy' | 'noanswer' | 'reject';

/** An account of the PBX as a test or a demo describes it; option names are those of manual 3.1. */
export interface AccountSetup {
  readonly user: string;
  /** Without one the account cannot log in, like a section of chan_skype.conf without `secret`. */
  readonly secret?: string;
  /** Whether it is logged in at the start; by default every account with a secret is. */
  readonly loggedIn?: boolean;
  readonly fullname?: string;
  /** More account properties (manual 3.3.4): `country`, `about`, `mood_text`... */
  readonly profile?: Readonly<Record<string, string>>;
  readonly availability?: Availability;
  /** Buddies that have authorised the account already. */
  readonly buddies?: readonly string[];
  readonly context?: string;
  readonly exten?: string;
  readonly direction?: Direction;
  /** Words of `auth_policy` in order: `accept`, `accept.PASSWORD`, `deny`, `block`, `ignore`. */
  readonly auth_policy?: readonly string[];
  readonly buddy_autoadd?: readonly ('hints' | 'buddies')[];
  readonly buddy_presence?: boolean;
  readonly autoreply?: string;
  readonly allow?: readonly string[];
  /** `name=value` each; properties of the account are set at load, all others on its channels. */
  readonly setvar?: readonly string[];
  readonly skypeout_currency?: string;
  /** In cents: 4500 is 45.00 (manual 3.3.4). */
  readonly skypeout_balance?: number;
}

/** Somebody out there who is no account of the PBX. */
export interface PersonSetup {
  readonly name: string;
  readonly fullname?: string;
  readonly profile?: Readonly<Record<string, string>>;
  /** What authorised watchers see; `Online` by default. */
  readonly status?: BuddyStatus;
  /** Whether requests for authorisation are granted; yes by default. */
  readonly authorises?: boolean;
  /** Whether every chat is answered with its own text, as `echo123` does; no by default. */
  readonly echoes?: boolean;
  /** What happens to calls; by default the name decides, see {@link callManner}. */
  readonly calls?: CallManner;
}

/** A person outside the PBX. */
export interface Person {
  readonly kind: 'person';
  readonly name: string;
  readonly profile: Profile;
  status: BuddyStatus;
  authorises: boolean;
  echoes: boolean;
  calls: CallManner;
}

/** An account of the PBX with everything that the driver knows of it. */
export interface Account {
  readonly kind: 'account';
  readonly name: string;
  readonly profile: Profile;
  readonly secret: string | null;
  readonly context: string;
  readonly exten: string;
  readonly direction: Direction;
  readonly authPolicy: AuthPolicy;
  readonly addsBuddies: boolean;
  /** Whether a hint on somebody puts them on the list (`buddy_autoadd=hints`). */
  readonly addsHinted: boolean;
  /** The options as given, for `skype show user`. */
  readonly setup: AccountSetup;
  readonly showsPresence: boolean;
  readonly autoreply: string | null;
  readonly buddies: BuddyList;
  loggedIn: boolean;
  availability: Availability;
  credit: { readonly currency: string; readonly cents: number };
}

export type Member = Person | Account;

/**
 * What somebody does when called, by the name alone: `busy` in it is busy, `noanswer` rings for ever,
 * everybody else answers. The same rule holds for phones such as `PJSIP/desk-busy`.
 */
export function callManner(name: string): CallManner {
  const key = nameKey(name);
  if (key.includes('noanswer')) return 'noanswer';
  return key.includes('busy') ? 'busy' : 'answer';
}

/** Makes a person; what the setup leaves out is the ordinary friendly user. */
export function makePerson(setup: PersonSetup): Person {
  return {
    kind: 'person',
    name: setup.name,
    profile: profileOf(setup),
    status: setup.status ?? 'Online',
    authorises: setup.authorises ?? true,
    echoes: setup.echoes ?? false,
    calls: setup.calls ?? callManner(setup.name),
  };
}

/** Makes an account with the driver's defaults (manual 3.1). */
export function makeAccount(setup: AccountSetup): Account {
  return {
    kind: 'account',
    name: setup.user,
    profile: profileOf(setup),
    secret: setup.secret ?? null,
    context: setup.context ?? 'default',
    exten: setup.exten ?? setup.user,
    direction: setup.direction ?? 'both',
    authPolicy: parseAuthPolicy(setup.auth_policy ?? ['accept']),
    addsBuddies: setup.buddy_autoadd?.includes('buddies') ?? false,
    addsHinted: setup.buddy_autoadd?.includes('hints') ?? false,
    setup,
    showsPresence: setup.buddy_presence ?? true,
    autoreply: setup.autoreply ?? null,
    buddies: new BuddyList(setup.buddies ?? []),
    loggedIn: setup.loggedIn ?? setup.secret !== undefined,
    availability: setup.availability ?? 'Online',
    credit: { currency: setup.skypeout_currency ?? 'EUR', cents: setup.skypeout_balance ?? 4500 },
  };
}

/** What `setvar` puts on the channels of an account; properties of the account itself were set at load. */
export function channelVariables({ setup }: Account): readonly (readonly [name: string, value: string])[] {
  return (setup.setvar ?? []).flatMap((assignment) => {
    const [, name, value] = /^([^=()]+)=(.*)$/s.exec(assignment) ?? [];
    return name === undefined || value === undefined ? [] : [[name, value] as const];
  });
}

function profileOf(setup: AccountSetup | PersonSetup): Profile {
  const profile = new Map(Object.entries(setup.profile ?? {}));
  if (setup.fullname !== undefined) profile.set('fullname', setup.fullname);
  return profile;
}

/** What an authorised watcher sees of somebody, in the words of `SkypeBuddyStatus` (manual 4.1.2). */
export function visibleStatus(member: Member): BuddyStatus {
  if (member.kind === 'person') return member.status;
  if (!member.loggedIn) return 'Offline';
  // Nobody can see that somebody is invisible, and a client that still connects is not there yet.
  return member.availability === 'Invisible' || member.availability === 'Connecting'
    ? 'Offline'
    : member.availability;
}

/** The test call service: answers every chat with its own text and every call, authorises nobody. */
export const ECHO: PersonSetup = {
  name: 'echo123',
  fullname: 'Echo / Sound Test Service',
  authorises: false,
  echoes: true,
};

/** A SkypeOut number needs no authorisation and has a status of its own. */
export function isPhoneNumber(name: string): boolean {
  return name.startsWith('+');
}

/** Names that begin with `nobody` belong to no one, so that clients can meet a name that there is not. */
export function isNobody(name: string): boolean {
  return nameKey(name).startsWith('nobody');
}
