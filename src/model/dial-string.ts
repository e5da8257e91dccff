/** A dial string of one device: no `&` (a second device), no `,` (an option), nothing of the dialplan. */
const DIAL_STRING = /^[A-Za-z0-9]+\/[A-Za-z0-9_.:@+/-]{1,120}$/;
const PATTERN = /^[A-Za-z0-9]+\/[A-Za-z0-9_.:@+/*-]{1,120}$/;

/** In words what {@link isDialString} allows. */
export const DIAL_STRING_RULE = 'a dial string of one device, for example PJSIP/shoe-phone';
/** In words what {@link isDialPattern} allows. */
export const DIAL_PATTERN_RULE =
  'a dial string of one device in which * stands for letters, digits, _ . and -, for example PJSIP/*';

/** Whether a text calls one device and does nothing else. */
export function isDialString(text: string): boolean {
  return DIAL_STRING.test(text);
}

/** Whether a text is a pattern for {@link matchesDialPattern}. */
export function isDialPattern(text: string): boolean {
  return PATTERN.test(text);
}

/** Whether a dial string is one that a pattern allows, in any case; `*` reaches across no `/`, `@` or `:`. */
export function matchesDialPattern(pattern: string, dialString: string): boolean {
  const body = pattern.replace(/[\\^$+?.()|{}[\]]/g, '\\$&').replaceAll('*', '[A-Za-z0-9_.-]+');
  return new RegExp(`^${body}$`, 'i').test(dialString);
}
