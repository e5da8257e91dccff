import { nameKey } from '../model/skype-name.ts';

/** One conversation's queue. */
export interface Lane {
  readonly user: string;
  readonly peer: string;
  /** Ids of its queued chats, the oldest first. */
  readonly ids: string[];
  /** One of its chats is being sent. */
  busy: boolean;
}

/** The queued chats of one PBX by conversation: what keeps their order. Ids alone, so that many fit. */
export class Lanes {
  readonly #lanes = new Map<string, Lane>();

  static keyOf({ user, peer }: { user: string; peer: string }): string {
    return `${nameKey(user)}\n${nameKey(peer)}`;
  }

  /** The lane of a conversation, an empty one where there was none. */
  of({ user, peer }: { readonly user: string; readonly peer: string }): Lane {
    const key = Lanes.keyOf({ user, peer });
    const lane = this.#lanes.get(key) ?? { user, peer, ids: [], busy: false };
    this.#lanes.set(key, lane);
    return lane;
  }

  /** Puts a chat behind the others of its conversation. */
  add(chat: { readonly id: string; readonly user: string; readonly peer: string }): Lane {
    const lane = this.of(chat);
    lane.ids.push(chat.id);
    return lane;
  }

  /** Lanes with nothing on the wire, whoever waited longest first. */
  *idle(): Generator<Lane, void, void> {
    for (const lane of [...this.#lanes.values()]) if (!lane.busy) yield lane;
  }

  /** Ends the turn of a lane: an empty one goes, another one joins the end of the line. */
  release(lane: Lane): void {
    lane.busy = false;
    const key = Lanes.keyOf(lane);
    this.#lanes.delete(key);
    if (lane.ids.length > 0) this.#lanes.set(key, lane);
  }
}
