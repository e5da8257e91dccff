import type { SkypeNotice } from '../skype/notices.ts';
import { oneLine } from './blocks.ts';

/**
 * Writes what the driver tells its manager sessions, class `system` (manual 3.5.6 and 4.1; order of lines as
 * Asterisk 22 was seen to send them). A chat's `Message` is always base64, so its text can hold anything.
 */
export function skypeEvent(notice: SkypeNotice): string {
  switch (notice.type) {
    case 'account-status':
      return `Event: SkypeAccountStatus\r\nPrivilege: system,all\r\nUsername: ${notice.user}\r\nStatus: ${notice.status}\r\n\r\n`;
    case 'buddy-status':
      return `Event: SkypeBuddyStatus\r\nPrivilege: system,all\r\nBuddy: Skype/${notice.user}@${notice.buddy}\r\nBuddyStatus: ${notice.status}\r\n\r\n`;
    case 'chat-sent':
      return `Event: SkypeChatMessage\r\nPrivilege: system,all\r\nTo: ${oneLine(notice.to)}\r\nFrom: ${notice.from}\r\nMessage: ${base64(notice.text)}\r\n\r\n`;
    case 'chat-received':
      return `Event: SkypeChatMessage\r\nPrivilege: system,all\r\nUsername: ${notice.user}\r\nFrom: ${oneLine(notice.from)}\r\nMessage: ${base64(notice.text)}\r\n\r\n`;
  }
}

function base64(text: string): string {
  return Buffer.from(text, 'utf8').toString('base64');
}
