import { type Channel, parseCallerId } from '../../calls/channel.ts';
import { splitEndpoint } from '../../calls/endpoints.ts';
import { redirect } from '../../calls/transfers.ts';
import { type Arguments, AriError, type AriWorld, allocationFailed, body, query } from '../operation.ts';
import { channelJson } from '../snapshots.ts';

/** `AST_MAX_PUBLIC_UNIQUEID` of Asterisk. */
const MOST_ID = 149;
/** Seconds to answer when an originate does not say. */
const ORDINARY_TIMEOUT = 30;

export const ORIGINATE = [
  query('endpoint!'),
  query('extension'),
  query('context'),
  query('priority', 'long'),
  query('label'),
  query('app'),
  query('appArgs'),
  query('callerId'),
  query('timeout', 'int'),
  body('variables'),
];
export const ORIGINATE_TAIL = [query('otherChannelId'), query('originator'), query('formats')];

/** Makes the channel that both kinds of origination begin with. */
function request(args: Arguments, { calls, variables }: AriWorld): Channel {
  const endpoint = args.text('endpoint');
  const id = args.optional('channelId');
  const otherId = args.optional('otherChannelId');
  const callerId = args.optional('callerId');
  if ((id?.length ?? 0) > MOST_ID || (otherId?.length ?? 0) > MOST_ID) {
    throw new AriError(400, `Uniqueid length exceeds maximum of ${MOST_ID}`);
  }
  if (endpoint === '') throw new AriError(400, 'Endpoint must be specified');
  if (args.text('originator') !== '' && args.text('formats') !== '') {
    throw new AriError(400, "Originator and formats can't both be specified");
  }
  if (!splitEndpoint(endpoint)) throw new AriError(400, 'Invalid endpoint specified');
  if ([id, otherId].some((wish) => wish !== undefined && calls.book.channel(wish))) {
    throw new AriError(409, 'Channel with given unique ID already exists');
  }
  const party = callerId === undefined ? undefined : parseCallerId(callerId);
  const channel = calls.request(endpoint, { id, otherId, callerId: party });
  if ('denied' in channel) throw allocationFailed();
  for (const [name, value] of args.entries('variables')) variables.write(name, value, channel);
  return channel;
}

export function appArgs(args: Arguments): readonly string[] {
  const text = args.text('appArgs');
  return text === '' ? [] : text.split(',');
}

/** Calls an endpoint and, once it answers, gives it to an application or to the dialplan. */
export function originate(args: Arguments, world: AriWorld): unknown {
  const { calls, applications } = world;
  const app = args.text('app');
  const exten = args.text('extension');
  if (args.text('endpoint') !== '' && app === '' && exten === '') {
    throw new AriError(400, 'Application or extension must be specified');
  }
  const channel = request(args, world);
  if (app === '') {
    channel.exten = exten;
    channel.context = args.optional('context') ?? 'default';
  } else {
    applications.subscribe(app, `channel:${channel.id}`);
    if (channel.partner) applications.subscribe(app, `channel:${channel.partner.id}`);
  }
  const created = channelJson(channel);
  const seconds = Number(args.text('timeout'));
  calls.dial(channel, seconds > 0 ? seconds : seconds === -1 ? null : ORDINARY_TIMEOUT, {
    answered: () => {
      if (app !== '') calls.enterStasis(channel, app, appArgs(args));
      else redirect(calls, channel, channel.context, exten, Number(args.text('priority')) || 1);
    },
    failed: () => {},
  });
  return created;
}

/** Makes a channel that is in its application before anybody is called; `dial` calls. */
export function create(args: Arguments, world: AriWorld): unknown {
  const channel = request(args, world);
  const app = args.text('app');
  world.applications.subscribe(app, `channel:${channel.id}`);
  const created = channelJson(channel);
  world.calls.enterStasis(channel, app, appArgs(args));
  return created;
}
