import { nameFromPbx, type SkypeName } from '../../model/skype-name.ts';
import { type BuddyStatus, RW_ACCOUNT_PROPERTIES } from '../../model/status.ts';
import type { AmiReply } from '../link/port.ts';
import { type AmiMessage, header, headersNamed } from '../wire/message.ts';

/** One line of a buddy list. */
export interface BuddyEntry {
  readonly buddy: SkypeName;
  /** The name that the buddy gives itself: any text. */
  readonly fullname: string | null;
  readonly status: BuddyStatus;
}

export interface BuddyList {
  readonly entries: readonly BuddyEntry[];
  /** What could not be read or believed, for the log; no values in it. */
  readonly problems: readonly string[];
}

/**
 * Reads the answer to `SkypeBuddies` (manual 3.5.4). `Fullname` is the buddy's own text and not encoded: if
 * it holds line ends, it forges headers behind it. What stands in front of it and what ends the entry are
 * therefore believed: the first `Buddy`, the last `Status`.
 */
export function buddyListOf({ events, complete }: AmiReply): BuddyList {
  const entries: BuddyEntry[] = [];
  const problems: string[] = [];
  events.forEach((event, index) => {
    const buddy = header(event, 'Buddy');
    const statuses = headersNamed(event, 'Status');
    if (!buddy) {
      problems.push(`entry ${index + 1} has no Buddy`);
      return;
    }
    if (statuses.length > 1 || headersNamed(event, 'Buddy').length > 1) {
      problems.push(`entry ${index + 1} repeats a header: its full name may hold line ends`);
    }
    const fullname = header(event, 'Fullname') || null;
    entries.push({ buddy: nameFromPbx(buddy), fullname, status: statuses.at(-1) || 'Unknown' });
  });
  const announced = Number(complete && header(complete, 'ListItems'));
  if (Number.isInteger(announced) && announced !== events.length) {
    problems.push(`${announced} entries were announced, ${events.length} came`);
  }
  return { entries, problems };
}

/** Properties that an answer to `SkypeBuddy` may hold: the manual's and those that clients knew. */
export const PROFILE_PROPERTIES = [
  ...RW_ACCOUNT_PROPERTIES.filter((name) => name !== 'status'),
  'skypename',
  'timezone',
  'language',
] as const;
export type ProfileProperty = (typeof PROFILE_PROPERTIES)[number];

export interface BuddyProfile {
  readonly properties: Readonly<Partial<Record<ProfileProperty, string>>>;
  /** Properties that came in two versions or behind a line that is no header: who wrote them is unclear. */
  readonly doubtful: readonly ProfileProperty[];
  /** Names of headers that are none of the known properties. */
  readonly unknown: readonly string[];
}

const KNOWN: ReadonlySet<string> = new Set(PROFILE_PROPERTIES);
const FRAME: ReadonlySet<string> = new Set(['response', 'actionid', 'message']);

/**
 * Reads the answer to `SkypeBuddy` (manual 3.5.5), a free form of lower-case properties. `about` and its
 * like are the buddy's own text and not encoded: a text with line ends looks like further headers. Nothing
 * is believed that came twice, nor what stands behind a line that cannot be a property.
 */
export function buddyProfileOf({ response }: Pick<AmiReply, 'response'>): BuddyProfile {
  const found = new Map<ProfileProperty, string>();
  const doubtful = new Set<ProfileProperty>();
  const unknown: string[] = [];
  let forged = false;
  for (const [name, value] of response.headers) {
    const key = name.toLowerCase();
    if (FRAME.has(key) && !forged && found.size === 0) continue;
    if (!KNOWN.has(key)) {
      // A lower-case word may be a property of another driver; anything else is a line of a text.
      if (!/^[a-z][a-z_]*$/.test(name)) forged = true;
      unknown.push(name);
      continue;
    }
    const property = key as ProfileProperty;
    if (forged || found.has(property) || name !== key) doubtful.add(property);
    else found.set(property, value);
  }
  for (const property of doubtful) found.delete(property);
  return { properties: Object.fromEntries(found), doubtful: [...doubtful], unknown };
}

/** A licence as patched drivers list it. */
export interface Licence {
  readonly key: string;
  /** `YYYY-MM-DD`, or whatever the driver wrote. */
  readonly expires: string | null;
  readonly hostId: string | null;
  readonly channels: number | null;
  readonly status: string | null;
}

/** Reads the answer to `SkypeLicenseList`. */
export function licencesOf({ events }: AmiReply): Licence[] {
  return events.flatMap((event) => {
    const key = header(event, 'Key');
    if (!key) return [];
    const text = (name: string) => header(event, name) || null;
    return [
      {
        key,
        expires: text('Expires'),
        hostId: text('HostId'),
        channels: countOf(event, 'Channels'),
        status: text('Status'),
      },
    ];
  });
}

/** Reads the answer to `SkypeLicenseStatus`: how many calls are licensed; null when it does not say. */
export function callsLicensedOf({ response }: AmiReply): number | null {
  return countOf(response, 'CallsLicensed');
}

function countOf(message: AmiMessage, name: string): number | null {
  const text = header(message, name);
  return text !== undefined && /^\d{1,9}$/.test(text) ? Number(text) : null;
}

/** The actions that a PBX has loaded and permits, lower-case, from the answer to `ListCommands`. */
export function commandsOf({ response }: AmiReply): ReadonlySet<string> {
  return new Set(response.headers.map(([name]) => name.toLowerCase()).filter((name) => !FRAME.has(name)));
}
