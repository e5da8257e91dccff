import type { Generated } from 'kysely';
import type { ChatState } from '../../model/chat.ts';
import type { ChatDirection } from '../../model/events.ts';

/** Columns as SQLite holds them; times are milliseconds since the epoch, truth values 0 or 1. */
export interface Tables {
  events: { seq: Generated<number>; at: number | null; pbx: string; type: string; body: string };
  accounts: { pbx: string; user: string; status: string; updated_at: number };
  buddies: {
    pbx: string;
    user: string;
    buddy: string;
    fullname: string | null;
    status: string;
    updated_at: number;
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
  };
  calls: { n: Generated<number>; id: string; pbx: string; active: number; body: string };
  tokens: { id: string; name: string; hash: string; created_at: number };
}
