import type { Call } from '../../src/model/call.ts';
import type { ChatMessage } from '../../src/model/chat.ts';
import { newCall } from '../../src/services/calls/plan.ts';
import type { Store } from '../../src/store/port.ts';
import { IN_MEMORY, openSqliteStore } from '../../src/store/sqlite/open.ts';

export const memoryStore = (): Promise<Store> => openSqliteStore(IN_MEMORY);

/** A queued chat of our own; override what a test is about. */
export function chat(over: Partial<ChatMessage> & { id: string }): ChatMessage {
  return {
    pbx: 'main',
    user: 'james_bond',
    peer: 'austin_powers',
    direction: 'out',
    text: 'hello',
    state: 'queued',
    origin: 'own',
    at: 1000,
    reason: null,
    expiresAt: null,
    group: null,
    ...over,
  };
}

/** A call that has just begun; override what a test is about. */
export function call(over: Partial<Call> & { id: string }): Call {
  return {
    ...newCall(over.id, 'main', 'ari', 0),
    user: 'james_bond',
    peer: 'austin_powers',
    agent: 'PJSIP/shoe-phone',
    direction: 'out',
    topic: null,
    first: 'agent',
    callerId: null,
    ...over,
  };
}
