/**
 * A model of what Asterisk does with `Variable: name=value` headers: its argument parser splits at commas
 * outside of quotes, drops quotes, and takes a backslash as the mark of a plain character (seen with 250
 * random values on Asterisk 22). A part without `=` is dropped.
 */
export function variablesOf(header: string): Record<string, string> {
  const parts: string[] = [''];
  let quoted = false;
  for (let index = 0; index < header.length; index += 1) {
    const char = header[index] ?? '';
    if (char === '\\') {
      index += 1;
      parts.push((parts.pop() ?? '') + (header[index] ?? ''));
    } else if (char === '"') {
      quoted = !quoted;
    } else if (char === ',' && !quoted) {
      parts.push('');
    } else {
      parts.push((parts.pop() ?? '') + char);
    }
  }
  return Object.fromEntries(
    parts
      .filter((part) => part.includes('='))
      .map((part) => [part.slice(0, part.indexOf('=')), part.slice(part.indexOf('=') + 1)]),
  );
}
