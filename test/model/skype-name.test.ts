import { describe, expect, it } from 'vitest';
import {
  isAccountName,
  isSkypeName,
  nameFromPbx,
  parseSkypeAddress,
  printHintAddress,
  printSkypeAddress,
} from '../../src/model/skype-name.ts';

describe('names', () => {
  it.each(['james_bond', 'live:dr.evil', 'echo123', '+12564286000', '_x', 'a,b', 'a@example.com'])(
    '%j may name a Skype user',
    (name) => {
      expect(isSkypeName(name)).toBe(true);
    },
  );
  it.each([
    '',
    'a b',
    'a\r\nAction: Originate',
    'a\nb',
    'a\0',
    'a;b',
    'a[b',
    'a]',
    'a&b',
    'a/b',
    '${x}',
    '"a"',
    'ü',
    '-a',
    'a'.repeat(200),
    '#include',
  ])('%j may not', (name) => {
    expect(isSkypeName(name)).toBe(false);
    expect(isAccountName(name)).toBe(false);
  });
  it.each(['general', 'GENERAL', 'a@b', '+1', 'a'.repeat(65)])('%j may not name an account', (name) => {
    expect(isAccountName(name)).toBe(false);
  });
});

describe('addresses', () => {
  const address = { user: nameFromPbx('james_bond'), buddy: nameFromPbx('live:dr.evil') };
  it('are printed for events and hints', () => {
    expect(printSkypeAddress(address)).toBe('Skype/james_bond@live:dr.evil');
    expect(printHintAddress(address)).toBe('Skype:james_bond@live:dr.evil');
  });
  it('are read back', () => {
    expect(parseSkypeAddress('Skype/james_bond@live:dr.evil')).toEqual(address);
    expect(parseSkypeAddress('Skype:james_bond@live:dr.evil')).toBeNull();
    expect(parseSkypeAddress('Skype/@x')).toBeNull();
    expect(parseSkypeAddress('Skype/x@')).toBeNull();
  });
});
