/** One `name=value` of a `Variable` header. */
export interface Assignment {
  readonly name: string;
  readonly value: string;
}

/**
 * Splits a text at its commas as Asterisk's argument parser does (Asterisk 22 seen): commas inside quotes,
 * parentheses or brackets do not count, quotes vanish, a backslash vanishes and makes the next character plain.
 */
export function splitArguments(text: string): string[] {
  const args: string[] = [];
  let current = '';
  let quoted = false;
  let parens = 0;
  let brackets = 0;
  for (let at = 0; at < text.length; at += 1) {
    const char = text.charAt(at);
    if (char === '"') quoted = !quoted;
    else if (char === '\\') {
      at += 1;
      current += text.charAt(at);
    } else if (char === ',' && !quoted && parens === 0 && brackets === 0) {
      args.push(current);
      current = '';
    } else {
      if (char === '(') parens += 1;
      else if (char === ')') parens = Math.max(0, parens - 1);
      else if (char === '[') brackets += 1;
      else if (char === ']') brackets = Math.max(0, brackets - 1);
      current += char;
    }
  }
  args.push(current);
  return args;
}

/**
 * Reads `Variable` headers into assignments, in order. A part without `=` or without a name is dropped; so
 * `mood_text=Shaken, not stirred` sets `Shaken` and nothing complains (Asterisk 22 seen).
 */
export function parseVariables(values: readonly string[]): Assignment[] {
  return values.flatMap(splitArguments).flatMap((part) => {
    const equals = part.indexOf('=');
    return equals < 1 ? [] : [{ name: part.slice(0, equals), value: part.slice(equals + 1) }];
  });
}
