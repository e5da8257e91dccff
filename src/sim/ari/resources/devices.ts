import { type Arguments, AriError, type AriWorld, path, query, type Resource } from '../operation.ts';

/** `/deviceStates`; only devices `Stasis:name` belong to ARI, and only they are listed. */
export const DEVICE_STATES: Resource = {
  name: 'deviceStates',
  operations: [
    {
      nickname: 'list',
      method: 'GET',
      path: '/deviceStates',
      returns: 'List[DeviceState]',
      parameters: [],
      run: (_, { devices }) => [...devices.custom].map(([name, state]) => ({ name, state })),
    },
    {
      nickname: 'get',
      method: 'GET',
      path: '/deviceStates/{deviceName}',
      returns: 'DeviceState',
      parameters: [path('deviceName')],
      run(args, { devices }) {
        const name = args.text('deviceName');
        return { name, state: devices.state(name) };
      },
    },
    {
      nickname: 'update',
      method: 'PUT',
      path: '/deviceStates/{deviceName}',
      returns: 'void',
      parameters: [path('deviceName'), query('deviceState!')],
      run(args, { devices }) {
        const state = args.text('deviceState');
        if (!DEVICE_STATE_WORDS.has(state)) throw new AriError(400, 'Unknown device state');
        devices.set(owned(args), state);
      },
    },
    {
      nickname: 'delete',
      method: 'DELETE',
      path: '/deviceStates/{deviceName}',
      returns: 'void',
      parameters: [path('deviceName')],
      run: (args, { devices }) => devices.set(owned(args), null),
    },
  ],
};

const DEVICE_STATE_WORDS: ReadonlySet<string> = new Set([
  'NOT_INUSE',
  'INUSE',
  'BUSY',
  'INVALID',
  'UNAVAILABLE',
  'RINGING',
  'RINGINUSE',
  'ONHOLD',
]);

function owned(args: Arguments): string {
  const name = args.text('deviceName');
  if (!name.startsWith('Stasis:')) {
    throw new AriError(409, 'Uncontrolled device specified');
  }
  return name;
}

/**
 * `/endpoints`: the phones that have a channel up. The Skype driver manages no devices (manual 3.4), so its
 * accounts are no endpoints.
 */
export const ENDPOINTS: Resource = {
  name: 'endpoints',
  operations: [
    {
      nickname: 'list',
      method: 'GET',
      path: '/endpoints',
      returns: 'List[Endpoint]',
      parameters: [],
      run: (_, world) => endpoints(world),
    },
    {
      nickname: 'listByTech',
      method: 'GET',
      path: '/endpoints/{tech}',
      returns: 'List[Endpoint]',
      parameters: [path('tech')],
      run: (args, world) => endpoints(world).filter(({ technology }) => technology === args.text('tech')),
    },
    {
      nickname: 'get',
      method: 'GET',
      path: '/endpoints/{tech}/{resource}',
      returns: 'Endpoint',
      parameters: [path('tech'), path('resource')],
      run(args, world) {
        const found = endpoints(world).find(
          ({ technology, resource }) =>
            technology === args.text('tech') && resource === args.text('resource'),
        );
        if (!found) throw new AriError(404, 'Endpoint not found');
        return found;
      },
    },
  ],
};

function endpoints({ calls }: AriWorld) {
  const phones = calls.book.channels.filter(({ tech }) => tech !== 'Skype' && tech !== 'Local');
  const byResource = Map.groupBy(phones, ({ tech, resource }) => `${tech}/${resource}`);
  return [...byResource.values()].flatMap((channels) => {
    const [first] = channels;
    if (!first) return [];
    const { tech, resource } = first;
    return [{ technology: tech, resource, state: 'online', channel_ids: channels.map(({ id }) => id) }];
  });
}
