import { CAUSES } from '../../calls/causes.ts';
import type { Channel } from '../../calls/channel.ts';
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
    run: bridge,
  },
  { name: 'Atxfer', synopsis: 'Attended transfer.', rights: ['call'], later: true, run: attendedTransfer },
  {
    name: 'CancelAtxfer',
    synopsis: 'Cancel an attended transfer.',
    rights: ['call'],
    later: true,
    run: cancelAttendedTransfer,
  },
  {
    name: 'BlindTransfer',
    synopsis: 'Blind transfer channel(s) to the given destination',
    rights: ['call'],
    later: true,
    run: blindTransfer,
  },
];

function bridge(context: ActionContext): string {
  const names = ['Channel1', 'Channel2'].map((header) => [header, context.request.text(header)] as const);
  if (names.some(([, name]) => name === '')) return failure(context, 'Missing channel parameter in request');
  const { calls } = context.world;
  const [first, second] = names.map(([, name]) => calls.book.channel(name));
  for (const [header, name] of names) {
    if (!calls.book.channel(name)) return failure(context, `${header} does not exist: ${name}`);
  }
  if (first && second) join(calls, first, second);
  return success(context, 'Channels have been bridged');
}

/**
 * Asterisk plays the feature code of `features.conf` into the channel. There is none by default, and the simulator
 * has no phones with features, so the answer is that of a PBX without the code (Asterisk 22 seen).
 */
function attendedTransfer(context: ActionContext): string {
  return transferredChannel(context) ?? failure(context, 'No attended transfer feature code found');
}

/** Plays the digits `*1`, which do nothing in a channel without an attended transfer (Asterisk 22 seen). */
function cancelAttendedTransfer(context: ActionContext): string {
  if (context.request.text('Channel') === '') return failure(context, 'No channel specified');
  const channel = named(context, 'Channel');
  if (!channel) return failure(context, 'Channel specified does not exist');
  for (const digit of '*1') context.world.calls.signal({ type: 'dtmf', channel, digit, millis: 0 });
  return success(context, 'CancelAtxfer successfully queued');
}

/** Whoever is in a bridge with the channel goes to the extension, and the channel ends (Asterisk 22 seen). */
function blindTransfer(context: ActionContext): string {
  const refusal = transferredChannel(context);
  const channel = named(context, 'Channel');
  if (refusal !== null || !channel) return refusal ?? failure(context, 'Channel specified does not exist');
  const { calls } = context.world;
  const exten = context.request.text('Exten');
  const where = context.request.text('Context') || channel.context;
  const others = [...(channel.bridge?.channels ?? [])].filter((other) => other !== channel);
  if (others.length === 0) return failure(context, 'Transfer invalid');
  calls.book.leave(channel);
  for (const other of others) redirectChannel(calls, other, where, exten);
  calls.hangup(channel, CAUSES.normal, 'dialplan');
  return success(context, 'Transfer succeeded');
}

/** What Atxfer and BlindTransfer ask first; null when channel and extension are there. */
function transferredChannel(context: ActionContext): string | null {
  const { request } = context;
  if (request.text('Channel') === '') return failure(context, 'No channel specified');
  if (request.text('Exten') === '') return failure(context, 'No extension specified');
  return named(context, 'Channel') ? null : failure(context, 'Channel specified does not exist');
}

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
  world.calls.hangup(channel, cause, 'request');
  return success(context, 'Channel Hungup');
}

function hangupAll(context: ActionContext, pattern: string, cause: number): string {
  const { calls } = context.world;
  const matches = patternOf(pattern);
  if (!matches) return failure(context, 'Regex format invalid, Channel param should be /regex/');
  const channels = calls.book.channels.filter(({ name }) => matches.test(name));
  for (const channel of channels) calls.hangup(channel, cause, 'request');
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
  const written = request.text('Priority');
  if (written === '' && world.variation.era === '22') return failure(context, 'Priority not specified');
  const priority = Number(written || '1');
  if (!Number.isInteger(priority) || priority < 1) return failure(context, 'Priority is invalid');
  const channel = named(context, 'Channel');
  if (!channel) return failure(context, 'Channel does not exist');
  const exten = request.text('Exten');
  const where = request.text('Context') || 'default';
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
