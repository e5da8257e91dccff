/** What tools write between the bytes of a manager session: telnet, nc, ncat, script, shells. */
const NOISE: readonly RegExp[] = [
  /^Trying \S+\.\.\.$/,
  /^Connected to .*\.$/,
  /^Escape character is .*\.$/,
  /^Connection closed by foreign host\.$/,
  /^Connection to .* (?:closed|succeeded!?|port .*)\.?$/,
  /^Connection closed\.$/,
  /^telnet> ?(?:quit|close|q)?$/,
  /^telnet: .*/,
  /^(?:\^\]|\^C|\^D)$/,
  /^Ncat: .*/,
  /^Script (?:started|done)(?: on|:).*$/,
  /^[^$#]{0,80}[$#] ?(?:telnet|nc|ncat|socat|exit|logout|openssl)\b/,
  /^[\w.-]*\*?CLI>\s*$/,
  /^(?:[#;]|\/\/)(?!\s*\S+:\s).*$/,
  /^[-=*]{3,}.*[-=*]{3,}$/,
  /^[-=*]{3,}$/,
];

/** A prompt in front of something that the session sent: `pbx*CLI> Event: ...`. */
const PROMPT = /^(?:[\w.-]*\*CLI>|telnet>) +(?=\S)/;
const MAX_NOISE = 300;
const BANNER_LINE = /^Asterisk Call Manager\/[0-9.]*$/i;
const ESCAPES = /\u001b\[[0-9;?]*[A-Za-z]/g;

/** Whether a line is the work of the tool that saved the session, or the greeting of the PBX. */
export function isNoise(line: string): boolean {
  // Tools write short lines; some of these patterns would be slow on a long one.
  if (line.length > MAX_NOISE) return false;
  return BANNER_LINE.test(line) || NOISE.some((pattern) => pattern.test(line));
}

/** A line without a prompt or a glued greeting in front of it, and without a terminal's colours. */
export function withoutPrompt(line: string): string {
  const plain = line.includes('\u001b') ? line.replace(ESCAPES, '') : line;
  return plain.slice(frontLength(plain));
}

/** A greeting without a line end of its own: the first header is glued to it. */
const GLUED = /^Asterisk Call Manager\/[0-9.]+(?=[A-Za-z])/i;

/** How many characters of a line stand in front of what the session sent: a prompt, or a glued greeting. */
export function frontLength(line: string): number {
  return (PROMPT.exec(line) ?? GLUED.exec(line))?.[0].length ?? 0;
}
