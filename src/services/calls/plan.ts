import type { Call } from '../../model/call.ts';
import type { CallPlan } from './control.ts';
import { skypeEndpoint, skypeVariables } from './endpoint.ts';
import type { CallRules } from './rules.ts';

/** What a request asks for that is no part of the record. */
export interface PlanWishes {
  readonly timeout?: number | undefined;
  readonly variables?: Readonly<Record<string, string>> | undefined;
  readonly token?: string | undefined;
  readonly record?: boolean | undefined;
}

/** The record of a call that has just begun, without what makes it this call. */
export function newCall(id: string, pbx: string, control: 'ari' | 'ami', startedAt: number) {
  return {
    id,
    pbx,
    control,
    state: 'dialing',
    startedAt,
    answeredAt: null,
    endedAt: null,
    cause: null,
    endedBy: null,
    muted: [],
    recording: null,
    consulting: null,
    transferredTo: null,
    caller: null,
    targetIdentity: null,
    requestDigest: null,
  } as const;
}

/** How a call is to be made under the operator's rules. */
export function planOf(call: Call, rules: CallRules, wishes: PlanWishes): CallPlan {
  const endpoint = skypeEndpoint(rules.dial, call.user, call.peer);
  return {
    call,
    skypeEndpoint: endpoint,
    timeoutSeconds: wishes.timeout ?? rules.ringSeconds,
    variables: wishes.variables ?? {},
    skypeVariables: skypeVariables(endpoint, { topic: call.topic, token: wishes.token ?? null }),
    fallback: rules.incoming.fallback,
    record: wishes.record ?? false,
  };
}
