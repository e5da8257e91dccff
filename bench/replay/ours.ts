import { openCaptureFile } from '../../src/ami/capture/open.ts';
import { CaptureReader } from '../../src/ami/capture/reader.ts';
import { printEvent } from '../../src/cli/print-event.ts';
import type { RecordedEvent } from '../../src/model/events.ts';
import { Replay, replayEvents } from '../../src/services/replay/events.ts';

/** Every header of every message, through everything that `sfa replay` does. */
export async function everyHeader(path: string): Promise<number> {
  const source = await openCaptureFile(path);
  const reader = new CaptureReader({ year: source.year });
  let messages = 0;
  const take = () => {
    messages += 1;
  };
  for await (const chunk of source.chunks) reader.each(chunk, take);
  reader.eachAtEnd(take);
  return messages;
}

/** Every header, and the events decoded: `sfa replay` without `--quick`. */
export const thorough = (path: string): Promise<number> => events(path, false);

/** The events alone: `sfa replay --quick`. */
export const quick = (path: string): Promise<number> => events(path, true);

/** As {@link thorough}, and each event printed for people: `sfa replay`. */
export const timeline = (path: string): Promise<number> =>
  events(path, false, (batch) => batch.map(printEvent).join('').length);

async function events(
  path: string,
  quick: boolean,
  use: (batch: readonly RecordedEvent[]) => void = () => {},
): Promise<number> {
  const source = await openCaptureFile(path);
  const replay = new Replay({ pbx: 'bench', isAccount: null, year: source.year, quick });
  let count = 0;
  for await (const batch of replayEvents(source.chunks, replay)) {
    use(batch);
    count += batch.length;
  }
  return count;
}
