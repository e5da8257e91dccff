import { type AmiMessage, header } from '../../ami/wire/message.ts';

/**
 * Prints a captured message as the PBX sent it, for another client: the same headers in the same order,
 * under the client's own ActionID where one is given.
 */
export function printMessage(message: AmiMessage, actionId: string | null): Buffer {
  const named = message.headers.map(([name, value]): [string, string] =>
    name.toLowerCase() === 'actionid' && actionId !== null ? [name, actionId] : [name, value],
  );
  if (actionId !== null && header(message, 'ActionID') === undefined)
    named.splice(1, 0, ['ActionID', actionId]);
  if (header(message, 'Response')?.toLowerCase() === 'follows')
    return Buffer.from(printFollows(named), 'utf8');
  const lines = named.map(([name, value]) => (name === '' ? value : `${name}: ${value}`));
  return Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'utf8');
}

/** The reply of the 1.4 era to `Command`: bare lines with LF up to the end mark. */
function printFollows(headers: readonly (readonly [string, string])[]): string {
  const head = headers.filter(([name]) => name !== 'Output').map(([name, value]) => `${name}: ${value}\r\n`);
  const output = headers.filter(([name]) => name === 'Output').map(([, value]) => `${value}\n`);
  return `${head.join('')}${output.join('')}--END COMMAND--\r\n\r\n`;
}
