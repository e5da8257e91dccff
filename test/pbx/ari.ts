import { WebSocket } from 'ws';

/** Where an ARI is, and who may enter. */
export interface AriAddress {
  readonly url: string;
  readonly username: string;
  readonly password: string;
}

type Json = Readonly<Record<string, unknown>>;

/** One request with Basic authorisation; parameters of `body` go as JSON. */
export async function ariRequest(
  { url, username, password }: AriAddress,
  method: string,
  path: string,
  body?: Json,
): Promise<{ status: number; body: Json; list: readonly Json[] }> {
  const response = await fetch(`${url}/ari${path}`, {
    method,
    headers: {
      authorization: `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  const parsed: unknown = text === '' ? {} : JSON.parse(text);
  return { status: response.status, body: parsed as Json, list: Array.isArray(parsed) ? parsed : [] };
}

/** Connects an application and gives its events one by one. */
export async function openAriEvents({ url, username, password }: AriAddress, app: string) {
  const key = encodeURIComponent(`${username}:${password}`);
  const socket = new WebSocket(`${url.replace('http', 'ws')}/ari/events?app=${app}&api_key=${key}`);
  const waiting: Json[] = [];
  let wake = () => {};
  socket.on('message', (data) => {
    waiting.push(JSON.parse(String(data)));
    wake();
  });
  await new Promise<void>((resolve, reject) => {
    socket.on('open', () => resolve());
    socket.on('error', reject);
  });
  return {
    close: () => socket.terminate(),
    /** Waits for an event of this type and takes it with everything before it. */
    async until(type: string): Promise<Json> {
      for (;;) {
        for (let event = waiting.shift(); event; event = waiting.shift()) {
          if (event['type'] === type) return event;
        }
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    },
  };
}
