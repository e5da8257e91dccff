import { isoTime } from '../../model/public-event.ts';
import { printable } from '../../model/text.ts';
import type { ReplayReport } from '../../services/replay/events.ts';
import type { EventSummary } from '../../services/replay/summary.ts';

/** Places that are shown one by one; all of them are in `--summary --json`. */
const SHOWN = 10;

/** What the reading of a capture found, for standard error. */
export function printReport({ capture, events, badEvents, bad }: ReplayReport): string {
  const of = capture.messages === null ? '' : ` in ${capture.messages} messages`;
  let text = `${events} Skype events${of} (${capture.bytes} bytes)\n`;
  if (capture.actions > 0) text += `${capture.actions} of the messages were sent to the PBX\n`;
  if (badEvents > 0) text += `${badEvents} Skype events cannot be read:\n`;
  text += list(bad, ({ offset, reason }) => `at byte ${offset}: ${reason}`, badEvents);
  if (capture.unknownBytes > 0) text += `${capture.unknownBytes} unknown bytes:\n`;
  text += list(
    capture.unknown,
    ({ offset, length }) => `at byte ${offset}: ${length} bytes`,
    capture.unknown.length,
  );
  if (capture.notUtf8 > 0) text += `${capture.notUtf8} messages hold bytes that are not UTF-8\n`;
  if (capture.skippedBlocks > 0)
    text += `${capture.skippedBlocks} messages were skipped, beyond the limits of size:\n`;
  text += list(
    capture.skipped,
    ({ offset, length, limit }) => `at byte ${offset}: ${length} bytes (${limit})`,
    capture.skippedBlocks,
  );
  if (capture.cut) text += 'the end is cut off in the middle of a message\n';
  return text;
}

function list<Item>(items: readonly Item[], print: (item: Item) => string, total: number): string {
  const lines = items.slice(0, SHOWN).map((item) => `  ${printable(print(item))}\n`);
  if (total > SHOWN) lines.push(`  and ${total - SHOWN} more\n`);
  return lines.join('');
}

/** The summary for people. */
export function printSummary({ events, from, to, accounts }: EventSummary): string {
  let text = `${events} Skype events`;
  if (from !== null && to !== null) text += ` from ${isoTime(from)} to ${isoTime(to)}`;
  text += '\n';
  for (const { user, status, received, sent, statusChanges, buddies } of accounts) {
    text += `${printable(user)}\n`;
    if (status !== null) text += `  status   ${printable(status)} (${statusChanges} changes)\n`;
    if (received + sent > 0) text += `  chats    ${received} received, ${sent} sent\n`;
    for (const [buddy, last] of Object.entries(buddies))
      text += `  buddy    ${printable(`${buddy}: ${last}`)}\n`;
  }
  return text;
}

/** The summary and the report for machines. */
export function summaryJson(summary: EventSummary, { capture, badEvents, bad }: ReplayReport): string {
  const { from, to, ...rest } = summary;
  return `${JSON.stringify({ ...rest, from: isoTime(from), to: isoTime(to), badEvents, bad, capture })}\n`;
}
