import type { Selectable } from 'kysely';
import { accountOf, personOf } from '../../model/events.ts';
import type { StoreWriter } from '../port.ts';
import { chatOf } from './chats.ts';
import type { Prepare } from './prepared.ts';
import type { Tables } from './tables.ts';

/** What every chat and every event passes through. */
export type HotWrites = Pick<
  StoreWriter,
  | 'attempt'
  | 'appendEvent'
  | 'insertChat'
  | 'changeChat'
  | 'chat'
  | 'unconfirmedSend'
  | 'claim'
  | 'putClaim'
  | 'putCall'
  | 'putSeenAt'
  | 'addAudit'
>;

/**
 * The busiest statements, compiled once: building them anew for each call would cost more than running
 * them. They run on the connection of the transaction that is open.
 */
export function hotWrites(prepare: Prepare): HotWrites {
  const savepoint = prepare('SAVEPOINT part');
  const release = prepare('RELEASE part');
  const undo = prepare('ROLLBACK TO part');
  const appendEvent = prepare(
    'INSERT INTO events (at, pbx, type, body, user, person) VALUES (?, ?, ?, ?, ?, ?)',
  );
  const insertChat = prepare(
    `INSERT INTO chats (id, pbx, user, peer, direction, text, state, origin, confirmed, at, reason, expires_at, group_id)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const changeState = prepare('UPDATE chats SET state = ?, reason = ? WHERE id = ?');
  const changeReason = prepare('UPDATE chats SET reason = ? WHERE id = ?');
  const confirm = prepare('UPDATE chats SET confirmed = ? WHERE id = ?');
  const changeExpiry = prepare('UPDATE chats SET expires_at = ? WHERE id = ?');
  const chat = prepare('SELECT * FROM chats WHERE id = ?');
  const unconfirmed = prepare(
    `SELECT * FROM chats WHERE pbx = ? AND user = ? AND peer = ? AND text = ? AND origin = 'own'
     AND confirmed = 0 AND state IN ('sending', 'sent', 'unknown') ORDER BY n LIMIT 1`,
  );
  const claim = prepare('SELECT * FROM claims WHERE user = ? AND key = ?');
  const putClaim = prepare('INSERT INTO claims (user, key, fingerprint, chat_id, at) VALUES (?, ?, ?, ?, ?)');
  const putCall = prepare(
    `INSERT INTO calls (id, pbx, active, body) VALUES (?, ?, ?, ?)
     ON CONFLICT (id) DO UPDATE SET active = excluded.active, body = excluded.body`,
  );
  const putSeenAt = prepare(
    'INSERT INTO pbxs (pbx, seen_at) VALUES (?, ?) ON CONFLICT DO UPDATE SET seen_at = excluded.seen_at',
  );
  const addAudit = prepare(
    'INSERT INTO audit (at, actor, action, target, status, request_id) VALUES (?, ?, ?, ?, ?, ?)',
  );
  type ChatRow = Selectable<Tables['chats']>;
  const asChat = (row: unknown) => (row === undefined ? null : chatOf(row as ChatRow));

  return {
    async attempt(work) {
      savepoint.run();
      try {
        const result = await work();
        release.run();
        return result;
      } catch (thrown) {
        undo.run();
        release.run();
        throw thrown;
      }
    },
    async appendEvent(pbx, receivedAt, event) {
      const { lastInsertRowid } = appendEvent.run(
        receivedAt,
        pbx,
        event.type,
        JSON.stringify(event),
        accountOf(event),
        personOf(event),
      );
      return { seq: Number(lastInsertRowid), receivedAt, pbx, event };
    },
    async insertChat(row) {
      const confirmed = row.origin === 'own' ? 0 : 1;
      const { id, pbx, user, peer, direction, text, state, origin, at, reason, expiresAt, group } = row;
      insertChat.run(
        id,
        pbx,
        user,
        peer,
        direction,
        text,
        state,
        origin,
        confirmed,
        at,
        reason,
        expiresAt,
        group,
      );
    },
    async changeChat(id, change) {
      if (change.state !== undefined) changeState.run(change.state, change.reason ?? null, id);
      else if (change.reason !== undefined) changeReason.run(change.reason, id);
      if (change.confirmed !== undefined) confirm.run(change.confirmed ? 1 : 0, id);
      if (change.expiresAt !== undefined) changeExpiry.run(change.expiresAt, id);
    },
    async chat(id) {
      return asChat(chat.get(id));
    },
    async unconfirmedSend(pbx, user, peer, text) {
      return asChat(unconfirmed.get(pbx, user, peer, text));
    },
    async claim(user, key) {
      const row = claim.get(user, key) as Tables['claims'] | undefined;
      if (row === undefined) return null;
      const { chat_id, ...rest } = row;
      return { ...rest, chatId: chat_id };
    },
    async putClaim({ user, key, fingerprint, chatId, at }) {
      putClaim.run(user, key, fingerprint, chatId, at);
    },
    async addAudit({ at, actor, action, target, status, requestId }) {
      addAudit.run(at, actor, action, target, status, requestId);
    },
    async putCall(call) {
      putCall.run(call.id, call.pbx, call.state === 'ended' ? 0 : 1, JSON.stringify(call));
    },
    async putSeenAt(pbx, at) {
      putSeenAt.run(pbx, at);
    },
  };
}
