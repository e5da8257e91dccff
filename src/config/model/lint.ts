import { z } from 'zod';
import { DIAGNOSTIC_CODES as CODES } from '../diagnostic.ts';
import { LINT_RULES } from '../lint-rules.ts';

/** The codes that may be silenced: all rules, and the warning of plain secrets. */
const IGNORABLE: readonly string[] = [CODES.SECRET_PLAIN, ...Object.keys(LINT_RULES)];

/** `lint: { ignore: [SFA208] }`, for the whole model or for the place where it stands. */
export const lint = z
  .strictObject({
    ignore: z
      .array(z.enum(IGNORABLE, { error: IGNORABLE.join(', ') }), {
        error: 'a list of codes, such as [SFA208]',
      })
      .optional(),
  })
  .optional()
  .describe('Rules that are silenced here, see docs/lint.md.');
