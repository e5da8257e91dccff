import type { Generated } from 'kysely';
import type { ChatDirection, ChatState } from '../../model/chat.ts';

/** Columns as SQLite holds them; times are milliseconds since the epoch, truth values 0 or 1. */
export interface Tables {
  events: {
    seq: Generated<number>;
    at: number | null;
    pbx: string;
    type: string;
    body: string;
    user: string | null;
    person: string | null;
  };
  accounts: { pbx: string; user: string; status: string; updated_at: number; listed_at: number | null };
  buddies: {
    pbx: string;
    user: string;
    buddy: string;
    fullname: string | null;
    status: string;
    updated_at: number;
    listed: number;
  };
  chats: {
    n: Generated<number>;
    id: string;
    pbx: string;
    user: string;
    peer: string;
    direction: ChatDirection;
    text: string;
    state: ChatState | null;
    origin: 'own' | 'other';
    confirmed: number;
    at: number;
    reason: string | null;
    expires_at: number | null;
    group_id: string | null;
  };
  claims: { user: string; key: string; fingerprint: string; chat_id: string; at: number };
  calls: { n: Generated<number>; id: string; pbx: string; active: number; body: string };
  tokens: {
    id: string;
    name: string;
    hash: string;
    /** Separated by commas, as `accounts` is. */
    scopes: string;
    accounts: string;
    created_at: number;
    expires_at: number | null;
    last_used_at: number | null;
  };
  pbxs: { pbx: string; seen_at: number };
  /** Of SQLite itself: the highest number that AUTOINCREMENT gave. */
  sqlite_sequence: { name: string; seq: number };
  webhooks: { name: string; seq: number };
  audit: {
    n: Generated<number>;
    at: number;
    actor: string;
    action: string;
    target: string;
    status: number;
    request_id: string;
  };
}
