import { CAUSES, HANGUP_REASONS } from '../../calls/causes.ts';
import { type Channel, parseCallerId } from '../../calls/channel.ts';
import { splitEndpoint } from '../../calls/endpoints.ts';
import {
  type Arguments,
  AriError,
  type AriWorld,
  allocationFailed,
  body,
  type Operation,
  path,
  query,
  type Resource,
} from '../operation.ts';
import { channelJson } from '../snapshots.ts';

const ID = path('channelId');
/** `AST_MAX_PUBLIC_UNIQUEID` of Asterisk. */
const MOST_ID = 149;
/** Seconds to answer when an originate does not say. */
const ORDINARY_TIMEOUT = 30;

const ORIGINATE = [
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
const ORIGINATE_TAIL = [query('otherChannelId'), query('originator'), query('formats')];

/** `/channels`: what a bridged call takes (paths, parameters and refusals of Asterisk 22). */
export const CHANNELS: Resource = {
  name: 'channels',
  operations: [
    {
      nickname: 'list',
      method: 'GET',
      path: '/channels',
      returns: 'List[Channel]',
      parameters: [],
      run: (_, { calls }) => calls.book.channels.map(channelJson),
    },
    {
      nickname: 'originate',
      method: 'POST',
      path: '/channels',
      returns: 'Channel',
      parameters: [...ORIGINATE, query('channelId'), ...ORIGINATE_TAIL],
      run: originate,
    },
    {
      nickname: 'create',
      method: 'POST',
      path: '/channels/create',
      returns: 'Channel',
      parameters: [
        query('endpoint!'),
        query('app!'),
        query('appArgs'),
        query('channelId'),
        ...ORIGINATE_TAIL,
        body('variables'),
      ],
      run: create,
    },
    {
      nickname: 'get',
      method: 'GET',
      path: '/channels/{channelId}',
      returns: 'Channel',
      parameters: [ID],
      run: (args, world) => channelJson(existing(args, world)),
    },
    {
      nickname: 'originateWithId',
      method: 'POST',
      path: '/channels/{channelId}',
      returns: 'Channel',
      parameters: [ID, ...ORIGINATE, ...ORIGINATE_TAIL],
      run: originate,
    },
    {
      nickname: 'hangup',
      method: 'DELETE',
      path: '/channels/{channelId}',
      returns: 'void',
      parameters: [ID, query('reason_code'), query('reason')],
      run: hangup,
    },
    controlled(
      'POST',
      'continue',
      'continueInDialplan',
      (channel, args, { calls }) => {
        channel.context = args.optional('context') ?? channel.context;
        channel.exten = args.optional('extension') ?? channel.exten;
        calls.leaveStasis(channel);
      },
      [query('context'), query('extension'), query('priority', 'int'), query('label')],
    ),
    controlled('POST', 'answer', 'answer', (channel, _, { calls }) => calls.answer(channel)),
    // Tones, holding and digits towards the far end: there is no media here, so they only succeed.
    controlled('POST', 'ring', 'ring', () => {}),
    controlled('DELETE', 'ring', 'ringStop', () => {}),
    controlled('POST', 'dtmf', 'sendDTMF', () => {}, [
      query('dtmf'),
      query('before', 'int'),
      query('between', 'int'),
      query('duration', 'int'),
      query('after', 'int'),
    ]),
    controlled('POST', 'mute', 'mute', () => {}, [query('direction')]),
    controlled('DELETE', 'mute', 'unmute', () => {}, [query('direction')]),
    controlled('POST', 'hold', 'hold', () => {}),
    controlled('DELETE', 'hold', 'unhold', () => {}),
    {
      nickname: 'getChannelVar',
      method: 'GET',
      path: '/channels/{channelId}/variable',
      returns: 'Variable',
      parameters: [ID, query('variable!')],
      run: getVariable,
    },
    controlled(
      'POST',
      'variable',
      'setChannelVar',
      (channel, args, { variables }) => {
        const name = args.text('variable');
        if (name === '') throw new AriError(400, 'Variable name is required');
        if (!variables.write(name, args.text('value'), channel)) {
          throw new AriError(400, 'Failed to execute function');
        }
      },
      [query('variable!'), query('value')],
    ),
    controlled(
      'POST',
      'dial',
      'dial',
      (channel, args, { calls }) => {
        if (channel.state !== 'Down') throw new AriError(409, "Channel is not in the 'Down' state");
        const seconds = Number(args.text('timeout'));
        calls.dial(channel, seconds > 0 ? seconds : null, () => {});
      },
      [query('caller'), query('timeout', 'int')],
    ),
  ],
};

/** An operation on a channel that an application controls; others are refused as Asterisk does. */
function controlled(
  method: Operation['method'],
  verb: string,
  nickname: string,
  run: (channel: Channel, args: Arguments, world: AriWorld) => void,
  parameters: Operation['parameters'] = [],
): Operation {
  return {
    nickname,
    method,
    path: `/channels/{channelId}/${verb}`,
    returns: 'void',
    parameters: [ID, ...parameters],
    run(args, world) {
      const channel = existing(args, world);
      if (channel.app === null) throw new AriError(409, 'Channel not in Stasis application');
      run(channel, args, world);
    },
  };
}

function existing(args: Arguments, { calls }: AriWorld, refusal = 'Channel not found'): Channel {
  const channel = calls.book.channel(args.text('channelId'));
  if (!channel) throw new AriError(404, refusal);
  return channel;
}

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

function appArgs(args: Arguments): readonly string[] {
  const text = args.text('appArgs');
  return text === '' ? [] : text.split(',');
}

/** Calls an endpoint and, once it answers, gives it to an application or to the dialplan. */
function originate(args: Arguments, world: AriWorld): unknown {
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
  calls.dial(channel, seconds > 0 ? seconds : seconds === -1 ? null : ORDINARY_TIMEOUT, () => {
    if (app !== '') calls.enterStasis(channel, app, appArgs(args));
  });
  return created;
}

/** Makes a channel that is in its application before anybody is called; `dial` calls. */
function create(args: Arguments, world: AriWorld): unknown {
  const channel = request(args, world);
  const app = args.text('app');
  world.applications.subscribe(app, `channel:${channel.id}`);
  const created = channelJson(channel);
  world.calls.enterStasis(channel, app, appArgs(args));
  return created;
}

function hangup(args: Arguments, world: AriWorld): void {
  const channel = existing(args, world);
  const reason = args.text('reason');
  const code = args.text('reason_code');
  if (reason !== '' && code !== '')
    throw new AriError(400, "The reason and reason_code can't both be specified");
  const cause = code === '' ? (reason === '' ? CAUSES.normal : HANGUP_REASONS.get(reason)) : Number(code);
  if (cause === undefined) throw new AriError(400, 'Invalid reason for hangup reason provided');
  if (!Number.isInteger(cause)) throw new AriError(400, 'Invalid reason for hangup reason code provided');
  world.calls.hangup(channel, cause, true);
}

function getVariable(args: Arguments, world: AriWorld): unknown {
  const name = args.text('variable');
  if (name === '') throw new AriError(400, 'Variable name is required');
  const channel = existing(args, world, 'Provided channel was not found');
  const value = world.variables.read(name, channel);
  if (value !== null) return { value };
  throw name.endsWith(')')
    ? new AriError(500, 'Unable to read provided function')
    : new AriError(404, 'Provided variable was not found');
}
