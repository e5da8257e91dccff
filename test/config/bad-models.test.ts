import { describe, expect, test } from 'vitest';
import { formatDiagnostic } from '../../src/config/diagnostic.ts';
import { parseModel } from '../../src/config/model/load.ts';
import type { SecretSources } from '../../src/config/secrets.ts';
import { BAD_FILES, BAD_USERS } from './bad-models.ts';
import { BAD_PARTS } from './bad-parts.ts';

const SOURCES: SecretSources = {
  env: { EMPTY: '', TWO_LINES: 'a\nb' },
  readFile() {
    throw new Error('ENOENT');
  },
};

function linesOf(yaml: string): string[] {
  const { problems } = parseModel('m.yaml', yaml, SOURCES);
  return problems.map((problem) => `${problem.code} ${formatDiagnostic(problem)}`);
}

describe('mistakes in the section of a user', () => {
  test.each(BAD_USERS)('%s', (_name, yaml, lines) => {
    expect(linesOf(`version: 1\nusers:\n  james_bond:\n    ${yaml}\n`)).toEqual(lines);
  });
});

describe('mistakes in a file', () => {
  test.each(BAD_FILES)('%s', (_name, yaml, lines) => {
    expect(linesOf(yaml)).toEqual(lines);
  });
});

describe('mistakes in what parts share', () => {
  test.each(BAD_PARTS)('%s', (_name, yaml, lines) => {
    expect(linesOf(yaml)).toEqual(lines);
  });
});

test('no message holds a password', () => {
  const lines = [...BAD_USERS, ...BAD_FILES, ...BAD_PARTS].flatMap(([, , expected]) => expected).join('\n');
  expect(lines).not.toMatch(/hunter2|sesame/);
});

test('mistakes of all kinds are told at once, in the order of the file', () => {
  const yaml = [
    'version: 1',
    'general: { default_user: q }',
    'users:',
    '  james_bond:',
    '    contxt: demo',
    '    secret: { env: NOT_SET }',
    '    exten: "a b"',
    '    exten: 007',
  ].join('\n');
  expect(linesOf(yaml).map((line) => line.split(' ', 3).slice(0, 3).join(' '))).toEqual([
    'SFA120 m.yaml:2:26: general.default_user:',
    'SFA110 m.yaml:5:5: users.james_bond.contxt:',
    'SFA130 m.yaml:6:13: users.james_bond.secret:',
    'SFA112 m.yaml:7:12: users.james_bond.exten:',
    'SFA102 m.yaml:8:5: users.james_bond.exten:',
  ]);
});
