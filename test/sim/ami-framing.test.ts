import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseVariables } from '../../src/sim/ami/arguments.ts';
import { RequestReader } from '../../src/sim/ami/request-reader.ts';
import { ask, block, DRIVER_EVENTS, logIn, pbxForTest } from './support.ts';

const TOO_LONG = 'Message: Failed to parse message: line too long';

/** What a reader makes of bytes: names, values and faults of every request. */
function requests(...portions: readonly Uint8Array[]) {
  const reader = new RequestReader();
  return portions
    .flatMap((portion) => [...reader.push(Buffer.from(portion))])
    .map(({ headers, fault }) => ({
      fault,
      headers: headers.map(({ name, raw }) => [name, raw.toString('latin1')]),
    }));
}

describe('requests on the wire', () => {
  test('any case, no blank, LF alone, and of a repeated header the first', async () => {
    const wire = await logIn(await pbxForTest());
    wire.write('aCtIoN:gEtVaR\nVARIABLE:   A B \nvariable: C\nACTIONID: 1\n\n');
    expect(await wire.until('\r\n\r\n')).toBe(
      block('Response: Success', 'ActionID: 1', 'Variable: A B ', 'Value: '),
    );
  });

  test('one byte at a time', async () => {
    const wire = await logIn(await pbxForTest());
    wire.socket.setNoDelay(true);
    for (const byte of Buffer.from(block('Action: Getvar', 'ActionID: é', 'Variable: V'))) {
      wire.write(Uint8Array.of(byte));
    }
    expect(await wire.until('\r\n\r\n')).toBe(
      block('Response: Success', 'ActionID: é', 'Variable: V', 'Value: '),
    );
  });

  test('a line of 1,022 bytes is taken, one of 1,023 spoils its request only', async () => {
    const wire = await logIn(await pbxForTest(), DRIVER_EVENTS);
    const fits = 'x'.repeat(1022 - 'Variable: '.length);
    expect(await ask(wire, 'Action: Getvar', 'ActionID: 1', `Variable: ${fits}`)).toBe(
      block('Response: Success', 'ActionID: 1', `Variable: ${fits}`, 'Value: '),
    );
    const refused = block('Response: Error', 'ActionID: 2', TOO_LONG);
    expect(await ask(wire, 'Action: Getvar', 'ActionID: 2', `Variable: ${fits}x`)).toBe(refused);
    // The CR of exactly this length stays behind and makes an empty line of its own, as in Asterisk's get_input.
    expect(await wire.until('\r\n\r\n')).toBe(block('Response: Error', 'Message: Missing action in request'));
    expect(await ask(wire, 'Action: Getvar', 'ActionID: 2', `Variable: ${fits.repeat(9)}`)).toBe(refused);
    expect(await ask(wire, 'Action: Getvar', 'ActionID: 3', 'Variable: ok')).toContain('ActionID: 3');
  });

  test('128 lines are taken, 129 refused', async () => {
    const wire = await logIn(await pbxForTest());
    const padding = (count: number) => Array.from({ length: count }, (_, at) => `X-${at}: y`);
    expect(await ask(wire, 'Action: Ping', 'ActionID: 1', ...padding(126))).toContain('Ping: Pong');
    expect(await ask(wire, 'Action: Ping', 'ActionID: 2', ...padding(127))).toBe(
      block('Response: Error', 'ActionID: 2', 'Message: Too many lines in message or allocation failure'),
    );
  });

  test('NUL ends the text of a line', () => {
    expect(requests(Buffer.from('Action: Pi\0ng\r\n\r\n'))).toEqual([
      { fault: null, headers: [['action', 'Pi']] },
    ]);
  });

  test('portions make no difference', () => {
    const alphabet = fc.constantFrom(...'Aa: \r\n\0é"', 'x'.repeat(500), '\r\n', '\n\n');
    fc.assert(
      fc.property(
        fc.array(alphabet, { maxLength: 40 }),
        fc.array(fc.nat(4000), { maxLength: 8 }),
        (parts, cuts) => {
          const bytes = Buffer.from(parts.join(''));
          const bounds = [
            0,
            ...cuts.map((cut) => Math.min(cut, bytes.length)).sort((a, b) => a - b),
            bytes.length,
          ];
          const portions = bounds.slice(1).map((end, at) => bytes.subarray(bounds[at], end));
          expect(requests(...portions)).toEqual(requests(bytes));
        },
      ),
    );
  });
});

describe('the argument parser behind Variable', () => {
  test.each([
    ['mood_text=Shaken, not stirred', [['mood_text', 'Shaken']]],
    [
      'city=Paris,country=FR',
      [
        ['city', 'Paris'],
        ['country', 'FR'],
      ],
    ],
    ['about=say "a,b" now', [['about', 'say a,b now']]],
    ['about=a\\,b\\"c\\\\d', [['about', 'a,b"c\\d']]],
    ['about=f(a,b)[c,d]', [['about', 'f(a,b)[c,d]']]],
    ['about=', [['about', '']]],
    ['no equals sign', []],
    ['=x', []],
  ])('%s', (value, expected) => {
    expect(parseVariables([value]).map(({ name, value: text }) => [name, text])).toEqual(expected);
  });

  test('escaping backslash, quote and comma brings any text through', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        // Parentheses and brackets keep commas together; unbalanced ones only matter for what follows.
        const escaped = text.replace(/[\\",()[\]]/g, '\\$&');
        expect(parseVariables([`about=${escaped}`])).toEqual([{ name: 'about', value: text }]);
      }),
    );
  });
});
