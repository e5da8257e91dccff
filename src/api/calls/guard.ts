import type { Call } from '../../model/call.ts';
import type { CallService } from '../../services/calls/service.ts';

/** A request for one call, as far as it matters who may ask. */
interface CallRequest {
  readonly params: { readonly id: string };
  readonly grant: { check(user: string): void };
}

/** Routes by a call's id name no account in their path: they look at the call's own. */
export const ownAccounts = { checksAccounts: true } as const;

/**
 * The id of a call that the token reaches.
 *
 * @throws CompanionError `CALL_UNKNOWN` or `FORBIDDEN`.
 */
export async function reachedCall(calls: CallService, { params, grant }: CallRequest): Promise<Call> {
  const call = await calls.show(params.id);
  grant.check(call.user);
  return call;
}
