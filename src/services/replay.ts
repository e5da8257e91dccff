import { decode, type IsAccount } from '../ami/skype/decoder.ts';
import { AmiFramer } from '../ami/wire/framer.ts';
import { parseMessage } from '../ami/wire/message.ts';
import type { RecordedEvent } from '../model/events.ts';

/** What a capture held beside its Skype events. */
export interface ReplaySummary {
  bytes: number;
  messages: number;
  events: number;
  /** Events of the driver that could not be read, with where they begin in the capture. */
  readonly bad: { readonly offset: number; readonly reason: string }[];
  /** Blocks beyond the framer's limits. */
  skipped: number;
}

export interface ReplayOptions {
  /** The name that the events carry as their PBX. */
  readonly pbx: string;
  readonly isAccount: IsAccount;
}

/** No more than this many unreadable events are kept one by one. */
const MAX_BAD = 1000;

export function emptySummary(): ReplaySummary {
  return { bytes: 0, messages: 0, events: 0, bad: [], skipped: 0 };
}

/**
 * Reads a captured AMI session as a stream, through the same framer, parser and decoder as a live one.
 *
 * @param summary is counted up while the events are taken.
 */
export async function* replay(
  chunks: AsyncIterable<Buffer>,
  options: ReplayOptions,
  summary: ReplaySummary,
): AsyncGenerator<RecordedEvent, void, void> {
  const framer = new AmiFramer();
  for await (const chunk of chunks) {
    summary.bytes += chunk.length;
    yield* read(framer.push(chunk), options, summary);
  }
  yield* read(framer.end(), options, summary);
}

function* read(
  frames: ReturnType<AmiFramer['push']>,
  options: ReplayOptions,
  summary: ReplaySummary,
): Generator<RecordedEvent, void, void> {
  for (const frame of frames) {
    summary.messages += 1;
    if (frame.kind === 'skipped') {
      summary.skipped += 1;
      continue;
    }
    const decoded = decode(parseMessage(frame.bytes), options.isAccount);
    if (decoded.kind === 'skype') {
      summary.events += 1;
      yield { seq: summary.events, receivedAt: null, pbx: options.pbx, event: decoded.event };
    } else if (decoded.kind === 'bad' && summary.bad.length < MAX_BAD) {
      summary.bad.push({ offset: frame.offset, reason: decoded.reason });
    }
  }
}
