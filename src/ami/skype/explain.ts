import { CompanionError, type ErrorCode } from '../../model/errors.ts';
import type { SkypeName } from '../../model/skype-name.ts';
import { ACCOUNT_STATUSES } from '../../model/status.ts';
import type { AmiLink } from '../link/port.ts';
import { askAccountStatus, askCommands, askDriverLoaded, askHasBuddy } from './enquiry.ts';

/** Whom the refused action was about. */
export interface RefusedFor {
  readonly user: SkypeName;
  /** Only of an action that needs the buddy to be on the list (`SkypeBuddy`, `SkypeRemoveBuddy`). */
  readonly buddy?: SkypeName;
}

const LOGGED_OUT: ReadonlySet<string> = new Set(ACCOUNT_STATUSES.filter((status) => status !== 'Logged In'));

/**
 * Finds out why the driver refused, by asking and never by reading its words: is the action there
 * (`ListCommands`), is the module (`ModuleCheck`), does the account have a status, and which.
 *
 * @returns `MODULE_ABSENT`, `AMI_PERMISSION_DENIED`, `ACCOUNT_UNKNOWN`, `ACCOUNT_LOGGED_OUT` or
 *   `BUDDY_UNKNOWN` where an answer proves it, with the PBX's text in `reply`; the same error otherwise.
 */
export async function explainRefusal<Thrown>(
  link: AmiLink,
  error: Thrown,
  about: RefusedFor,
): Promise<Thrown | CompanionError> {
  if (!(error instanceof CompanionError) || error.code !== 'PBX_REFUSED') return error;
  try {
    return (await explanation(link, error, about)) ?? error;
  } catch {
    // Not even the questions were answered: what is known is the refusal.
    return error;
  }
}

async function explanation(
  link: AmiLink,
  error: CompanionError,
  { user, buddy }: RefusedFor,
): Promise<CompanionError | null> {
  const action = String(error.details['action'] ?? '');
  const because = (code: ErrorCode, message: string, facts: Record<string, string> = {}) =>
    new CompanionError(code, message, { ...error.details, ...facts }, { cause: error });

  const [commands, loaded] = await Promise.all([askCommands(link), askDriverLoaded(link)]);
  if (loaded === false) return because('MODULE_ABSENT', `chan_skype is not loaded on the PBX "${link.pbx}"`);
  const offered = commands?.has(action.toLowerCase()) === true;
  if (commands !== null && action !== '' && !offered) {
    if (loaded !== true) return null;
    return because(
      'AMI_PERMISSION_DENIED',
      `the manager user of the PBX "${link.pbx}" may not use ${action}`,
    );
  }

  const status = await askAccountStatus(link, user);
  if (status === null) return null;
  if (status === '') {
    // A driver that is there has a status for each of its accounts (manual 3.3.4); that its actions are
    // offered proves it as well, where there is no ModuleCheck (Asterisk 1.4).
    if (loaded !== true && !(offered && action.startsWith('Skype'))) return null;
    return because('ACCOUNT_UNKNOWN', `the PBX "${link.pbx}" has no account "${user}"`, { user });
  }
  if (LOGGED_OUT.has(status)) {
    return because('ACCOUNT_LOGGED_OUT', `the account "${user}" is not logged in: ${status}`, {
      user,
      status,
    });
  }
  if (buddy === undefined || (await askHasBuddy(link, user, buddy)) !== false) return null;
  return because('BUDDY_UNKNOWN', `the account "${user}" has no buddy "${buddy}"`, { user, buddy });
}
