import type { Call, CallRecording } from './call.ts';
import type { CompanionEvent, RecordedEvent } from './events.ts';

/** RFC 3339 in UTC with milliseconds, or null: the form of every time that leaves this program. */
export function isoTime(millis: number | null): string | null {
  return millis === null ? null : new Date(millis).toISOString();
}

/** A call as REST and the event stream show it. */
export function publicCall(call: Call) {
  return {
    id: call.id,
    pbx: call.pbx,
    user: call.user,
    peer: call.peer,
    agent: call.agent,
    direction: call.direction,
    state: call.state,
    topic: call.topic,
    startedAt: isoTime(call.startedAt),
    answeredAt: isoTime(call.answeredAt),
    endedAt: isoTime(call.endedAt),
    cause: call.cause,
    endedBy: call.endedBy,
    first: call.first,
    callerId: call.callerId,
    control: call.control,
    muted: [...call.muted],
    recording: call.recording && publicRecording(call.recording),
    consulting: call.consulting,
    transferredTo: call.transferredTo,
    caller: call.caller && { ...call.caller, properties: { ...call.caller.properties } },
    targetIdentity: call.targetIdentity,
  };
}

function publicRecording({ startedAt, endedAt, ...recording }: CallRecording) {
  return { ...recording, startedAt: isoTime(startedAt), endedAt: isoTime(endedAt) };
}

export type PublicCall = ReturnType<typeof publicCall>;

/** The one shape of an event, everywhere the same: stream, webhook and `sfa replay --json`. */
export type PublicEvent = {
  readonly seq: number;
  readonly at: string | null;
  readonly pbx: string;
  readonly type: CompanionEvent['type'];
} & Readonly<Record<string, unknown>>;

/** Prints a recorded event in its public shape. */
export function publicEvent(recorded: RecordedEvent): PublicEvent {
  const { seq, receivedAt, pbx, event } = recorded;
  return { seq, at: isoTime(receivedAt), pbx, type: event.type, ...fieldsOf(event) };
}

function fieldsOf(event: CompanionEvent): Record<string, unknown> {
  switch (event.type) {
    case 'account.status':
      return { user: event.user, status: event.status };
    case 'buddy.status':
      return { user: event.user, buddy: event.buddy, status: event.status };
    case 'chat':
      return {
        user: event.user,
        peer: event.peer,
        direction: event.direction,
        text: event.text,
        ...(event.inferred ? { inferred: true } : {}),
      };
    case 'call': {
      // The event itself carries `pbx`.
      const { pbx: _, ...rest } = publicCall(event.call);
      return rest;
    }
    case 'buddy.added':
    case 'buddy.changed':
      return { user: event.user, buddy: event.buddy, fullname: event.fullname };
    case 'buddy.removed':
      return { user: event.user, buddy: event.buddy };
    case 'chat.state': {
      const { id, user, peer, state, reason } = event;
      return { id, user, peer, state, reason };
    }
    case 'account.balance': {
      const { user, cents, currency, limit } = event;
      return { user, cents, currency, limit };
    }
    case 'gap':
      return { from: isoTime(event.from), to: isoTime(event.to) };
  }
}
