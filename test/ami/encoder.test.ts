import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeAction, escapeVariableValue } from '../../src/ami/wire/encoder.ts';
import { variablesOf } from '../helpers/argument-parser.ts';
import { framesOf, messagesOf } from '../helpers/frames.ts';

describe('encodeAction', () => {
  it('prints literal bytes', () => {
    expect(
      encodeAction([
        ['Action', 'Ping'],
        ['ActionID', 'sfa-1'],
      ]),
    ).toBe('Action: Ping\r\nActionID: sfa-1\r\n\r\n');
  });

  it.each([
    ['\r\n', 'CR'],
    ['\n', 'LF'],
    ['\r', 'CR'],
    ['\0', 'NUL'],
  ])('refuses %j in a value', (breaker, name) => {
    const secret = `hunter2${breaker}Action: Originate`;
    expect(() => encodeAction([['Secret', secret]])).toThrow(
      `header Secret: ${name} was found, which ends a line`,
    );
    expect(() => encodeAction([['Secret', secret]])).not.toThrow('hunter2');
  });

  it.each(['A: b', 'A\r\nB', '', 'Ü', ' A', 'A '])('refuses the header name %j', (name) => {
    expect(() => encodeAction([[name, 'x']])).toThrow('header name');
  });

  it('allows a line of 1,022 bytes and refuses one of 1,023, as Asterisk 22 does', () => {
    const value = 'ü'.repeat(506);
    expect(encodeAction([['Message', `${value}x`]])).toHaveLength('Message: '.length + 507 + 4);
    expect(() => encodeAction([['Message', `${value}xy`]])).toThrow(
      'a line of 1023 bytes was found, at most 1022',
    );
  });

  it('refuses more than 128 headers', () => {
    const headers = Array.from({ length: 129 }, (_, index) => ['Variable', `v${index}=1`] as const);
    expect(() => encodeAction(headers)).toThrow('129 headers was found, at most 128');
    expect(framesOf([Buffer.from(encodeAction(headers.slice(1)))])).toHaveLength(1);
  });

  it('gives one message with the same headers back, whatever was printed', () => {
    const value = fc.string({ unit: 'grapheme', maxLength: 60 }).filter((text) => !/^ |[\r\n\0]/.test(text));
    const name = fc.stringMatching(/^[A-Za-z][A-Za-z0-9_-]{0,10}$/);
    fc.assert(
      fc.property(fc.array(fc.tuple(name, value), { minLength: 1, maxLength: 10 }), (headers) => {
        const text = encodeAction([['Action', 'X'], ...headers]);
        expect(messagesOf([Buffer.from(text)])).toEqual([{ headers: [['Action', 'X'], ...headers] }]);
      }),
    );
  });
});

describe('escapeVariableValue', () => {
  it.each([
    ['Shaken, not stirred', 'Shaken\\, not stirred'],
    ['a=1,b=2', 'a=1\\,b=2'],
    ['say "hi"', 'say \\"hi\\"'],
    ['C:\\dir', 'C:\\\\dir'],
  ])('%j', (value, escaped) => {
    expect(escapeVariableValue(value)).toBe(escaped);
  });

  it.each([
    ['mood_text=Shaken, not stirred', { mood_text: 'Shaken' }],
    ['city=Paris,country=FR', { city: 'Paris', country: 'FR' }],
    ['a="x,y"', { a: 'x,y' }],
    ['a=\\x', { a: 'x' }],
  ])('the model of the argument parser reads %j as Asterisk 22 was seen to', (header, expected) => {
    expect(variablesOf(header)).toEqual(expected);
  });

  it('makes any text arrive whole, and never as two variables', () => {
    const value = fc.string({
      unit: fc.constantFrom('a', '=', ',', '"', '\\', ' ', 'ü', '🎸'),
      maxLength: 40,
    });
    fc.assert(
      fc.property(value, (text) => {
        expect(variablesOf(`about=${escapeVariableValue(text)}`)).toEqual({ about: text });
      }),
    );
  });
});
