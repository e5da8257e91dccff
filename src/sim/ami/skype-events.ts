import type { SkypeNotice } from '../skype/notices.ts';
import type { Variation } from '../variation/variation.ts';
import { oneLine } from './blocks.ts';
import type { Dialect, EventSource } from './dialect.ts';

/** Places in the driver's source; the chat's is the one that manual 3.5.6 shows. */
const CHAT: EventSource = { file: 'chan_skype.c', line: 864, func: 'new_chat_message' };
const ACCOUNT: EventSource = { file: 'chan_skype.c', line: 612, func: 'account_status' };
const BUDDY: EventSource = { file: 'chan_skype.c', line: 701, func: 'buddy_status' };

/**
 * Writes what the driver tells its manager sessions, class `system` (manual 3.5.6 and 4.1). A chat's `Message` is
 * always base64, so its text can hold anything.
 */
export function skypeEvent(notice: SkypeNotice, dialect: Dialect, variation: Variation): string {
  switch (notice.type) {
    case 'account-status': {
      const head = dialect.eventHead('SkypeAccountStatus', 'system', ACCOUNT);
      return `${head}${inOrder(variation, `Username: ${notice.user}`, `Status: ${notice.status}`)}\r\n`;
    }
    case 'buddy-status': {
      const head = dialect.eventHead('SkypeBuddyStatus', 'system', BUDDY);
      return `${head}Buddy: Skype/${notice.user}@${notice.buddy}\r\nBuddyStatus: ${notice.status}\r\n\r\n`;
    }
    case 'chat-sent': {
      const head = dialect.eventHead('SkypeChatMessage', 'system', CHAT);
      const names = inOrder(variation, `To: ${oneLine(notice.to)}`, `From: ${notice.from}`);
      return `${head}${names}Message: ${base64(notice.text)}\r\n\r\n`;
    }
    case 'chat-received': {
      const head = dialect.eventHead('SkypeChatMessage', 'system', CHAT);
      const user = `${variation.arrival}: ${notice.user}`;
      const names = inOrder(variation, user, `From: ${oneLine(notice.from)}`);
      return `${head}${names}Message: ${base64(notice.text)}\r\n\r\n`;
    }
  }
}

/** Two lines in the order of the variation. */
function inOrder({ peerFirst }: Variation, first: string, second: string): string {
  return peerFirst ? `${second}\r\n${first}\r\n` : `${first}\r\n${second}\r\n`;
}

function base64(text: string): string {
  return Buffer.from(text, 'utf8').toString('base64');
}
