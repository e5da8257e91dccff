import { CAUSES, HANGUP_REASONS } from '../../calls/causes.ts';
import type { Channel } from '../../calls/channel.ts';
import { redirect, transfer } from '../../calls/transfers.ts';
import {
  type Arguments,
  AriError,
  type AriWorld,
  body,
  type Operation,
  path,
  query,
  type Resource,
} from '../operation.ts';
import { channelJson } from '../snapshots.ts';
import { mediaOperations } from './media.ts';
import { appArgs, create, ORIGINATE, ORIGINATE_TAIL, originate } from './originate.ts';

const ID = path('channelId');
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
        const context = args.optional('context') ?? channel.context;
        const exten = args.optional('extension') ?? channel.exten;
        // Without a place the channel goes on behind the step that brought it here (Asterisk 22).
        const onward = args.optional('context') ?? args.optional('extension');
        const priority = onward === undefined ? channel.priority + 1 : 1;
        redirect(calls, channel, context, exten, Number(args.text('priority')) || priority);
      },
      [query('context'), query('extension'), query('priority', 'int'), query('label')],
    ),
    controlled(
      'POST',
      'move',
      'move',
      (channel, args, { calls, applications }) => {
        const app = args.text('app');
        if (!applications.has(app)) throw new AriError(404, 'Application not found');
        calls.leaveStasis(channel);
        calls.enterStasis(channel, app, appArgs(args));
      },
      [query('app!'), query('appArgs')],
    ),
    controlled(
      'POST',
      'redirect',
      'redirect',
      (channel, args, { calls, community }) => {
        const endpoint = args.text('endpoint');
        if (endpoint === '') throw new AriError(400, "Required parameter 'endpoint' not provided.");
        const [tech = '', ...rest] = endpoint.split('/');
        const resource = rest.join('/');
        if (rest.length === 0 || tech === '')
          throw new AriError(422, `Endpoint parameter '${endpoint}' does not contain tech/resource`);
        if (resource === '')
          throw new AriError(422, `No resource provided in endpoint parameter '${endpoint}'`);
        if (tech.toLowerCase() !== channel.tech.toLowerCase())
          throw new AriError(
            422,
            `Endpoint technology '${tech}' does not match channel technology '${channel.tech}'`,
          );
        // What the driver makes of it is not told: a call that goes out stays as it is (seen in the laboratory).
        transfer(calls, community, channel, resource, '');
      },
      [query('endpoint!')],
    ),
    controlled('POST', 'moh', 'startMoh', () => {}, [query('mohClass')]),
    controlled('DELETE', 'moh', 'stopMoh', () => {}),
    controlled('POST', 'silence', 'startSilence', () => {}),
    controlled('DELETE', 'silence', 'stopSilence', () => {}),
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
        calls.dial(channel, seconds > 0 ? seconds : null, { answered: () => {}, failed: () => {} });
      },
      [query('caller'), query('timeout', 'int')],
    ),
    ...mediaOperations({
      resource: 'channels',
      idName: 'channelId',
      find(args, world) {
        const channel = existing(args, world);
        if (channel.app === null) throw new AriError(409, 'Channel not in Stasis application');
        return channel;
      },
    }),
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

function hangup(args: Arguments, world: AriWorld): void {
  const channel = existing(args, world);
  const reason = args.text('reason');
  const code = args.text('reason_code');
  if (reason !== '' && code !== '')
    throw new AriError(400, "The reason and reason_code can't both be specified");
  const cause = code === '' ? (reason === '' ? CAUSES.normal : HANGUP_REASONS.get(reason)) : Number(code);
  if (cause === undefined) throw new AriError(400, 'Invalid reason for hangup reason provided');
  if (!Number.isInteger(cause)) throw new AriError(400, 'Invalid reason for hangup reason code provided');
  world.calls.hangup(channel, cause, 'request');
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
