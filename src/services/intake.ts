import { setTimeout } from 'node:timers/promises';
import type { LinkItem } from '../ami/link/link.ts';
import { decode, type IsAccount } from '../ami/skype/decoder.ts';
import type { AmiMessage } from '../ami/wire/message.ts';
import { messageOf } from '../model/errors.ts';
import type { CompanionEvent } from '../model/events.ts';
import type { Logger } from './logger.ts';
import type { Recorder } from './recorder.ts';

export interface IntakeOptions {
  readonly pbx: string;
  readonly isAccount: IsAccount;
  readonly recorder: Recorder;
  readonly log: Logger;
  /** Until when everything of this PBX was stored by an earlier run; null before the first one. */
  readonly seenAt: number | null;
  /** Ends waiting for a store that fails. */
  readonly signal: AbortSignal;
  /** Called at once for each message that is none of the driver's. */
  readonly onOther?: (message: AmiMessage) => void;
  /** Called for each change of the link's state, when what came before it is stored. */
  readonly onState: (item: LinkItem & { kind: 'state' }) => void;
}

/**
 * Takes what flows out of a link, in its order: decodes the driver's events, stores each batch in one
 * transaction, and announces the span from the last stored event to the next login as `gap`. How far it
 * has seen is stored in the same transaction, so that a crash at any moment leaves the true time behind.
 * Returns when the link was stopped.
 */
export async function runIntake(
  items: AsyncIterable<readonly LinkItem[]>,
  options: IntakeOptions,
): Promise<void> {
  const { pbx, log } = options;
  let seenAt = options.seenAt;
  let blind = true;
  for await (const batch of items) {
    const incoming: { at: number; event: CompanionEvent }[] = [];
    const before = seenAt;
    for (const item of batch) {
      if (item.kind === 'skipped') {
        log.warn({ pbx, limit: item.limit, bytes: item.length }, 'a message beyond the limits was skipped');
      } else if (item.kind === 'message') {
        const decoded = decode(item.message, options.isAccount);
        if (decoded.kind === 'bad') log.warn({ pbx, reason: decoded.reason }, 'an event cannot be read');
        if (decoded.kind === 'other') options.onOther?.(item.message);
        if (decoded.kind !== 'skype') continue;
        incoming.push({ at: item.at, event: decoded.event });
        seenAt = item.at;
      } else if (item.state === 'ready') {
        if (blind && seenAt !== null) {
          incoming.push({ at: item.at, event: { type: 'gap', from: seenAt, to: item.at } });
        }
        blind = false;
        seenAt = item.at;
      } else if (item.state === 'disconnected') {
        blind = true;
      }
    }
    if (seenAt !== null && (incoming.length > 0 || seenAt !== before)) {
      await storeAll(incoming, seenAt, options);
    }
    for (const item of batch) if (item.kind === 'state') options.onState(item);
  }
}

/** Pause after the store failed, for example on a full disk, in milliseconds. */
const RETRY_MS = 1_000;

/** Stores a batch, however long that takes: an event is never dropped to go on. */
async function storeAll(
  incoming: readonly { at: number; event: CompanionEvent }[],
  seenAt: number,
  { pbx, recorder, log, signal }: IntakeOptions,
): Promise<void> {
  while (true) {
    try {
      await recorder.change(async (tx, append) => {
        for (const { at, event } of incoming) await append(pbx, at, event);
        await tx.putSeenAt(pbx, seenAt);
      });
      return;
    } catch (thrown) {
      const facts = { pbx, events: incoming.length, error: messageOf(thrown) };
      log.error(facts, 'events cannot be stored; trying again');
      if (signal.aborted) return;
      await setTimeout(RETRY_MS, undefined, { signal }).catch(() => undefined);
    }
  }
}
