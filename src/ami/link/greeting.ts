/** What other servers begin with. */
const OTHERS: readonly (readonly [RegExp, string])[] = [
  [/^HTTP\//, 'it is an HTTP server'],
  [/^SSH-/, 'it is an SSH server'],
  [/^SIP\//, 'it is a SIP server'],
  [/^RTSP\//, 'it is an RTSP server'],
  [/^(?:220|554)[ -]/, 'it is a mail or file server'],
  [/^\* OK/, 'it is an IMAP server'],
  // A TLS record of the types alert and handshake.
  [/^[\x15\x16]\x03/, 'it wants TLS (set `tls`)'],
];

/** Enough bytes for every pattern. */
const ENOUGH = 5;

/**
 * Looks at the first bytes of a connection, so that a wrong port is named at once instead of being waited
 * for. What it does not know passes: the greeting of a manager has many forms, and may be missing.
 */
export class Greeting {
  #seen: string | null = '';

  /** @returns what answers instead of a manager interface; null while nothing speaks against one. */
  push(chunk: Buffer): string | null {
    if (this.#seen === null) return null;
    this.#seen += chunk.toString('latin1', 0, ENOUGH);
    const seen = this.#seen;
    if (seen.length >= ENOUGH) this.#seen = null;
    return OTHERS.find(([pattern]) => pattern.test(seen))?.[1] ?? null;
  }
}
