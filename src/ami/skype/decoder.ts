import { isUtf8 } from 'node:buffer';
import type { ChatEvent, SkypeEvent } from '../../model/events.ts';
import { nameFromPbx, parseSkypeAddress } from '../../model/skype-name.ts';
import { type AmiMessage, header } from '../wire/message.ts';

/** What a message is: one of the driver's events, something else, or one that cannot be read. */
export type Decoded =
  | { readonly kind: 'skype'; readonly event: SkypeEvent }
  | { readonly kind: 'other' }
  | { readonly kind: 'bad'; readonly reason: string; readonly raw: string | null };

/** Tells whether a name is an account of the PBX; null where the accounts are unknown (a bare capture). */
export type IsAccount = ((name: string) => boolean) | null;

const OTHER: Decoded = { kind: 'other' };

/**
 * Reads the driver's three events (manual 4.1). Never throws; statuses that it does not know are kept.
 *
 * @param isAccount decides the direction of a chat: without it, `To`/`From` is taken for a sent one and
 *   the event is marked `inferred`.
 */
export function decode(message: AmiMessage, isAccount: IsAccount): Decoded {
  const name = header(message, 'Event');
  if (name === undefined || name.length < 16) return OTHER;
  // A reply of SkypeBuddy holds free text of a person, which may imitate an event (trap of `about`).
  if (header(message, 'Response') !== undefined) return OTHER;
  switch (name.toLowerCase()) {
    case 'skypeaccountstatus':
      return decodeAccountStatus(message);
    case 'skypebuddystatus':
      return decodeBuddyStatus(message);
    case 'skypechatmessage':
      return decodeChat(message, isAccount);
    default:
      return OTHER;
  }
}

function decodeAccountStatus(message: AmiMessage): Decoded {
  const user = header(message, 'Username');
  const status = header(message, 'Status');
  if (!user) return bad('SkypeAccountStatus without Username', null);
  if (!status) return bad('SkypeAccountStatus without Status', null);
  return { kind: 'skype', event: { type: 'account.status', user: nameFromPbx(user), status } };
}

function decodeBuddyStatus(message: AmiMessage): Decoded {
  const address = header(message, 'Buddy');
  const status = header(message, 'BuddyStatus');
  if (!address) return bad('SkypeBuddyStatus without Buddy', null);
  if (!status) return bad('SkypeBuddyStatus without BuddyStatus', null);
  const parsed = parseSkypeAddress(address);
  if (parsed === null) return bad('Buddy is not of the form Skype/user@buddy', address);
  return { kind: 'skype', event: { type: 'buddy.status', ...parsed, status } };
}

/**
 * Two shapes: `Username`/`From` is what an account received (manual 4.1.3); `To`/`From` is the echo of
 * what an account sent (manual 3.5.6), and what some clients knew for both directions.
 */
function decodeChat(message: AmiMessage, isAccount: IsAccount): Decoded {
  const from = header(message, 'From');
  const body = header(message, 'Message');
  if (!from) return bad('SkypeChatMessage without From', null);
  if (body === undefined) return bad('SkypeChatMessage without Message', null);
  const text = decodeBase64Text(body);
  if (text === null) return bad('Message is not base64 of UTF-8 text', body);

  const receiver = header(message, 'Username');
  if (receiver) return chat({ user: receiver, peer: from, direction: 'in', text });
  const to = header(message, 'To');
  if (!to) return bad('SkypeChatMessage without Username or To', null);
  if (isAccount === null) return chat({ user: from, peer: to, direction: 'out', text, inferred: true });
  if (isAccount(from)) return chat({ user: from, peer: to, direction: 'out', text });
  if (isAccount(to)) return chat({ user: to, peer: from, direction: 'in', text });
  return chat({ user: from, peer: to, direction: 'out', text, inferred: true });
}

function chat(
  fields: { user: string; peer: string } & Pick<ChatEvent, 'direction' | 'text' | 'inferred'>,
): Decoded {
  const { user, peer, ...rest } = fields;
  return {
    kind: 'skype',
    event: { type: 'chat', user: nameFromPbx(user), peer: nameFromPbx(peer), ...rest },
  };
}

const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}(?:==)?|[A-Za-z0-9+/]{3}=?)?$/;

/**
 * Where a body lies between base64 and text, for no longer than one call. A buffer for each body would outlive
 * many of them: memory beside the heap goes with its slow collection alone.
 */
const scratch = Buffer.allocUnsafeSlow(1 << 14);

/** The text of a base64 body, or null when it is not base64 or not UTF-8. */
function decodeBase64Text(body: string): string | null {
  if (!BASE64.test(body)) return null;
  const bytes =
    body.length > scratch.length
      ? Buffer.from(body, 'base64')
      : scratch.subarray(0, scratch.write(body, 'base64'));
  return isUtf8(bytes) ? bytes.toString('utf8') : null;
}

function bad(reason: string, raw: string | null): Decoded {
  return { kind: 'bad', reason, raw };
}
