import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { LINT_RULES } from '../../src/config/lint-rules.ts';

const DOCS = readFileSync('docs/lint.md', 'utf8');

test('docs/lint.md lists every rule with its severity, and explains each', () => {
  const rows = [...DOCS.matchAll(/^\| \[(SFA\d+)\]\(#(.*)\) \| (\w+) \| (.*) \|$/gm)].map((row) =>
    row.slice(1),
  );
  expect(rows).toEqual(
    Object.entries(LINT_RULES).map(([code, { severity, title }]) => [
      code,
      code.toLowerCase(),
      severity,
      title,
    ]),
  );
  const chapters = [...DOCS.matchAll(/^## (SFA\d+)\n\n\*\*(.*?)\.\*\* \S/gms)].map((match) => match.slice(1));
  expect(chapters).toEqual(Object.entries(LINT_RULES).map(([code, { title }]) => [code, title]));
});
