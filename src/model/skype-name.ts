declare const brand: unique symbol;

/**
 * A Skype name as it stands on the wire: `james_bond`, `live:dr.evil`, `echo123`, or a SkypeOut
 * number with its plus (`+12564286000`).
 */
export type SkypeName = string & { readonly [brand]: 'SkypeName' };

/** What an address names: the account of ours that looks, and the person that it looks at. */
export interface SkypeAddress {
  readonly user: SkypeName;
  readonly buddy: SkypeName;
}

const NAME = /^[A-Za-z0-9_+][A-Za-z0-9_.,:+@-]{0,127}$/;
const ACCOUNT = /^[A-Za-z0-9_][A-Za-z0-9_.,:-]{0,63}$/;

/** What {@link isSkypeName} accepts, for error messages. */
export const SKYPE_NAME_RULE = 'a Skype name or +number: ASCII letters, digits and _ . , : + @ -';

/** What {@link isAccountName} accepts, for error messages. */
export const ACCOUNT_NAME_RULE =
  'an account name: ASCII letters, digits and _ . , : -, at most 64, and not "general"';

/**
 * Whether a text may be written as the name of a Skype user or a SkypeOut number. Stricter than what
 * Skype knew, and free of everything that could end a header, a section or a dial string.
 */
export function isSkypeName(text: string): text is SkypeName {
  return NAME.test(text);
}

/**
 * Whether a text may name an account of the PBX, which is also a section of `chan_skype.conf`:
 * `general` is the driver's own section (manual 3.1), and `@` ends the account in a dial string.
 */
export function isAccountName(text: string): text is SkypeName {
  return ACCOUNT.test(text) && text.toLowerCase() !== 'general';
}

/** Takes a name as a PBX or a capture gave it: nothing is refused, what is odd stays visible. */
export function nameFromPbx(text: string): SkypeName {
  return text as SkypeName;
}

/** The form under which names are compared: Skype names have no case. */
export function nameKey(name: string): string {
  return name.toLowerCase();
}

/**
 * Reads `Skype/user@buddy`, the form of `SkypeBuddyStatus` (manual 4.1.2). The first `@` divides: an
 * account holds none, while a buddy may.
 *
 * @returns the address, or null when the text has another form.
 */
export function parseSkypeAddress(text: string): SkypeAddress | null {
  const match = /^skype\/([^@]+)@(.+)$/is.exec(text);
  if (match?.[1] === undefined || match[2] === undefined) return null;
  return { user: nameFromPbx(match[1]), buddy: nameFromPbx(match[2]) };
}

/** Prints the form of events and dial strings: `Skype/user@buddy` (manual 3.2.1, 4.1.2). */
export function printSkypeAddress(address: SkypeAddress): string {
  return `Skype/${address.user}@${address.buddy}`;
}

/** Prints the form of hints: `Skype:user@buddy` (manual 3.4). */
export function printHintAddress(address: SkypeAddress): string {
  return `Skype:${address.user}@${address.buddy}`;
}
