import { type CapturedMessage, CaptureReader, timeOf } from '../../ami/capture/reader.ts';
import type { CaptureReport } from '../../ami/capture/report.ts';
import { decode, type IsAccount } from '../../ami/skype/decoder.ts';
import type { RecordedEvent } from '../../model/events.ts';

export interface ReplayOptions {
  /** The name that the events carry as their PBX. */
  readonly pbx: string;
  /** Tells sent chats from received ones; null where the accounts of the captured PBX are unknown. */
  readonly isAccount: IsAccount;
  /** The year of times that name none. */
  readonly year: number;
  /** Only the events, as fast as they can be found; see `ReaderOptions.quick`. */
  readonly quick?: boolean;
}

/** A Skype event that cannot be read, and where it begins in the capture. */
export interface BadEvent {
  readonly offset: number;
  readonly reason: string;
}

export interface ReplayReport {
  readonly capture: CaptureReport;
  /** Skype events that were read. */
  events: number;
  /** Skype events that could not be read, and the first of them one by one. */
  badEvents: number;
  readonly bad: BadEvent[];
}

/** No more than this many unreadable events are kept one by one. */
const MAX_BAD = 1000;

type Take = (event: RecordedEvent) => void;

/** Reads the Skype events of a capture, through the framer, parser and decoder of live connections. */
export class Replay {
  readonly report: ReplayReport;
  readonly #options: ReplayOptions;
  readonly #reader: CaptureReader;

  constructor(options: ReplayOptions) {
    this.#options = options;
    this.#reader = new CaptureReader(options);
    this.report = { capture: this.#reader.report, events: 0, badEvents: 0, bad: [] };
  }

  /**
   * Hands out the events of the next bytes. One by one: each can go before the next one is read, which keeps
   * memory level however long the capture is.
   */
  each(chunk: Buffer, take: Take): void {
    this.#reader.each(chunk, (captured) => this.#decode(captured, take));
  }

  /** The end of the capture; hands out what no blank line ended. */
  eachAtEnd(take: Take): void {
    this.#reader.eachAtEnd((captured) => this.#decode(captured, take));
  }

  /** As {@link each}, all events at once. */
  push(chunk: Buffer): RecordedEvent[] {
    const events: RecordedEvent[] = [];
    this.each(chunk, (event) => events.push(event));
    return events;
  }

  /** As {@link eachAtEnd}, all events at once. */
  end(): RecordedEvent[] {
    const events: RecordedEvent[] = [];
    this.eachAtEnd((event) => events.push(event));
    return events;
  }

  #decode(captured: CapturedMessage, take: Take): void {
    if (captured.direction === 'out') return;
    const { isAccount, pbx } = this.#options;
    const decoded = decode(captured.message, isAccount);
    if (decoded.kind === 'skype') {
      this.report.events += 1;
      take({ seq: this.report.events, receivedAt: timeOf(captured), pbx, event: decoded.event });
    } else if (decoded.kind === 'bad') {
      this.report.badEvents += 1;
      if (this.report.bad.length < MAX_BAD) {
        this.report.bad.push({ offset: captured.offset, reason: decoded.reason });
      }
    }
  }
}
