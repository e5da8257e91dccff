/** The classes of manager rights and events in the order in which Asterisk 22 prints them. */
export const RIGHTS = [
  'system',
  'call',
  'log',
  'verbose',
  'command',
  'agent',
  'user',
  'config',
  'dtmf',
  'reporting',
  'cdr',
  'dialplan',
  'originate',
  'agi',
  'cc',
  'aoc',
  'test',
  'security',
  'message',
] as const;
export type Right = (typeof RIGHTS)[number];

/** A set of rights as bits; bit n is `RIGHTS[n]`. */
export type RightMask = number;

export const NO_RIGHTS: RightMask = 0;
export const ALL_RIGHTS: RightMask = 2 ** RIGHTS.length - 1;

/** The mask of some rights, with the words `all` and `none` of manager.conf; unknown words count nothing. */
export function rightMask(words: readonly string[]): RightMask {
  let mask = NO_RIGHTS;
  for (const word of words) {
    const bit = (RIGHTS as readonly string[]).indexOf(word.trim());
    if (bit >= 0) mask |= 1 << bit;
    else if (word.trim() === 'all') mask = ALL_RIGHTS;
  }
  return mask;
}

/** Prints the rights of an action or event as `Privilege` and ListCommands do: `system,all`. */
export function privilege(mask: RightMask): string {
  const words = RIGHTS.filter((_, bit) => mask & (1 << bit));
  return [...words, 'all'].join(',');
}

/**
 * Reads an event mask (`EventMask` of Events, `Events` of Login): a number, on, off, or a list of classes.
 *
 * @returns null for an empty text, which Asterisk refuses.
 */
export function eventMask(text: string): RightMask | null {
  if (text === '') return null;
  if (/^\d+$/.test(text)) return Number(text) & ALL_RIGHTS;
  if (/^(off|no|false|n|f)$/i.test(text)) return NO_RIGHTS;
  if (/^(on|yes|true|y|t)$/i.test(text)) return ALL_RIGHTS;
  return rightMask(text.split(','));
}
