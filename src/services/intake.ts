import type { LinkItem } from '../ami/link/link.ts';
import { decode, type IsAccount } from '../ami/skype/decoder.ts';
import type { Logger } from './logger.ts';
import type { Incoming, Recorder } from './recorder.ts';

export interface IntakeOptions {
  readonly pbx: string;
  readonly isAccount: IsAccount;
  readonly recorder: Recorder;
  readonly log: Logger;
  /** When the last event before this run was stored; null when there is none. */
  readonly lastSeenAt: number | null;
  /** Called when events were stored. */
  readonly onRecorded: () => void;
  /** Called for each change of the link's state, when what came before it is stored. */
  readonly onState: (item: LinkItem & { kind: 'state' }) => void;
}

/**
 * Takes what flows out of a link, in its order: decodes the driver's events, stores each batch in one
 * transaction, and announces the span without a connection as `gap`. Returns when the link was stopped.
 */
export async function runIntake(
  items: AsyncIterable<readonly LinkItem[]>,
  options: IntakeOptions,
): Promise<void> {
  const { pbx, recorder, log } = options;
  // Null while connected: nothing is being missed.
  let blindSince = options.lastSeenAt;
  for await (const batch of items) {
    const incoming: Incoming[] = [];
    for (const item of batch) {
      if (item.kind === 'skipped') {
        log.warn({ pbx, limit: item.limit, bytes: item.length }, 'a message beyond the limits was skipped');
      } else if (item.kind === 'message') {
        const decoded = decode(item.message, options.isAccount);
        if (decoded.kind === 'skype') incoming.push({ pbx, at: item.at, event: decoded.event });
        else if (decoded.kind === 'bad') log.warn({ pbx, reason: decoded.reason }, 'an event cannot be read');
      } else if (item.state === 'ready') {
        if (blindSince !== null) {
          incoming.push({ pbx, at: item.at, event: { type: 'gap', from: blindSince, to: item.at } });
        }
        blindSince = null;
      } else if (item.state === 'disconnected') {
        blindSince ??= item.at;
      }
    }
    if (incoming.length > 0) {
      await recorder.record(incoming);
      options.onRecorded();
    }
    for (const item of batch) if (item.kind === 'state') options.onState(item);
  }
}
