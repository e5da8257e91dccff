import type { AmiLink } from '../link/port.ts';
import { askCommands, askDriverLoaded } from './enquiry.ts';

/** What this service asks of a PBX, with the right in manager.conf that each action needs. */
const NEEDED = {
  SkypeChatSend: 'system',
  SkypeBuddies: 'system',
  SkypeAddBuddy: 'system',
  SkypeRemoveBuddy: 'system',
  SkypeAccountProperty: 'system',
  Getvar: 'call',
  Command: 'command',
} as const;

/** What a manager user can do once it is logged in. */
export interface Rights {
  /** `unknown` where the PBX answers neither `ListCommands` nor `ModuleCheck`. */
  readonly driver: 'loaded' | 'absent' | 'unknown';
  /** Actions that are refused for lack of a right, with the right to add to `write` in manager.conf. */
  readonly denied: readonly { readonly action: string; readonly right: string }[];
}

/**
 * Finds out right after a login what the manager user lacks, so that it is said at once and not only when
 * the first chat fails. What `ListCommands` leaves out is either not loaded or not permitted;
 * `ModuleCheck` tells which. `Getvar` and `Command` belong to every Asterisk.
 */
export async function checkRights(link: AmiLink): Promise<Rights> {
  const [commands, loaded] = await Promise.all([askCommands(link), askDriverLoaded(link)]);
  const hasAny = commands?.has('skypechatsend') === true;
  const driver = loaded === true || hasAny ? 'loaded' : loaded === false ? 'absent' : 'unknown';
  const denied = Object.entries(NEEDED)
    .filter(([action]) => commands !== null && !commands.has(action.toLowerCase()))
    .filter(([action]) => !action.startsWith('Skype') || driver === 'loaded')
    .map(([action, right]) => ({ action, right }));
  return { driver, denied };
}
