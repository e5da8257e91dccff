import { CompanionError } from '../../model/errors.ts';
import type { AmiAction } from '../skype/action.ts';
import { type AmiMessage, header, headersNamed } from '../wire/message.ts';

/** Longest text of a PBX that is kept in an error. */
const REPLY_LENGTH = 1_000;

/**
 * The error that a response stands for, or null for a good one. Only texts of the Asterisk core are
 * recognised (seen on Asterisk 22, and in the sources of 1.4 and 1.8); a driver's words are passed on in
 * `reply` and never matched.
 */
export function refusalOf(response: AmiMessage, action: AmiAction, pbx: string): CompanionError | null {
  if (header(response, 'Response')?.toLowerCase() !== 'error') return null;
  // A CLI command that failed says why in its output.
  const output = headersNamed(response, 'Output').join('\n');
  const reply = (output || header(response, 'Message') || '').slice(0, REPLY_LENGTH);
  const details = { pbx, action: action.name, reply };
  if (reply === 'Permission denied') {
    return new CompanionError(
      'AMI_PERMISSION_DENIED',
      `the manager user of the PBX "${pbx}" may not use ${action.name}`,
      details,
    );
  }
  if (reply.startsWith('Invalid/unknown command')) {
    // The driver's actions come and go with its module; others are missing in an older Asterisk.
    const code = action.name.startsWith('Skype') ? 'MODULE_ABSENT' : 'PBX_REFUSED';
    const unknown = { ...details, unknownAction: true };
    return new CompanionError(code, `the PBX "${pbx}" does not know ${action.name}`, unknown);
  }
  return new CompanionError('PBX_REFUSED', `the PBX "${pbx}" refused ${action.name}: ${reply}`, details);
}
