import { CompanionError, messageOf } from '../model/errors.ts';
import { fieldsOf, textOf } from './fields.ts';

/** A request that the PBX answered with an error, or did not answer: `status` is null then. */
export class AriHttpError extends Error {
  override readonly name = 'AriHttpError';
  readonly status: number | null;
  /** The PBX's own words, or the system's (`ECONNREFUSED`). */
  readonly reason: string;

  constructor(status: number | null, reason: string) {
    super(status === null ? reason : `${status} ${reason}`);
    this.status = status;
    this.reason = reason;
  }
}

/** The words of an error's body: Asterisk writes `message`, and `error` for what it gives no reason for. */
export function reasonOfBody(body: string, fallback: string): string {
  try {
    const { message, error } = fieldsOf(JSON.parse(body));
    return textOf(message) || textOf(error) || fallback;
  } catch {
    return fallback;
  }
}

/** The error of the port: the HTTP status and the PBX's reason stay readable for machines. */
export function ariFailure(pbx: string, operation: string, thrown: unknown): CompanionError {
  if (thrown instanceof CompanionError) return thrown;
  const http = thrown instanceof AriHttpError ? { httpStatus: thrown.status, reason: thrown.reason } : {};
  return new CompanionError(
    'ARI_REQUEST_FAILED',
    `ARI of the PBX "${pbx}": ${operation}: ${messageOf(thrown)}`,
    {
      pbx,
      operation,
      ...http,
    },
  );
}

/** The HTTP status of a failed operation; null when it is another error or the PBX gave no answer. */
export function httpStatusOf(thrown: unknown): number | null {
  if (!(thrown instanceof CompanionError)) return null;
  const status = thrown.details['httpStatus'];
  return typeof status === 'number' ? status : null;
}
