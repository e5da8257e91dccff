import type { Pace } from '../pace.ts';
import { CLI_LAYOUTS, type CliLayout } from './cli-layouts.ts';
import { DRIVER_TEXT_SETS, type DriverTexts } from './driver-texts.ts';
import { seededRandom } from './random.ts';

/** Which Asterisk is played: the one of the manual's days (1.4.25), or one with ARI (22). */
export const ERAS = ['1.4', '22'] as const;
export type Era = (typeof ERAS)[number];

/**
 * Everything that the manual leaves open, decided. A client that works under one variation only has learned our
 * inventions, not the protocol; so tests run under many. Each axis says where the opening is.
 */
export interface Variation {
  /** Null for the plain one, which does as an Asterisk of the era with a stand-in driver was seen to do. */
  readonly seed: number | null;
  readonly era: Era;
  /** Texts of the driver: 3.5 shows two of them, and no error. */
  readonly texts: DriverTexts;
  /** Layout of `skype show ...`: 4.2 names the commands and shows no output. */
  readonly cli: CliLayout;
  /** Whether a CLI command that the driver refuses is an `Error` for Command (22 only; 1.4 has no such thing). */
  readonly cliRefusal: 'Success' | 'Error';
  /** Whether lists carry `EventList` (22) or not (the shape of 3.5.4). A driver may lag behind its Asterisk. */
  readonly lists: 'announced' | 'bare';
  /** Whether the events that an action causes come behind its answer or in front of it. */
  readonly eventsFirst: boolean;
  /** How an arriving chat names the account: `Username` (4.1.3), or `To` as in 3.5.6 (asterisk-java knows only that). */
  readonly arrival: 'Username' | 'To';
  /** Which line of a chat or account event comes first. */
  readonly peerFirst: boolean;
  /** How rights are spelt: 4.1 prints `system,all` and `system, all`. */
  readonly comma: ',' | ', ';
  /** `SequenceNumber`, `File`, `Line`, `Func` in events: `manager debug` is on (3.5.6). */
  readonly debugHeaders: boolean;
  /** `Timestamp` in events: `timestampevents` of manager.conf. */
  readonly timestamps: boolean;
  /** What SkypeAddBuddy says of a buddy that is on the list already: 3.5.2 shows no answer at all. */
  readonly repeatedBuddy: 'Success' | 'Error';
  /** What stands for a name that nobody knows: nothing (3.5.4), or an empty `Fullname`. */
  readonly emptyFullname: boolean;
  /** Whether SkypeBuddy repeats the name (`skypename`): 3.5.5 does not, asterisk-java expects it. */
  readonly namesBuddy: boolean;
  /** Whether a login tells the state of every buddy, or only changes from then on (4.1.2). */
  readonly announcesAtLogin: boolean;
  /** Bytes in one write to the socket; 0 writes as much as there is. TCP promises nothing about portions. */
  readonly portion: number;
  /**
   * Milliseconds until the PBX gets to a request; events go out meanwhile. An answer is never older than the events
   * in front of it: the thread that runs the action writes it, too.
   */
  readonly answerPause: number;
  /** Milliseconds until a refused login is answered: a second in Asterisk, which may be set to more. */
  readonly loginRefusalPause: number;
  /** How long people take. */
  readonly pace: Pace;
}

const [FIRST_TEXTS, ...OTHER_TEXTS] = DRIVER_TEXT_SETS;
const [FIRST_LAYOUT, ...OTHER_LAYOUTS] = CLI_LAYOUTS;

/** What an Asterisk of the era with a stand-in driver was seen to do, or for 1.4 what the manual shows. */
export function plainVariation(era: Era): Variation {
  return {
    seed: null,
    era,
    texts: FIRST_TEXTS,
    cli: FIRST_LAYOUT,
    cliRefusal: 'Success',
    lists: era === '22' ? 'announced' : 'bare',
    eventsFirst: false,
    arrival: 'Username',
    peerFirst: false,
    comma: ',',
    debugHeaders: false,
    timestamps: false,
    repeatedBuddy: 'Success',
    emptyFullname: false,
    namesBuddy: era === '22',
    announcesAtLogin: true,
    portion: 0,
    answerPause: 0,
    loginRefusalPause: 1000,
    pace: {},
  };
}

/** Derives a variation from a seed; the same seed and era always give the same one. */
export function variationOf(seed: number, era: Era): Variation {
  const random = seededRandom(seed);
  const { pick } = random;
  return {
    seed,
    era,
    texts: pick(FIRST_TEXTS, ...OTHER_TEXTS),
    cli: pick(FIRST_LAYOUT, ...OTHER_LAYOUTS),
    cliRefusal: pick('Success', 'Error'),
    lists: era === '22' ? pick('announced', 'bare') : 'bare',
    eventsFirst: pick(false, true),
    arrival: pick('Username', 'To'),
    peerFirst: pick(false, true),
    comma: pick(',', ', '),
    debugHeaders: pick(false, true),
    timestamps: pick(false, true),
    repeatedBuddy: pick('Success', 'Error'),
    emptyFullname: pick(false, true),
    namesBuddy: pick(false, true),
    announcesAtLogin: pick(false, true),
    portion: pick(0, 1, 7, 100),
    answerPause: pick(0, 0, 3),
    pace: {
      authorise: pick(0, random.below(20)),
      reply: pick(0, random.below(20)),
      ring: pick(0, random.below(20)),
      answer: pick(0, random.below(20)),
    },
    loginRefusalPause: pick(0, 40),
  };
}
