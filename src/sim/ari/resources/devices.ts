import { deviceState } from '../device-states.ts';
import { AriError, type AriWorld, path, type Resource } from '../operation.ts';

/** `/deviceStates`; the list holds only states that ARI itself keeps, of which there are none here. */
export const DEVICE_STATES: Resource = {
  name: 'deviceStates',
  operations: [
    {
      nickname: 'list',
      method: 'GET',
      path: '/deviceStates',
      returns: 'List[DeviceState]',
      parameters: [],
      run: () => [],
    },
    {
      nickname: 'get',
      method: 'GET',
      path: '/deviceStates/{deviceName}',
      returns: 'DeviceState',
      parameters: [path('deviceName')],
      run(args, { community, calls }) {
        const name = args.text('deviceName');
        return { name, state: deviceState(name, community, calls) };
      },
    },
  ],
};

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
