/**
 * The bytes of AMI as Asterisk 22 writes them: literal templates, CR LF ends a line, an empty line ends a block.
 * Nothing here is shared with the project's own encoder and framer, so that two mistakes cannot hide each other.
 */

/**
 * Makes a value safe for one line. People write their own `about`, `fullname` and `mood_text`, which AMI shows
 * unencoded (manual 3.5.5); what the driver did with line breaks in them is unknown. Here CR, LF and NUL become
 * blanks, so that nobody's profile can forge a header.
 */
export function oneLine(value: string): string {
  return UNSAFE.test(value) ? value.replace(/[\r\n\0]/g, ' ') : value;
}

const UNSAFE = /[\r\n\0]/;

/** A header with a value that may come from outside. */
export type Field = readonly [name: string, value: string];

/** `Response` and, when the request had one, `ActionID`: the beginning of every answer. */
function head(response: string, actionId: string): string {
  return actionId === '' ? `Response: ${response}\r\n` : `Response: ${response}\r\nActionID: ${actionId}\r\n`;
}

function lines(fields: readonly Field[]): string {
  let text = '';
  for (const [name, value] of fields) text += `${name}: ${oneLine(value)}\r\n`;
  return text;
}

/** An answer: head, then `Message` or other fields. */
export function answer(
  response: 'Success' | 'Error' | 'Goodbye',
  actionId: string,
  fields: readonly Field[],
): string {
  return `${head(response, actionId)}${lines(fields)}\r\n`;
}

/**
 * An answer with a list: `EventList: start` stands before `Message`; entries carry no `Privilege`; the end is
 * ActionID, `EventList: Complete`, `ListItems` (Asterisk 22 seen; the manual's 1.4 shape has no EventList).
 */
export function list(
  actionId: string,
  message: string,
  entryEvent: string,
  completeEvent: string,
  entries: readonly (readonly Field[])[],
): string {
  const id = actionId === '' ? '' : `ActionID: ${actionId}\r\n`;
  let text = `Response: Success\r\n${id}EventList: start\r\nMessage: ${message}\r\n\r\n`;
  for (const entry of entries) text += `Event: ${entryEvent}\r\n${id}${lines(entry)}\r\n`;
  return `${text}Event: ${completeEvent}\r\n${id}EventList: Complete\r\nListItems: ${entries.length}\r\n\r\n`;
}

/** The answer of Command: one `Output` for each line, also for empty ones (Asterisk 22 seen). */
export function commandOutput(actionId: string, succeeded: boolean, output: readonly string[]): string {
  const printed = output.map((line) => `Output: ${oneLine(line)}\r\n`).join('');
  const start = head(succeeded ? 'Success' : 'Error', actionId);
  return `${start}Message: Command output follows\r\n${printed}\r\n`;
}

/** An event that belongs to no request. */
export function event(name: string, privilege: string, fields: readonly Field[]): string {
  return `Event: ${name}\r\nPrivilege: ${privilege}\r\n${lines(fields)}\r\n`;
}
