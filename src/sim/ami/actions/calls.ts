import { CAUSES } from '../../calls/causes.ts';
import { type Channel, joinedTo } from '../../calls/channel.ts';
import { join, redirect as redirectChannel } from '../../calls/transfers.ts';
import { type ActionContext, failure, listing, type ManagerAction, success } from '../action.ts';

/** Actions on calls that are up (texts of Asterisk 22). */
export const CALL_ACTIONS: readonly ManagerAction[] = [
  {
    name: 'Hangup',
    synopsis: 'Hangup channel.',
    rights: ['system', 'call'],
    ancientRights: ['call'],
    run: hangup,
  },
  { name: 'Redirect', synopsis: 'Redirect (transfer) a call.', rights: ['call'], run: redirect },
  {
    name: 'Bridge',
    synopsis: 'Bridge two channels already in the PBX.',
    rights: ['call'],
    later: true,
    run(context) {
      const first = named(context, 'Channel1');
      const second = named(context, 'Channel2');
      if (!first) return failure(context, 'Channel1 does not exists');
      if (!second) return failure(context, 'Channel2 does not exists');
      join(context.world.calls, first, second);
      return success(context, 'Channels have been bridged');
    },
  },
  {
    name: 'Atxfer',
    synopsis: 'Attended transfer.',
    rights: ['call'],
    later: true,
    // There are no phones with features here: what it comes to is that the other end goes to the extension.
    run(context) {
      const channel = named(context, 'Channel');
      const exten = context.request.text('Exten');
      if (!channel) return failure(context, 'Channel specified does not exist');
      if (exten === '') return failure(context, 'No extension specified');
      const [other] = joinedTo(channel);
      if (!other) return failure(context, 'Channel is not in a bridge');
      const where = context.request.text('Context') || channel.context;
      redirectChannel(context.world.calls, other, where, exten);
      return success(context, 'Atxfer successfully queued');
    },
  },
];

/** One channel by its name, or with slashes all whose names match a pattern, as a list. */
function hangup(context: ActionContext): string {
  const { request, world } = context;
  const name = request.text('Channel');
  if (name === '') return failure(context, 'No channel specified');
  const cause = Number(request.text('Cause')) || CAUSES.normal;
  if (world.variation.era === '22' && name.startsWith('/') && name.endsWith('/')) {
    return hangupAll(context, name.slice(1, -1), cause);
  }
  const channel = world.calls.book.channel(name);
  if (!channel) return failure(context, 'No such channel');
  world.calls.hangup(channel, cause, true);
  return success(context, 'Channel Hungup');
}

function hangupAll(context: ActionContext, pattern: string, cause: number): string {
  const { calls } = context.world;
  const matches = patternOf(pattern);
  if (!matches) return failure(context, 'Regex format invalid, Channel param should be /regex/');
  const channels = calls.book.channels.filter(({ name }) => matches.test(name));
  for (const channel of channels) calls.hangup(channel, cause, true);
  const entries = channels.map(({ name }) => ({
    event: 'ChannelHungup',
    fields: [['Channel', name]] as const,
  }));
  return listing(context, 'Channels hung up will follow', entries, 'ChannelsHungupListComplete');
}

function patternOf(text: string): RegExp | null {
  try {
    return new RegExp(text, 'i');
  } catch {
    return null;
  }
}

/** Moves a channel, and with ExtraChannel a second one, to an extension. */
function redirect(context: ActionContext): string {
  const { request, world } = context;
  if (request.text('Channel') === '') return failure(context, 'Channel not specified');
  const channel = named(context, 'Channel');
  if (!channel) return failure(context, 'Channel does not exist');
  const exten = request.text('Exten');
  const where = request.text('Context') || 'default';
  const priority = Number(request.text('Priority') || '1');
  if (!Number.isInteger(priority) || priority < 1) return failure(context, 'Invalid priority');
  if (request.text('ExtraChannel') !== '') {
    const extra = named(context, 'ExtraChannel');
    if (!extra) return failure(context, 'ExtraChannel does not exist');
    // Apart first, or sending the first away would hang up the second.
    world.calls.book.leave(extra);
    const extraExten = request.text('ExtraExten') || exten;
    redirectChannel(world.calls, extra, request.text('ExtraContext') || where, extraExten, priority);
    redirectChannel(world.calls, channel, where, exten, priority);
    return success(context, 'Dual Redirect successful');
  }
  redirectChannel(world.calls, channel, where, exten, priority);
  return success(context, 'Redirect successful');
}

function named({ request, world }: ActionContext, header: string): Channel | undefined {
  const name = request.text(header);
  return name === '' ? undefined : world.calls.book.channel(name);
}
