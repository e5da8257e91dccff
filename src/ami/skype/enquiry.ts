import { CompanionError } from '../../model/errors.ts';
import { nameKey, type SkypeName } from '../../model/skype-name.ts';
import type { AmiLink } from '../link/port.ts';
import type { AmiAction } from './action.ts';
import { skypeBuddies, skypeLicenseList, skypeLicenseStatus } from './actions.ts';
import { listCommands, moduleCheck } from './core-actions.ts';
import { getAccountProperty, variableValue } from './properties.ts';
import { buddyListOf, callsLicensedOf, commandsOf, type Licence, licencesOf } from './replies.ts';

/** The driver's module. */
export const DRIVER_MODULE = 'chan_skype.so';

/** Questions to a PBX whose answer may also be that it does not say: null then. Lost links are thrown. */
async function ask<Answer>(question: () => Promise<Answer>, refused: Answer): Promise<Answer> {
  try {
    return await question();
  } catch (thrown) {
    if (thrown instanceof CompanionError && REFUSALS.has(thrown.code)) return refused;
    throw thrown;
  }
}

const REFUSALS: ReadonlySet<string> = new Set(['PBX_REFUSED', 'AMI_PERMISSION_DENIED', 'MODULE_ABSENT']);

/** The actions that are loaded and permitted, lower-case; null when the PBX does not tell. */
export function askCommands(link: AmiLink): Promise<ReadonlySet<string> | null> {
  return ask(async () => commandsOf(await link.request(listCommands())), null);
}

/** Whether the driver is loaded; null when the PBX does not tell (no `ModuleCheck`, or no right to it). */
export async function askDriverLoaded(link: AmiLink): Promise<boolean | null> {
  try {
    await link.request(moduleCheck(DRIVER_MODULE));
    return true;
  } catch (thrown) {
    if (!(thrown instanceof CompanionError) || !REFUSALS.has(thrown.code)) throw thrown;
    // An action that exists and is permitted refuses for one reason only.
    return thrown.code === 'PBX_REFUSED' && thrown.details['unknownAction'] !== true ? false : null;
  }
}

/**
 * The status of an account, one of the manual's words or another one. Empty when the PBX answers without
 * one, as for an account that it does not have; null when the question itself is not permitted.
 */
export async function askAccountStatus(link: AmiLink, user: SkypeName): Promise<string | null> {
  try {
    return variableValue(await link.request(getAccountProperty(user, 'status')));
  } catch (thrown) {
    if (!(thrown instanceof CompanionError)) throw thrown;
    if (thrown.code === 'PBX_REFUSED') return '';
    if (thrown.code === 'AMI_PERMISSION_DENIED' || thrown.code === 'VALUE_FORBIDDEN') return null;
    throw thrown;
  }
}

/** Whether a buddy is on the list of an account; null when the PBX does not list it. */
export function askHasBuddy(link: AmiLink, user: SkypeName, buddy: SkypeName): Promise<boolean | null> {
  return ask(async () => {
    const { entries } = buddyListOf(await link.request(skypeBuddies(user)));
    return entries.some((entry) => nameKey(entry.buddy) === nameKey(buddy));
  }, null);
}

/** The licences, where the driver tells of them (patched ones did); null for all others. */
export async function probeLicences(
  link: AmiLink,
): Promise<{ readonly licences: readonly Licence[]; readonly callsLicensed: number | null } | null> {
  const commands = await askCommands(link);
  const has = (action: AmiAction) => commands?.has(action.name.toLowerCase()) === true;
  const list = skypeLicenseList();
  const total = skypeLicenseStatus();
  if (!has(list) && !has(total)) return null;
  return {
    licences: has(list) ? await ask(async () => licencesOf(await link.request(list)), []) : [],
    callsLicensed: has(total)
      ? await ask(async () => callsLicensedOf(await link.request(total)), null)
      : null,
  };
}
