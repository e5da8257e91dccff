/**
 * Which of these options of `[general]` differ between two texts of chan_skype.conf. Both are of our own
 * making, so that the plain form `key = value` is enough.
 */
export function changedOptions(before: string, after: string, options: readonly string[]): string[] {
  const [old, fresh] = [generalOptions(before), generalOptions(after)];
  return options.filter((name) => old.get(name) !== fresh.get(name));
}

function generalOptions(text: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  let inGeneral = false;
  for (const line of text.split('\n')) {
    const section = /^\[([^\]]+)\]/.exec(line)?.[1];
    if (section !== undefined) inGeneral = section.toLowerCase() === 'general';
    const entry = /^([a-z0-9_]+)\s*=>?\s*(.*)$/.exec(line);
    if (inGeneral && entry?.[1] !== undefined) found.set(entry[1], entry[2] ?? '');
  }
  return found;
}
