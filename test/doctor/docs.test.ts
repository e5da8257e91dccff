import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { CHECKS } from '../../src/services/doctor/findings.ts';

it('docs/doctor.md and the code know the same checks', () => {
  const page = readFileSync(new URL('../../docs/doctor.md', import.meta.url), 'utf8');
  const rows = page.split('\n').flatMap((line) => {
    const [, code = '', severity, title = '', why = '', remedy] = line.split('|').map((cell) => cell.trim());
    return /^SFA\d{3}$/.test(code) && why !== '' ? [[code, severity, title.toLowerCase(), remedy]] : [];
  });
  expect(rows).toEqual(
    Object.entries(CHECKS).map(([code, { severity, title, remedy }]) => [
      code,
      severity,
      title.toLowerCase(),
      remedy,
    ]),
  );
});
