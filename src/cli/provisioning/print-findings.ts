import { printable } from '../../model/text.ts';
import type { Finding, Severity } from '../../services/doctor/findings.ts';

const WORDS: Readonly<Record<Severity, string>> = {
  ok: 'ok  ',
  unknown: '?   ',
  warning: 'warn',
  error: 'FAIL',
};

/** Findings for people: one line each, with its remedy below. */
export function printFindings(findings: readonly Finding[]): string {
  return findings
    .map(({ code, severity, pbx, message, remedy }) => {
      const where = pbx === null ? '' : `${pbx}: `;
      const line = `${WORDS[severity]} ${code} ${where}${printable(message)}\n`;
      return remedy === null ? line : `${line}            -> ${printable(remedy)}\n`;
    })
    .join('');
}
