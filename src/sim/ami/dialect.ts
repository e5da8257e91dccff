import type { Clock } from '../../model/clock.ts';
import type { Variation } from '../variation/variation.ts';
import { type Field, type ListEntry, lines, oneLine } from './blocks.ts';

/** Where in the driver's source an event is raised, for the headers of `manager debug`. */
export interface EventSource {
  readonly file: string;
  readonly line: number;
  readonly func: string;
}

/** Where Asterisk's own modules raise their events, as far as anybody cares. */
export const CORE_SOURCE: EventSource = { file: 'manager.c', line: 1751, func: 'manager_default_msg_cb' };

/** How answers, lists and events look in one era under one variation. */
export interface Dialect {
  readonly greeting: string;
  /** Words that stand where later Asterisks changed them. */
  readonly words: {
    readonly notLoggedIn: string;
    unknownAction(name: string): string;
  };
  /** `Response`, `ActionID` when the request had one, then the fields, and whatever Asterisk prints without a header. */
  answer(response: string, actionId: string, fields: readonly Field[], oddity?: string): string;
  /** An answer, its entries, and the event that ends it, named after `complete`, with fields of its own behind. */
  list(
    actionId: string,
    message: string,
    entries: readonly ListEntry[],
    complete: string,
    ending?: readonly Field[],
  ): string;
  /** The output of a command of the console. */
  output(actionId: string, succeeded: boolean, printed: readonly string[]): string;
  /** An event up to its own fields: name, privilege, and what manager.conf adds. */
  eventHead(name: string, rights: string, source: EventSource): string;
}

/** Makes the dialect of a variation. */
export function dialectOf(variation: Variation, clock: Clock): Dialect {
  const eventHead = eventHeads(variation, clock);
  return variation.era === '22' ? modern(variation, eventHead) : ancient(eventHead);
}

/** Asterisk 22, as seen on a running one. */
function modern(variation: Variation, eventHead: Dialect['eventHead']): Dialect {
  return {
    greeting: 'Asterisk Call Manager/11.0.0\r\n',
    words: {
      notLoggedIn: 'Permission denied',
      unknownAction: (name) =>
        `Invalid/unknown command: ${name}. Use Action: ListCommands to show available commands.`,
    },
    answer,
    list(actionId, message, entries, complete, ending = []) {
      if (complete.startsWith('Skype') && variation.lists === 'bare') {
        return bareList(actionId, message, entries, complete);
      }
      const id = idLine(actionId);
      let text = `Response: Success\r\n${id}EventList: start\r\nMessage: ${message}\r\n\r\n`;
      for (const { event, fields, idLast } of entries) {
        text += `Event: ${event}\r\n${idLast ? '' : id}${lines(fields)}${idLast ? id : ''}\r\n`;
      }
      const end = `EventList: Complete\r\nListItems: ${entries.length}\r\n${lines(ending)}`;
      return `${text}Event: ${complete}\r\n${id}${end}\r\n`;
    },
    output(actionId, succeeded, printed) {
      // One `Output` for each line, also for empty ones.
      const output = printed.map((line) => `Output: ${oneLine(line)}\r\n`).join('');
      const response = succeeded ? 'Success' : 'Error';
      return `Response: ${response}\r\n${idLine(actionId)}Message: Command output follows\r\n${output}\r\n`;
    },
    eventHead,
  };
}

/** Asterisk 1.4 as its public manager.c writes; Skype lists as in manual 3.5.4. */
function ancient(eventHead: Dialect['eventHead']): Dialect {
  return {
    greeting: 'Asterisk Call Manager/1.0\r\n',
    words: { notLoggedIn: 'Authentication Required', unknownAction: () => 'Invalid/unknown command' },
    answer,
    list: bareList,
    output(actionId, _, printed) {
      // What the console prints is written as it is: bare LF, and nothing tells success from failure.
      const output = printed.map((line) => `${line.replace(/[\r\n\0]/g, ' ')}\n`).join('');
      return `Response: Follows\r\nPrivilege: Command\r\n${idLine(actionId)}${output}--END COMMAND--\r\n\r\n`;
    },
    eventHead,
  };
}

function answer(response: string, actionId: string, fields: readonly Field[], oddity = ''): string {
  return `Response: ${response}\r\n${idLine(actionId)}${lines(fields)}${oddity}\r\n`;
}

/** Without EventList, and with ActionID last in the end (manual 3.5.4). */
function bareList(
  actionId: string,
  message: string,
  entries: readonly ListEntry[],
  complete: string,
): string {
  const id = idLine(actionId);
  let text = `Response: Success\r\n${id}Message: ${message}\r\n\r\n`;
  for (const { event, fields } of entries) text += `Event: ${event}\r\n${id}${lines(fields)}\r\n`;
  return `${text}Event: ${complete}\r\nListItems: ${entries.length}\r\n${id}\r\n`;
}

function idLine(actionId: string): string {
  return actionId === '' ? '' : `ActionID: ${actionId}\r\n`;
}

/** What stands above an event's own fields (order of Asterisk 22; manual 3.5.6 shows the debug headers). */
function eventHeads({ comma, timestamps, debugHeaders }: Variation, clock: Clock): Dialect['eventHead'] {
  let sequence = 0;
  return (name, rights, { file, line, func }) => {
    let text = `Event: ${name}\r\nPrivilege: ${rights}${comma}all\r\n`;
    if (timestamps) text += `Timestamp: ${(clock.now() / 1000).toFixed(6)}\r\n`;
    if (debugHeaders) {
      sequence += 1;
      text += `SequenceNumber: ${sequence}\r\nFile: ${file}\r\nLine: ${line}\r\nFunc: ${func}\r\n`;
    }
    return text;
  };
}
