import { type Arguments, AriError, type AriWorld, body, path, query, type Resource } from '../operation.ts';

const NAME = path('applicationName');
const SCHEMES = ['channel:', 'bridge:', 'endpoint:', 'deviceState:'];

/** `/applications` (refusals of Asterisk 22). */
export const APPLICATIONS: Resource = {
  name: 'applications',
  operations: [
    {
      nickname: 'list',
      method: 'GET',
      path: '/applications',
      returns: 'List[Application]',
      parameters: [],
      run: (_, { applications }) => applications.names.map((name) => applications.json(name)),
    },
    {
      nickname: 'get',
      method: 'GET',
      path: '/applications/{applicationName}',
      returns: 'Application',
      parameters: [NAME],
      run: (args, world) => world.applications.json(existing(args, world)),
    },
    {
      nickname: 'filter',
      method: 'PUT',
      path: '/applications/{applicationName}/eventFilter',
      returns: 'Application',
      parameters: [NAME, body('filter')],
      run(args, world) {
        const name = existing(args, world);
        world.applications.filter(name, types(args, 'allowed'), types(args, 'disallowed'));
        return world.applications.json(name);
      },
    },
    {
      nickname: 'subscribe',
      method: 'POST',
      path: '/applications/{applicationName}/subscription',
      returns: 'Application',
      parameters: [NAME, query('eventSource!')],
      run(args, world) {
        const name = existing(args, world);
        for (const source of sources(args)) {
          if (!sourceExists(source, world)) throw new AriError(422, 'Event source does not exist');
          world.applications.subscribe(name, source);
        }
        return world.applications.json(name);
      },
    },
    {
      nickname: 'unsubscribe',
      method: 'DELETE',
      path: '/applications/{applicationName}/subscription',
      returns: 'Application',
      parameters: [NAME, query('eventSource!')],
      run(args, world) {
        const name = existing(args, world);
        for (const source of sources(args)) {
          if (!world.applications.unsubscribe(name, source)) {
            throw new AriError(422, 'Event source was not subscribed to');
          }
        }
        return world.applications.json(name);
      },
    },
  ],
};

function existing(args: Arguments, { applications }: AriWorld): string {
  const name = args.text('applicationName');
  if (!applications.has(name)) throw new AriError(404, 'Application not found');
  return name;
}

function types(args: Arguments, list: string): readonly string[] {
  const found = args.objects(list)?.map(({ type }) => type);
  if (found?.every((type) => typeof type === 'string')) return found;
  throw new AriError(400, 'Invalid format definition');
}

function sources(args: Arguments): readonly string[] {
  const list = args.list('eventSource');
  if (list.length === 0) throw new AriError(400, 'Missing parameter eventSource');
  if (!list.every((source) => SCHEMES.some((scheme) => source.startsWith(scheme)))) {
    throw new AriError(400, 'Invalid event source URI scheme');
  }
  return list;
}

function sourceExists(source: string, { calls }: AriWorld): boolean {
  const id = source.slice(source.indexOf(':') + 1);
  if (source.startsWith('channel:')) return calls.book.channel(id) !== undefined;
  return source.startsWith('bridge:') ? calls.book.bridge(id) !== undefined : true;
}
