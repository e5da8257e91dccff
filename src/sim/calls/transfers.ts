import type { Community } from '../skype/community.ts';
import { CAUSES } from './causes.ts';
import { type Channel, joinedTo } from './channel.ts';
import type { Switchboard } from './switchboard.ts';

/** Joins two channels that are up, out of whatever they were in; the end of one ends the other. */
export function join(calls: Switchboard, first: Channel, second: Channel): void {
  for (const channel of [first, second]) calls.release(channel);
  const bridge = calls.book.addBridge({ type: 'basic', joins: true });
  if (!bridge) return;
  const end = calls.listen((notice) => {
    if (notice.type !== 'left-bridge' || notice.bridge !== bridge || bridge.channels.size > 0) return;
    end();
    calls.book.removeBridge(bridge);
  });
  calls.book.enter(bridge, first);
  calls.book.enter(bridge, second);
}

/** Sends a channel to an extension; whoever was joined to it is hung up. */
export function redirect(
  calls: Switchboard,
  channel: Channel,
  context: string,
  exten: string,
  priority = 1,
): void {
  const mates = joinedTo(channel);
  calls.release(channel);
  for (const mate of mates) calls.hangup(mate, CAUSES.normal);
  channel.context = context;
  channel.exten = exten;
  channel.priority = priority;
  calls.proceed(channel);
}

/**
 * `SkypeTransfer(dest,topic)` (manual 3.2.2.1): an incoming call goes on to somebody else, and its channel ends.
 *
 * @returns false when the channel is no incoming Skype call.
 */
export function transfer(
  calls: Switchboard,
  community: Community,
  channel: Channel,
  destination: string,
  topic: string,
): boolean {
  const leg = channel.skype;
  if (leg?.direction !== 'in') return false;
  calls.hangup(channel, CAUSES.normal);
  if (community.account(destination)) {
    const call = { to: destination, from: leg.peer, topic: topic || leg.topic };
    calls.incomingCall({ ...call, targetIdentity: leg.targetIdentity, forwardedBy: leg.user });
  }
  return true;
}
