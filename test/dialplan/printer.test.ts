import { describe, expect, test } from 'vitest';
import { printComment, printEntry, printSections } from '../../src/dialplan/conf/printer.ts';
import { argument, device, setValue, steps } from '../../src/dialplan/dialplan-text.ts';

describe('lines', () => {
  test.each([
    ['a plain value', 'demo', 'key = demo'],
    ['a comment', 'a;b', 'key = a\\;b'],
    ['a block comment', ';--x', 'key = \\;--x'],
    ['an escaped comment', 'a\\;b', 'key = a\\\\;b'],
    ['an arrow', '>x', 'key = >x'],
    ['what needs no escape', '#[x] "y" \\ ${z}', 'key = #[x] "y" \\ ${z}'],
    ['nothing', '', 'key ='],
  ])('%s', (_name, value, line) => {
    expect(printEntry({ key: 'key', value })).toBe(line);
  });

  test('of the dialplan have an arrow', () => {
    expect(printEntry({ key: 'exten', value: '1,1,NoOp()', object: true })).toBe('exten => 1,1,NoOp()');
  });

  test.each([
    ['CR', 'a\rb'],
    ['LF', 'a\nb'],
    ['NUL', 'a\0b'],
    ['a blank in front', ' hunter2'],
    ['a control character behind', 'a\u0001'],
    ['too many bytes', 'é'.repeat(4093)],
  ])('refuse %s and do not quote it', (_name, value) => {
    expect(() => printEntry({ key: 'secret', value })).toThrow(
      expect.objectContaining({ code: 'VALUE_FORBIDDEN', message: expect.not.stringContaining(value) }),
    );
  });

  test.each(['a b', 'a=b', '', '#include', '[x'])('refuse the key "%s"', (key) => {
    expect(() => printEntry({ key, value: 'x' })).toThrow(
      expect.objectContaining({ code: 'VALUE_FORBIDDEN' }),
    );
  });

  test.each(['a;b', 'a]', '', 'a\nb', 'a](!'])('refuse the section %j', (name) => {
    expect(() => printSections([{ name, entries: [] }])).toThrow(
      expect.objectContaining({ code: 'VALUE_FORBIDDEN' }),
    );
  });

  test('comments stay on their line and open no block', () => {
    expect(printComment('--x\nsecret = y')).toBe('; --x\\nsecret = y');
    expect(printComment('')).toBe(';');
  });
});

describe('values in the dialplan', () => {
  test('are one argument', () => {
    expect(argument('a,b "c" (d) [e] \\f & $5')).toBe('a\\,b \\"c\\" \\(d\\) \\[e\\] \\\\f & $5');
  });

  test('are taken as they stand by Set', () => {
    expect(setValue('a,b "c" \\d)')).toBe('a,b "c" \\d)');
  });

  test.each(['${x}', 'a$[1+1]', '$${x}'])('do not expand: %s', (value) => {
    for (const print of [argument, setValue, device]) {
      expect(() => print(value)).toThrow(expect.objectContaining({ code: 'VALUE_FORBIDDEN' }));
    }
  });

  test('are one device', () => {
    expect(device('Skype/james_bond@live:dr.evil')).toBe('Skype/james_bond@live:dr.evil');
    expect(() => device('SIP/a&SIP/b')).toThrow(expect.objectContaining({ code: 'VALUE_FORBIDDEN' }));
  });

  test('steps are numbered 1, n, n', () => {
    expect(steps('007', ['A()', 'B()', 'C()']).map(({ value }) => value)).toEqual([
      '007,1,A()',
      '007,n,B()',
      '007,n,C()',
    ]);
  });
});
