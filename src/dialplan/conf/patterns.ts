/** The sets of Asterisk's patterns. */
const SETS: Readonly<Record<string, string>> = { X: '0-9', Z: '1-9', N: '2-9' };

/** An extension or pattern that is ready to be compared. */
export interface Pattern {
  /** Whether a dialled extension fits. */
  matches(exten: string): boolean;
  /** Whether some extension that begins with `-` or holds `&` would fit: `.` or `!` stands at the end. */
  readonly open: boolean;
}

/**
 * Reads an extension of the dialplan: `_` begins a pattern of digits, X, Z, N, `[1-5]` sets, at its end
 * `.` (one or more of any) or `!` (any, also nothing); dashes are for the reader alone.
 */
export function patternOf(exten: string): Pattern {
  if (!exten.startsWith('_')) {
    // Blanks and dashes in a plain extension count as little.
    const plain = exten.replace(/[-\s]/g, '');
    return {
      open: false,
      matches: (dialled) => dialled === exten || dialled.replace(/[-\s]/g, '') === plain,
    };
  }
  const body = exten
    .slice(1)
    .replace(/[-\s]/g, (char, at: number, all: string) => (inSet(all, at) ? char : ''));
  const open = /[.!]$/.test(body);
  const source = body.replace(/\[([^\]]*)\]|[XZN]|[.!]$|[^[]/gi, (part, set?: string) => {
    if (set !== undefined) return set === '' ? '(?!)' : `[${set.replace(/[\\^\]]/g, '\\$&')}]`;
    const known = SETS[part.toUpperCase()];
    if (known !== undefined) return `[${known}]`;
    if (part === '.') return '.+';
    if (part === '!') return '.*';
    return part.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
  });
  const regexp = new RegExp(`^${source}$`, 's');
  return { open, matches: (dialled) => regexp.test(dialled) };
}

function inSet(text: string, at: number): boolean {
  return text.lastIndexOf('[', at) > text.lastIndexOf(']', at);
}
