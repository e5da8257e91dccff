import { Agent, get } from 'node:http';

/** Stands once in each event. */
const MARK = '\ndata: ';

/**
 * Lets people write so many chats at once and measures until every subscriber has them all. Subscribers
 * count line starts instead of parsing: the client shares the machine with the service.
 */
export async function fanOut(options: {
  readonly url: string;
  readonly token: string;
  readonly subscribers: number;
  readonly events: number;
  readonly write: (count: number) => void;
}): Promise<{ readonly perSecond: number }> {
  const { url, token, subscribers, events, write } = options;
  const agent = new Agent({ maxSockets: subscribers });
  const done = Array.from({ length: subscribers }, () =>
    subscribe(`${url}/v1/events?type=chat`, token, agent, events),
  );
  await Promise.all(done.map(({ connected }) => connected));
  const begun = performance.now();
  write(events);
  await Promise.all(done.map(({ complete }) => complete));
  const perSecond = events / ((performance.now() - begun) / 1000);
  agent.destroy();
  return { perSecond };
}

function subscribe(url: string, token: string, agent: Agent, wanted: number) {
  const connected = Promise.withResolvers<void>();
  const complete = Promise.withResolvers<void>();
  let count = 0;
  const request = get(url, { agent, headers: { authorization: `Bearer ${token}` } }, (response) => {
    response.setEncoding('latin1');
    let held = '';
    response.on('data', (chunk: string) => {
      connected.resolve();
      const text = held + chunk;
      count += text.split(MARK).length - 1;
      // The mark may be cut by a chunk.
      held = text.slice(1 - MARK.length);
      if (count >= wanted) {
        complete.resolve();
        request.destroy();
      }
    });
    response.on('error', () => {});
  });
  request.on('error', () => {});
  return { connected: connected.promise, complete: complete.promise };
}
