import { AriError, body, path, query, type Resource } from '../operation.ts';
import { ariTime, bridgeJson, channelJson } from '../snapshots.ts';

/** `/events`: the WebSocket itself; a plain request for it is refused. */
export const EVENTS: Resource = {
  name: 'events',
  operations: [
    {
      nickname: 'eventWebsocket',
      method: 'GET',
      path: '/events',
      returns: 'Message',
      parameters: [query('app!'), query('subscribeAll', 'boolean')],
      run() {
        throw new AriError(426, 'Upgrade Required');
      },
    },
    {
      nickname: 'userEvent',
      method: 'POST',
      path: '/events/user/{eventName}',
      returns: 'void',
      parameters: [path('eventName'), query('application!'), query('source'), body('variables')],
      run(args, { applications, calls, clock }) {
        const name = args.text('application');
        if (!applications.has(name)) throw new AriError(404, 'Application not found');
        const about: Record<string, unknown> = {};
        for (const source of args.list('source')) {
          const id = source.slice(source.indexOf(':') + 1);
          const channel = source.startsWith('channel:') ? calls.book.channel(id) : undefined;
          const bridge = source.startsWith('bridge:') ? calls.book.bridge(id) : undefined;
          if (channel) about['channel'] = channelJson(channel);
          else if (bridge) about['bridge'] = bridgeJson(bridge);
          else throw new AriError(422, 'Event source not found');
        }
        const event = { type: 'ChannelUserevent', timestamp: ariTime(clock.now()), ...about };
        const userevent = Object.fromEntries(args.entries('variables'));
        applications.publishTo(name, { ...event, eventname: args.text('eventName'), userevent });
      },
    },
  ],
};
