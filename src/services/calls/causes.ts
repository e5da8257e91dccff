import type { ErrorCode } from '../../model/errors.ts';

/**
 * Words for the ISDN causes (Q.850) that a caller can act on; others keep their number as `cause-NN`.
 * Asterisk gives 0 and 32 for a hang-up that nobody explained or that somebody inside asked for.
 */
const WORDS: Readonly<Record<number, string>> = {
  0: 'hangup',
  1: 'unallocated',
  3: 'no-route',
  16: 'hangup',
  17: 'busy',
  18: 'no-answer',
  19: 'no-answer',
  20: 'unreachable',
  21: 'declined',
  26: 'answered-elsewhere',
  28: 'number-incomplete',
  31: 'hangup',
  32: 'hangup',
  34: 'no-channel',
  38: 'network',
  127: 'hangup',
};

/** Causes that no PBX gives, but this service. */
export const OWN_CAUSES = {
  /** Somebody asked for it through the API. */
  hangup: 'hangup',
  /** It ended while nobody could see it: no connection, or the service was down. */
  gap: 'gap',
  /** The PBX refused a step; the service's log says which. */
  failed: 'failed',
  /** The Skype side went elsewhere by a blind transfer. */
  transferred: 'transferred',
  /** An incoming call went on in the operator's dialplan. */
  continued: 'continued',
  /** Somebody else took a channel out of our control. */
  taken: 'taken',
} as const;

/** The word for a cause number. */
export function causeWord(cause: number): string {
  return WORDS[cause] ?? `cause-${cause}`;
}

/**
 * The word for the end of a leg that may never have been answered: some technologies tell why only as the
 * status of dialling, and a cause that says nothing (a Local channel to a busy phone, Asterisk 22 seen).
 */
export function legCause(cause: number, dialStatus: string): string {
  return causeWord(cause) === 'hangup' ? (DIAL_WORDS[dialStatus] ?? 'hangup') : causeWord(cause);
}

const DIAL_WORDS: Readonly<Record<string, string>> = {
  BUSY: 'busy',
  NOANSWER: 'no-answer',
  CHANUNAVAIL: 'unreachable',
  CONGESTION: 'network',
};

/** The word of ARI's hang-up that says the same to the other side; Asterisk's own choice when there is none. */
export function hangupReason(cause: string): string | undefined {
  return REASONS[cause];
}

const REASONS: Readonly<Record<string, string>> = {
  busy: 'busy',
  'no-answer': 'no_answer',
  declined: 'rejected',
  unreachable: 'no_answer',
  'no-channel': 'congestion',
};

/** The word for a step that was refused, by what the refusal came to. */
export function causeOfRefusal(code: ErrorCode): string {
  if (code === 'NO_FREE_CHANNEL') return 'no-channel';
  return code === 'ACCOUNT_LOGGED_OUT' ? 'logged-out' : OWN_CAUSES.failed;
}
