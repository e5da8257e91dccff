import type { BuddyStatus } from '../../model/status.ts';
import type { Switchboard } from '../calls/switchboard.ts';
import type { Community } from '../skype/community.ts';

/** The device state of a buddy, as a hint on `Skype:user@buddy` shows it (manual 3.4; mapping as the lab's driver). */
export function presenceDeviceState(status: BuddyStatus): string {
  switch (status) {
    case 'Online':
    case 'Skype Me':
    case 'Skypeout':
      return 'NOT_INUSE';
    case 'Away':
    case 'Not Available':
    case 'Do Not Disturb':
      return 'BUSY';
    case 'Unknown':
      return 'UNKNOWN';
    default:
      return 'UNAVAILABLE';
  }
}

/**
 * Asks for the state of any device: `Skype:user@buddy` is presence, every other name is a channel's device,
 * in use while such a channel is up. `Skype/user@buddy` without one is UNKNOWN (Asterisk 22 seen).
 */
export function deviceState(name: string, community: Community, calls: Switchboard): string {
  const hint = /^Skype:([^@]+)@(.+)$/i.exec(name);
  if (hint) {
    const account = community.account(hint[1] ?? '');
    const buddy = account?.loggedIn ? account.buddies.get(hint[2] ?? '') : undefined;
    return buddy ? presenceDeviceState(community.buddyStatus(buddy)) : 'UNAVAILABLE';
  }
  const device = name.toLowerCase();
  const busy = calls.book.channels.some(
    ({ tech, resource }) => `${tech}/${resource}`.toLowerCase() === device,
  );
  if (busy) return 'INUSE';
  return device.startsWith('skype/') ? 'UNKNOWN' : 'NOT_INUSE';
}
