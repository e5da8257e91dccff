/** Hangup causes that the simulated PBX gives, with the texts of Asterisk 22 (`cause_txt`). */
export const CAUSES = {
  unknown: 0,
  unallocated: 1,
  normal: 16,
  busy: 17,
  noUserResponse: 18,
  noAnswer: 19,
  absent: 20,
  rejected: 21,
  answeredElsewhere: 26,
  invalidNumber: 28,
  normalUnspecified: 31,
  congestion: 34,
  failure: 38,
  codecMismatch: 58,
  interworking: 127,
} as const;

const TEXTS: ReadonlyMap<number, string> = new Map([
  [0, 'Unknown'],
  [1, 'Unallocated (unassigned) number'],
  [16, 'Normal Clearing'],
  [17, 'User busy'],
  [18, 'No user responding'],
  [19, 'User alerting, no answer'],
  [20, 'Subscriber absent'],
  [21, 'Call Rejected'],
  [26, 'Answered elsewhere'],
  [28, 'Invalid number format'],
  [31, 'Normal, unspecified'],
  [34, 'Circuit/channel congestion'],
  [38, 'Network out of order'],
  [58, 'Bearer capability not available'],
  [127, 'Interworking, unspecified'],
]);

/** The text that Asterisk prints for a cause number. */
export function causeText(cause: number): string {
  return TEXTS.get(cause) ?? 'Unknown';
}

/**
 * What HangupRequest and SoftHangupRequest print as their cause: of a request inside the PBX the flag of Asterisk's
 * soft hang-up, AST_SOFTHANGUP_EXPLICIT or, at the end of a dialplan, AST_SOFTHANGUP_APPUNLOAD (Asterisk 22 seen).
 */
export const SOFT_HANGUP_FLAGS = { request: 32, dialplan: 16 } as const;

/** The words that ARI's hang-up takes as `reason` and the cause of each (Asterisk 22). */
export const HANGUP_REASONS: ReadonlyMap<string, number> = new Map([
  ['normal', CAUSES.normal],
  ['busy', CAUSES.busy],
  ['congestion', CAUSES.congestion],
  ['no_answer', CAUSES.noAnswer],
  ['timeout', CAUSES.noUserResponse],
  ['rejected', CAUSES.rejected],
  ['unallocated', CAUSES.unallocated],
  ['normal_unspecified', CAUSES.normalUnspecified],
  ['number_incomplete', CAUSES.invalidNumber],
  ['codec_mismatch', CAUSES.codecMismatch],
  ['interworking', CAUSES.interworking],
  ['failure', CAUSES.failure],
  ['answered_elsewhere', CAUSES.answeredElsewhere],
]);
