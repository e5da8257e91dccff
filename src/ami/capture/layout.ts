import { isNoise } from './noise.ts';
import { type LeadingTime, leadingTime } from './timestamps.ts';

/** Which side spoke: `in` came from the PBX, `out` went to it. */
export type Direction = 'in' | 'out';

/**
 * How a log is laid out:
 * - `plain` holds the bytes of the session as they went over the wire;
 * - `lines` puts a time or a mark of direction in front of every line;
 * - `blocks` puts a time in front of a message, on a line of its own or before its first header;
 * - `socat` is the output of `socat -v`: a line with time and direction before each piece, CR as `\r`.
 */
export interface Layout {
  readonly kind: 'plain' | 'lines' | 'blocks' | 'socat';
  /** `host program[pid]:` stands behind the time, as syslog writes it. */
  readonly tagged: boolean;
}

/** What stood in front of a line's own text. */
export interface Stripped {
  readonly at: number | null;
  readonly direction: Direction | null;
  /** How many characters belong to the log, not to the session. */
  readonly length: number;
}

const TAG = /^ ?[\w.-]+ [\w./-]+(?:\[\d+\])?: ?/;
const TAGGED_HEADER = new RegExp(`${TAG.source}(?:Event|Response|Action):`, 'i');
const MARK =
  /^(?:(<{1,3}[-=]{0,2}|[-=]{1,2}<|(?:recv|rx|received):?)|(>{1,3}|[-=]{1,2}>{1,2}|(?:sent|send|tx):?))(?:[ \t]|$)/i;
const SOCAT = /^([<>]) (\d{4}\/\d{2}\/\d{2} \d{2}:\d{2}:\d{2}\.\d{1,9}) +length=\d+ from=\d+ to=\d+\s*$/;
const STARTS_MESSAGE = /^(?:Event|Response|Action|Asterisk Call Manager)\b/i;

/** Tells the layout from the first lines of a log. */
export function detectLayout(sample: string, year: number): Layout {
  let lines = 0;
  let stamped = 0;
  let marked = 0;
  let tagged = 0;
  let leading = 0;
  let blank = true;
  for (const raw of sample.split('\n')) {
    const line = raw.endsWith('\r') ? raw.slice(0, -1) : raw;
    if (SOCAT.test(line)) return { kind: 'socat', tagged: false };
    const time = leadingTime(line, year);
    if (line === '' || (time === null && isNoise(line))) {
      blank = true;
      continue;
    }
    lines += 1;
    const rest = time === null ? line : line.slice(time.length);
    if (time !== null) {
      stamped += 1;
      if (TAGGED_HEADER.test(rest)) tagged += 1;
      // Also a time between the lines of a block counts, when a message begins right behind it.
      if (blank || STARTS_MESSAGE.test(rest)) leading += 1;
    }
    if (MARK.test(rest)) marked += 1;
    blank = false;
  }
  const most = lines * 0.6;
  if (stamped > 0 && stamped >= most && !(leading === stamped && mostlyAlone(sample, year))) {
    return { kind: 'lines', tagged: tagged > 0 };
  }
  // A few lines of a reply may begin with a time as well; those do not begin blocks.
  if (stamped > 0 && leading * 2 > stamped) return { kind: 'blocks', tagged: tagged > 0 };
  if (marked > 0 && marked >= most) return { kind: 'lines', tagged: false };
  return { kind: 'plain', tagged: false };
}

/** Whether the times stand on lines of their own. */
function mostlyAlone(sample: string, year: number): boolean {
  return sample.split('\n').every((line) => {
    const time = leadingTime(line, year);
    if (time === null) return true;
    const rest = line.slice(time.length).trim();
    return rest === '' || /^[<>]$/.test(rest);
  });
}

/** Finds what stands in front of one line's own text. */
export function strip(line: string, layout: Layout, year: number): Stripped {
  const time: LeadingTime | null = leadingTime(line, year);
  let length = time?.length ?? 0;
  if (time !== null && layout.tagged) length += TAG.exec(line.slice(length))?.[0].length ?? 0;
  const mark = MARK.exec(line.slice(length));
  const direction = mark === null ? null : mark[1] === undefined ? 'out' : 'in';
  return { at: time?.at ?? null, direction, length: length + (mark?.[0].length ?? 0) };
}

/** Reads the line that `socat -v` writes before each piece; `>` went to the PBX. */
export function socatHeader(line: string, year: number): { at: number; direction: Direction } | null {
  const match = SOCAT.exec(line);
  const time = match?.[2] === undefined ? null : leadingTime(match[2], year);
  return match === null || time === null ? null : { at: time.at, direction: match[1] === '>' ? 'out' : 'in' };
}
