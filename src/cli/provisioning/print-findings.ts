import { printable } from '../../model/text.ts';
import type { Finding, Severity } from '../../services/doctor/findings.ts';

const WORDS: Readonly<Record<Severity, string>> = {
  ok: 'ok  ',
  unknown: '?   ',
  warning: 'warn',
  error: 'FAIL',
};

/** Findings for people: a line each, with the remedy below; several of one kind share it. */
export function printFindings(findings: readonly Finding[]): string {
  return findings
    .map(({ code, severity, pbx, message, remedy }, index) => {
      const where = pbx === null ? '' : `${pbx}: `;
      const line = `${WORDS[severity]} ${code} ${where}${printable(message)}\n`;
      const next = findings[index + 1];
      const shared = next?.code === code && next.remedy === remedy;
      return remedy === null || shared ? line : `${line}            -> ${printable(remedy)}\n`;
    })
    .join('');
}
