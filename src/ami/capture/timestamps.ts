/** A time that stands in front of a line, and how many characters it takes with its brackets and blanks. */
export interface LeadingTime {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly length: number;
}

/** Signs that may stand before and behind a time: `[...]`, `; ...`, `# ...`, `--- ... ---`. */
const BEFORE = '^(?:<\\d{1,3}>\\d? ?)?(?:[#;]+[ \\t]*|-{2,} ?|={2,} ?|\\*+ ?)?[[({"]?';
const AFTER = '[\\])}"]?[:,|]?(?: ?-{2,}| ?={2,}| ?\\*+)?[ \\t]?';

/** ISO 8601 and RFC 3339, also with `/`, a blank for the `T`, a comma for the point, or no zone (UTC then). */
const ISO = new RegExp(
  `${BEFORE}(\\d{4})[-/](\\d{2})[-/](\\d{2})[T ](\\d{2}):(\\d{2}):(\\d{2})(?:[.,](\\d{1,9}))?` +
    ` ?(Z|UTC|[+-]\\d{2}:?\\d{2})?(?![0-9:])${AFTER}`,
);
/** BSD syslog and Asterisk's own logs: `Nov 21 02:39:06`, sometimes with a fraction or the year behind. */
const SYSLOG = new RegExp(
  `${BEFORE}(?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun),? )?(Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) {1,2}(\\d{1,2})` +
    `(?: (\\d{4}))? (\\d{2}):(\\d{2}):(\\d{2})(?:[.,](\\d{1,9}))?(?: (?:UTC|GMT|Z))?(?: (\\d{4})(?=\\D|$))?${AFTER}`,
);
/** Seconds since the epoch with or without a fraction, or whole milliseconds, microseconds, nanoseconds. */
const EPOCH = new RegExp(
  `${BEFORE}(?:(\\d{10})(?:[.,](\\d{1,9}))?|(\\d{13})|(\\d{16})|(\\d{19}))(?![\\w.])${AFTER}`,
);

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/**
 * Reads the time in front of a line.
 *
 * @param year for the forms of syslog, which name none.
 * @returns null when the line begins with something else.
 */
export function leadingTime(line: string, year: number): LeadingTime | null {
  const first = line.charCodeAt(0);
  // Nearly every line of a log without times begins with the letter of a header's name.
  if (first >= 97 && first <= 122) return null;
  return iso(line) ?? epoch(line) ?? syslog(line, year);
}

function iso(line: string): LeadingTime | null {
  const match = ISO.exec(line);
  if (match === null) return null;
  const [whole, year, month, day, hour, minute, second, fraction, zone] = match;
  const local = Date.UTC(
    Number(year),
    Number(month) - 1,
    Number(day),
    Number(hour),
    Number(minute),
    Number(second),
    millis(fraction),
  );
  return { at: local - zoneMillis(zone), length: whole.length };
}

function syslog(line: string, year: number): LeadingTime | null {
  const match = SYSLOG.exec(line);
  if (match === null) return null;
  const [whole, month, day, early, hour, minute, second, fraction, late] = match;
  const named = early ?? late;
  const at = Date.UTC(
    named === undefined ? year : Number(named),
    MONTHS.indexOf(month ?? ''),
    Number(day),
    Number(hour),
    Number(minute),
    Number(second),
    millis(fraction),
  );
  return { at, length: whole.length };
}

function epoch(line: string): LeadingTime | null {
  const match = EPOCH.exec(line);
  if (match === null) return null;
  const [whole, seconds, fraction, ms, us, ns] = match;
  const at =
    seconds !== undefined
      ? Number(seconds) * 1000 + millis(fraction)
      : Math.floor(Number(ms ?? (us ?? ns)?.slice(0, 13)));
  return { at, length: whole.length };
}

/** Milliseconds of a fraction's digits; finer ones are cut. */
function millis(fraction: string | undefined): number {
  return fraction === undefined ? 0 : Number(fraction.slice(0, 3).padEnd(3, '0'));
}

function zoneMillis(zone: string | undefined): number {
  if (zone === undefined || zone === 'Z' || zone === 'UTC') return 0;
  const digits = zone.replace(':', '');
  const minutes = Number(digits.slice(1, 3)) * 60 + Number(digits.slice(3, 5));
  return (zone.startsWith('-') ? -minutes : minutes) * 60_000;
}
