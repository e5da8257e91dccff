/**
 * What `sfa check` looks for beyond the schema: every rule with its stable id. The rules themselves are
 * in `src/dialplan/lint/`, their explanations in `docs/lint.md`; a test holds the three together.
 */
export const LINT_RULES = {
  SFA201: { severity: 'error', title: 'The dialplan has no such context' },
  SFA202: { severity: 'error', title: 'The dialplan has no such extension in that context' },
  SFA203: { severity: 'warning', title: 'Nothing includes a generated context' },
  SFA204: { severity: 'error', title: 'The dialplan has steps for a generated extension' },
  SFA205: { severity: 'warning', title: 'The dialplan has a hint for the same extension or buddy' },
  SFA206: { severity: 'warning', title: 'Asterisk would read the name as a pattern' },
  SFA207: { severity: 'warning', title: 'The name cannot be watched or dialled' },
  SFA208: { severity: 'warning', title: 'A hint for somebody who is no buddy' },
  SFA209: { severity: 'error', title: 'A hint for an account without presence' },
  SFA210: { severity: 'error', title: 'A call against the direction of the account' },
  SFA211: { severity: 'warning', title: 'Accounts that answer each other without end' },
  SFA212: { severity: 'warning', title: 'g729 takes a codec module and licences' },
  SFA213: { severity: 'error', title: 'A route that takes emergency calls' },
  SFA214: { severity: 'warning', title: 'A pattern that lets & pass into Dial' },
  SFA215: { severity: 'warning', title: 'The avatar is no JPEG of 96x96 pixels that can be read' },
  SFA216: { severity: 'warning', title: 'The engine cannot run in its directory' },
} as const satisfies Readonly<Record<`SFA2${number}`, { severity: 'error' | 'warning'; title: string }>>;

export type LintCode = keyof typeof LINT_RULES;
