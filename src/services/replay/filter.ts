import { CompanionError } from '../../model/errors.ts';
import { EVENT_TYPES, type RecordedEvent } from '../../model/events.ts';
import { nameKey } from '../../model/skype-name.ts';

/** What to keep of a capture's events; all conditions must hold. */
export interface EventFilter {
  /** Accounts, in any case. */
  readonly accounts?: readonly string[] | undefined;
  /** Buddies and peers, in any case. */
  readonly buddies?: readonly string[] | undefined;
  /** Types of events, or the part before the point: `chat`, `buddy`, `account.status`. */
  readonly kinds?: readonly string[] | undefined;
  /** Both ends in milliseconds since the epoch, inclusive. An event without a time never matches. */
  readonly from?: number | undefined;
  readonly to?: number | undefined;
  /** A part of a chat's text, in any case. */
  readonly text?: string | undefined;
}

/**
 * Makes the test of a filter.
 *
 * @throws CompanionError `REQUEST_INVALID` for a kind that no event has.
 */
export function eventFilter(filter: EventFilter): (event: RecordedEvent) => boolean {
  const accounts = filter.accounts && new Set(filter.accounts.map(nameKey));
  const buddies = filter.buddies && new Set(filter.buddies.map(nameKey));
  const kinds = filter.kinds?.flatMap(typesOfKind);
  const text = filter.text?.toLowerCase();
  const { from, to } = filter;
  return ({ event, receivedAt }) => {
    if (kinds && !kinds.includes(event.type)) return false;
    if (accounts && !('user' in event && accounts.has(nameKey(event.user)))) return false;
    if (buddies) {
      const other = event.type === 'chat' ? event.peer : event.type === 'buddy.status' ? event.buddy : null;
      if (other === null || !buddies.has(nameKey(other))) return false;
    }
    if (text !== undefined && !(event.type === 'chat' && event.text.toLowerCase().includes(text)))
      return false;
    if (from !== undefined && (receivedAt === null || receivedAt < from)) return false;
    return to === undefined || (receivedAt !== null && receivedAt <= to);
  };
}

function typesOfKind(kind: string): string[] {
  const wanted = kind.toLowerCase();
  const types = EVENT_TYPES.filter((type) => type === wanted || type.startsWith(`${wanted}.`));
  if (types.length > 0) return types;
  throw new CompanionError(
    'REQUEST_INVALID',
    `--kind: "${kind}" is no kind of event; use account, buddy or chat`,
    { kind },
  );
}
