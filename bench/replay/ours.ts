import { openCaptureFile } from '../../src/ami/capture/open.ts';
import { CaptureReader } from '../../src/ami/capture/reader.ts';
import { runSfa } from '../../src/cli/commands.ts';
import { Replay } from '../../src/services/replay/events.ts';

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

/** The command itself, up to what it would write: `sfa replay`. */
export async function timeline(path: string): Promise<number> {
  let characters = 0;
  await runSfa(['replay', path], {
    out: (text) => {
      characters += text.length;
    },
    taken: () => Promise.resolve(),
    err: () => {},
    env: {},
    signal: new AbortController().signal,
  });
  return characters;
}

async function events(path: string, quick: boolean): Promise<number> {
  const source = await openCaptureFile(path);
  const replay = new Replay({ pbx: 'bench', isAccount: null, year: source.year, quick });
  let count = 0;
  const take = () => {
    count += 1;
  };
  for await (const chunk of source.chunks) replay.each(chunk, take);
  replay.eachAtEnd(take);
  return count;
}
