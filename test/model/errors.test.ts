import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { CompanionError, ERROR_CATALOGUE } from '../../src/model/errors.ts';

describe('the error catalogue', () => {
  it('and docs/errors.md say the same', () => {
    const page = readFileSync(new URL('../../docs/errors.md', import.meta.url), 'utf8');
    const rows = [...page.matchAll(/^\| `([A-Z_]+)` \| (\d+) \| ([^|]+) \| [^|]+ \|$/gm)].map(
      ([, code, status, summary]) => ({ code, status: Number(status), summary }),
    );
    expect(rows).toEqual(Object.entries(ERROR_CATALOGUE).map(([code, entry]) => ({ code, ...entry })));
  });

  it('gives an error its HTTP status', () => {
    expect(new CompanionError('CHAT_TOO_LONG', 'x').status).toBe(422);
  });
});
