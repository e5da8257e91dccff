import type { Bridge, Channel } from '../../calls/channel.ts';
import { type Arguments, AriError, type AriWorld, path, query, type Resource } from '../operation.ts';
import { bridgeJson } from '../snapshots.ts';
import { mediaOperations } from './media.ts';

const ID = path('bridgeId');

/** `/bridges` (paths, parameters and refusals of Asterisk 22). */
export const BRIDGES: Resource = {
  name: 'bridges',
  operations: [
    {
      nickname: 'list',
      method: 'GET',
      path: '/bridges',
      returns: 'List[Bridge]',
      parameters: [],
      run: (_, { calls }) => calls.book.bridges.map(bridgeJson),
    },
    {
      nickname: 'create',
      method: 'POST',
      path: '/bridges',
      returns: 'Bridge',
      parameters: [query('type'), query('bridgeId'), query('name')],
      run: create,
    },
    {
      nickname: 'createWithId',
      method: 'POST',
      path: '/bridges/{bridgeId}',
      returns: 'Bridge',
      parameters: [query('type'), ID, query('name')],
      run: create,
    },
    {
      nickname: 'get',
      method: 'GET',
      path: '/bridges/{bridgeId}',
      returns: 'Bridge',
      parameters: [ID],
      run: (args, world) => bridgeJson(existing(args, world)),
    },
    {
      nickname: 'destroy',
      method: 'DELETE',
      path: '/bridges/{bridgeId}',
      returns: 'void',
      parameters: [ID],
      run: (args, world) => world.calls.book.removeBridge(existing(args, world)),
    },
    {
      nickname: 'addChannel',
      method: 'POST',
      path: '/bridges/{bridgeId}/addChannel',
      returns: 'void',
      parameters: [
        ID,
        query('channel!'),
        query('role'),
        query('absorbDTMF', 'boolean'),
        query('mute', 'boolean'),
      ],
      run(args, world) {
        const bridge = existing(args, world);
        for (const channel of members(args, world)) world.calls.book.enter(bridge, channel);
      },
    },
    {
      nickname: 'removeChannel',
      method: 'POST',
      path: '/bridges/{bridgeId}/removeChannel',
      returns: 'void',
      parameters: [ID, query('channel!')],
      run(args, world) {
        const bridge = existing(args, world);
        const leaving = members(args, world);
        if (leaving.some((channel) => channel.bridge !== bridge)) {
          throw new AriError(422, 'Channel not in this bridge');
        }
        for (const channel of leaving) world.calls.book.leave(channel);
      },
    },
    {
      nickname: 'startMoh',
      method: 'POST',
      path: '/bridges/{bridgeId}/moh',
      returns: 'void',
      parameters: [ID, query('mohClass')],
      run: (args, world) => void existing(args, world),
    },
    {
      nickname: 'stopMoh',
      method: 'DELETE',
      path: '/bridges/{bridgeId}/moh',
      returns: 'void',
      parameters: [ID],
      run: (args, world) => void existing(args, world),
    },
    ...mediaOperations({ resource: 'bridges', idName: 'bridgeId', find: existing }),
  ],
};

function create(args: Arguments, { calls }: AriWorld): unknown {
  const id = args.optional('bridgeId');
  const bridge = calls.book.addBridge({ id, name: args.optional('name'), type: args.optional('type') });
  if (!bridge) throw new AriError(409, `Bridge with id '${id}' already exists`);
  return bridgeJson(bridge);
}

function existing(args: Arguments, { calls }: AriWorld): Bridge {
  const bridge = calls.book.bridge(args.text('bridgeId'));
  if (!bridge) throw new AriError(404, 'Bridge not found');
  return bridge;
}

/** The channels of parameter `channel`: all must exist and be in an application. */
function members(args: Arguments, { calls }: AriWorld): readonly Channel[] {
  const ids = args.list('channel');
  if (ids.length === 0) throw new AriError(400, 'Missing parameter channel');
  return ids.map((id) => {
    const channel = calls.book.channel(id);
    if (!channel) throw new AriError(400, 'Channel not found');
    if (channel.app === null) throw new AriError(422, 'Channel not in Stasis application');
    return channel;
  });
}
