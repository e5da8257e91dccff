import { AriError, query, type Resource } from '../operation.ts';

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
  ],
};
