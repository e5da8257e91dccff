import type { Community } from '../skype/community.ts';
import { type Account, type CallManner, callManner, isNobody } from '../skype/members.ts';
import { CAUSES } from './causes.ts';

/** Where a dial string leads and what will happen there. */
export interface Destination {
  readonly tech: string;
  readonly resource: string;
  readonly manner: CallManner | 'absent';
  readonly skype: { readonly user: string; readonly peer: string } | null;
  /** The account that is called, when it belongs to this PBX: it gets a channel of its own. */
  readonly account: Account | null;
}

/** A dial string that gives no channel; the cause is what Asterisk's Dial would report. */
export interface Denial {
  readonly denied: number;
}

/** What the resolver needs to know about the calls that are up. */
export interface LineState {
  readonly freeSkypeChannels: number;
  readonly defaultUser: string | null;
}

/** Splits `Tech/resource`; null when one of them is missing. */
export function splitEndpoint(endpoint: string): { tech: string; resource: string } | null {
  const slash = endpoint.indexOf('/');
  if (slash < 1 || slash === endpoint.length - 1) return null;
  return { tech: endpoint.slice(0, slash), resource: endpoint.slice(slash + 1) };
}

/**
 * Decides what a dial string leads to. `Skype/[user@]dest` (manual 3.2.1) needs a known, logged-in account
 * that may call out and a free licensed channel; `PJSIP/x`, `SIP/x`, `IAX2/x` and `Local/x@y` always exist and
 * behave by their name (see `callManner`).
 */
export function resolveEndpoint(
  endpoint: string,
  community: Community,
  lines: LineState,
): Destination | Denial {
  const parts = splitEndpoint(endpoint);
  if (!parts) return { denied: CAUSES.unallocated };
  switch (parts.tech.toLowerCase()) {
    case 'skype':
      return resolveSkype(parts.resource, community, lines);
    case 'pjsip':
    case 'sip':
    case 'iax2':
    case 'local':
      return { ...parts, manner: callManner(parts.resource), skype: null, account: null };
    default:
      return { denied: CAUSES.interworking };
  }
}

function resolveSkype(resource: string, community: Community, lines: LineState): Destination | Denial {
  const at = resource.indexOf('@');
  const user = at === -1 ? lines.defaultUser : resource.slice(0, at);
  const peer = resource.slice(at + 1);
  const account = user === null ? undefined : community.account(user);
  if (!account || peer === '' || isNobody(peer)) return { denied: CAUSES.unallocated };
  if (!account.loggedIn) return { denied: CAUSES.absent };
  if (account.direction === 'incoming') return { denied: CAUSES.rejected };
  const called = community.member(peer);
  // A call between two accounts of the PBX takes two licensed channels.
  if (lines.freeSkypeChannels < (called.kind === 'account' ? 2 : 1)) return { denied: CAUSES.congestion };
  return {
    tech: 'Skype',
    resource: `${account.name}@${peer}`,
    manner: reachable(called) ? (called.kind === 'person' ? called.calls : 'answer') : 'absent',
    skype: { user: account.name, peer },
    account: called.kind === 'account' && reachable(called) ? called : null,
  };
}

function reachable(called: ReturnType<Community['member']>): boolean {
  return called.kind === 'person'
    ? !called.status.startsWith('Offline')
    : called.loggedIn && called.direction !== 'outgoing';
}

/** Where `Local/exten@context/options` leads. */
export function localPlace(resource: string): { readonly exten: string; readonly context: string } {
  const [exten = 's', context = 'default'] = resource.split('/')[0]?.split('@') ?? [];
  return { exten, context };
}
