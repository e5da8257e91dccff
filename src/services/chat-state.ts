import { type ChatMessage, type ChatState, isFinal } from '../model/chat.ts';
import type { CompanionEvent } from '../model/events.ts';
import { nameFromPbx } from '../model/skype-name.ts';
import type { StoreWriter } from '../store/port.ts';

type Append = (pbx: string, at: number, event: CompanionEvent) => Promise<void>;

/**
 * Gives an outgoing chat another state. What became of it is announced when it is final, but for `sent`,
 * which its echo announces; and whenever it leaves a final state again.
 *
 * @returns the chat as it is now, or null when there is none.
 */
export async function changeState(
  tx: StoreWriter,
  append: Append,
  at: number,
  id: string,
  change: { readonly state: ChatState; readonly reason: string | null; readonly expiresAt?: number | null },
): Promise<ChatMessage | null> {
  const before = await tx.chat(id);
  if (before === null) return null;
  await tx.changeChat(id, change);
  const { state, reason } = change;
  const wasFinal = before.state !== null && isFinal(before.state);
  if (wasFinal || (isFinal(state) && state !== 'sent')) {
    const [user, peer] = [nameFromPbx(before.user), nameFromPbx(before.peer)];
    await append(before.pbx, at, { type: 'chat.state', id, user, peer, state, reason });
  }
  return { ...before, ...change };
}
