import { type CapturedMessage, CaptureReader, timeOf } from '../../ami/capture/reader.ts';
import type { CaptureReport } from '../../ami/capture/report.ts';
import type { LinkItem } from '../../ami/link/link.ts';
import type { IsAccount } from '../../ami/skype/decoder.ts';
import type { Store } from '../../store/port.ts';
import { EventHub } from '../hub.ts';
import { runIntake } from '../intake.ts';
import { type Logger, silentLogger } from '../logger.ts';
import { Recorder } from '../recorder.ts';

export interface IntoStoreOptions {
  readonly pbx: string;
  readonly isAccount: IsAccount;
  readonly year: number;
  /** Ids for chats, as the service's own recorder takes them. */
  readonly newId: () => string;
  readonly log?: Logger;
  /** Ends waiting for a store that fails. */
  readonly signal?: AbortSignal;
}

/** The time of everything in a capture that holds no times: state needs one, events say that there is none. */
export const NO_TIME = 0;

/**
 * Plays a capture into a store through the intake and the recorder of the running service, by the
 * capture's own clock. What the store holds afterwards is what a service would hold that had listened.
 */
export async function replayIntoStore(
  chunks: AsyncIterable<Buffer>,
  store: Store,
  options: IntoStoreOptions,
): Promise<CaptureReport> {
  const reader = new CaptureReader({ year: options.year });
  const recorder = new Recorder(store, await EventHub.open(store), options.newId);
  await runIntake(linkItems(chunks, reader), {
    pbx: options.pbx,
    isAccount: options.isAccount,
    recorder,
    log: options.log ?? silentLogger,
    seenAt: null,
    signal: options.signal ?? new AbortController().signal,
    onState: () => undefined,
  });
  await recorder.idle();
  return reader.report;
}

/** A capture as the items that flow out of a live link: it is ready, then messages come. */
async function* linkItems(
  chunks: AsyncIterable<Buffer>,
  reader: CaptureReader,
): AsyncGenerator<readonly LinkItem[], void, void> {
  let begun = false;
  const items = (messages: readonly CapturedMessage[]): LinkItem[] => {
    const found = messages.flatMap(itemOf);
    const [first] = found;
    if (begun || first === undefined) return found;
    begun = true;
    return [ready(first.at), ...found];
  };
  for await (const chunk of chunks) yield items(reader.push(chunk));
  yield items(reader.end());
  if (!begun) yield [ready(NO_TIME)];
}

function ready(at: number): LinkItem {
  return { kind: 'state', state: 'ready', reason: null, at };
}

function itemOf(captured: CapturedMessage): LinkItem[] {
  if (captured.direction === 'out') return [];
  return [{ kind: 'message', message: captured.message, at: timeOf(captured) ?? NO_TIME }];
}
