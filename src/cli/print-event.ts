import type { CompanionEvent, RecordedEvent } from '../model/events.ts';
import { isoTime } from '../model/public-event.ts';
import { printable } from '../model/text.ts';

/** One event as one line for people; what a PBX or a person wrote cannot break it. */
export function printEvent({ seq, receivedAt, event }: RecordedEvent): string {
  const at = isoTime(receivedAt);
  // Not by String: V8 remembers the texts of numbers for long, which costs memory where each comes once.
  return `${seq.toFixed(0).padStart(6)}  ${at === null ? '' : `${at}  `}${printable(sentence(event))}\n`;
}

function sentence(event: CompanionEvent): string {
  switch (event.type) {
    case 'account.status':
      return `account  ${event.user}: ${event.status}`;
    case 'buddy.status':
      return `buddy    ${event.user} sees ${event.buddy}: ${event.status}`;
    case 'chat': {
      const arrow = event.direction === 'out' ? '->' : '<-';
      return `chat     ${event.user} ${arrow} ${event.peer}: ${event.text}`;
    }
    case 'buddy.added':
      return `buddy    ${event.user} has ${event.buddy} on the list now`;
    case 'buddy.removed':
      return `buddy    ${event.user} has ${event.buddy} no longer`;
    case 'buddy.changed':
      return `buddy    ${event.user} knows ${event.buddy} as ${event.fullname ?? 'nobody'}`;
    case 'chat.state':
      return `chat     ${event.user} -> ${event.peer}: ${event.state}${event.reason === null ? '' : ` (${event.reason})`}`;
    case 'account.balance':
      return `account  ${event.user}: credit of ${event.cents} is under ${event.limit}`;
    case 'call':
      return `call     ${event.call.user} -> ${event.call.peer}: ${event.call.state}`;
    case 'gap':
      return `gap      nothing seen from ${isoTime(event.from) ?? 'the start'} to ${isoTime(event.to)}`;
  }
}
