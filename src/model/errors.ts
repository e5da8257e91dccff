/**
 * The error catalogue: every code that leaves this program through REST, the command line or a log.
 * `docs/errors.md` describes each of them; a test fails when the two disagree.
 */
export const ERROR_CATALOGUE = {
  CONFIG_INVALID: { status: 422, summary: 'The model or the settings hold mistakes' },
  VALUE_FORBIDDEN: { status: 422, summary: 'A value cannot be written without breaking its line' },
  REQUEST_INVALID: { status: 400, summary: 'The request does not fit the schema' },
  UNAUTHORIZED: { status: 401, summary: 'No valid bearer token was sent' },
  FORBIDDEN: { status: 403, summary: 'The token does not reach that far' },
  RATE_LIMITED: { status: 429, summary: 'The token sent more requests than it may' },
  NOT_FOUND: { status: 404, summary: 'There is no such resource' },
  CHAT_TOO_LONG: { status: 422, summary: 'The text does not fit into one AMI line of the PBX' },
  ACCOUNT_UNKNOWN: { status: 404, summary: 'No PBX of this service has that account' },
  ACCOUNT_LOGGED_OUT: { status: 409, summary: 'The account is not logged in' },
  BUDDY_UNKNOWN: { status: 404, summary: 'The account has no such buddy' },
  CHAT_UNKNOWN: { status: 404, summary: 'There is no such chat' },
  TOKEN_UNKNOWN: { status: 404, summary: 'There is no such token' },
  PBX_UNKNOWN: { status: 404, summary: 'The settings name no such PBX' },
  CALL_UNKNOWN: { status: 404, summary: 'There is no such call' },
  IDEMPOTENCY_CONFLICT: { status: 409, summary: 'The idempotency key was used with another body' },
  STATE_CONFLICT: { status: 409, summary: 'The resource is in a state that does not allow this' },
  AMI_AUTH_FAILED: { status: 502, summary: 'The PBX refused the manager login' },
  AMI_PERMISSION_DENIED: { status: 502, summary: 'The manager user lacks a right' },
  AMI_DISCONNECTED: { status: 503, summary: 'There is no manager connection to the PBX' },
  AMI_TIMEOUT: { status: 504, summary: 'The PBX did not answer in time' },
  MODULE_ABSENT: { status: 503, summary: 'chan_skype is not loaded on the PBX' },
  PBX_REFUSED: { status: 502, summary: 'The PBX answered with an error' },
  ARI_REQUEST_FAILED: { status: 502, summary: 'An ARI request failed' },
  OPERATION_UNSUPPORTED: { status: 501, summary: 'The PBX cannot do that the way it is reached' },
  NO_FREE_CHANNEL: { status: 503, summary: 'All licensed Skype channels are in use' },
  INTERNAL: { status: 500, summary: 'A defect of this program' },
} as const satisfies Record<string, { status: number; summary: string }>;

export type ErrorCode = keyof typeof ERROR_CATALOGUE;

/** Facts that go with an error: plain JSON, never a secret and never a chat text. */
export type ErrorDetails = Readonly<Record<string, string | number | boolean | null>>;

/** An error that users can act on: a code of the catalogue, a sentence, and facts for machines. */
export class CompanionError extends Error {
  override readonly name = 'CompanionError';
  readonly code: ErrorCode;
  readonly details: ErrorDetails;

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
    this.details = details;
  }

  /** The HTTP status that the catalogue gives to this code. */
  get status(): number {
    return ERROR_CATALOGUE[this.code].status;
  }
}

/** The message of anything that was thrown, for logs and wrapped errors. */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}
