import type { AriBridge, AriChannel } from '../../../ari/port.ts';
import { callOfId } from './ids.ts';

/** What stands on a PBX at one moment. */
export interface Listing {
  /** `performance.now()` when it was asked for. */
  readonly began: number;
  readonly channels: readonly AriChannel[];
  readonly bridges: readonly AriBridge[];
  /** Channels that our application holds or hears of. */
  readonly ours: readonly string[];
}

/** The channels and bridges with ids of ours whose call nobody knows. */
export function orphansOf(
  listing: Listing,
  app: string,
  isKnown: (call: string) => boolean,
): { readonly channels: readonly string[]; readonly bridges: readonly string[] } {
  const orphan = ({ id }: { id: string }) => {
    const call = callOfId(app, id);
    return call !== null && !isKnown(call);
  };
  return {
    channels: listing.channels.filter(orphan).map(({ id }) => id),
    bridges: listing.bridges.filter(orphan).map(({ id }) => id),
  };
}

/** Channels from the dialplan that our application holds, and that belong to no call we know. */
export function strayedOf(
  listing: Listing,
  app: string,
  isRegistered: (channel: string) => boolean,
): readonly string[] {
  const living = new Set(listing.channels.map(({ id }) => id));
  return listing.ours.filter((id) => living.has(id) && callOfId(app, id) === null && !isRegistered(id));
}

/** The two legs of a call from before a restart, as far as they are still there. */
export function legsOf(
  listing: Listing,
  app: string,
  call: string,
): { readonly agent: string; readonly skype: string; readonly bridged: boolean } | null {
  const own = listing.channels.filter(({ id }) => callOfId(app, id) === call).map(({ id }) => id);
  const bridge = listing.bridges.find(({ id }) => callOfId(app, id) === call);
  const agent = own.find((id) => id.endsWith('.agent')) ?? own.find((id) => /\.consult\d+$/.test(id)) ?? null;
  // The Skype leg of an incoming call has an id of the PBX's own: only the bridge tells which it is.
  const skype = own.find((id) => id.endsWith('.skype')) ?? bridge?.channels.find((id) => !own.includes(id));
  if (agent === null || skype === undefined || bridge === undefined) return null;
  return { agent, skype, bridged: bridge.channels.includes(skype) };
}
