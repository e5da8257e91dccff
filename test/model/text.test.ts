import { expect, it } from 'vitest';
import { lineBreakerIn, printable, utf8Length } from '../../src/model/text.ts';

it.each([
  ['a\rb', 'CR'],
  ['a\nb', 'LF'],
  ['a\0', 'NUL'],
  ['a\tb\u2028', null],
])('the line breaker in %j is %s', (text, name) => {
  expect(lineBreakerIn(text)).toBe(name);
});

it('shows what would forge a line or move a cursor', () => {
  expect(printable('a\r\nb\t\x1b[31m\u202e\u0085\u2028ü🎸')).toBe(
    'a\\r\\nb\\t\\x1b[31m\\u202e\\x85\\u2028ü🎸',
  );
});

it('counts bytes, not characters', () => {
  expect(utf8Length('ü🎸')).toBe(6);
});
