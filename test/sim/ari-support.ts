import { onTestFinished } from 'vitest';
import { WebSocket } from 'ws';
import type { SimulatedPbx } from '../../src/sim/pbx.ts';

const BASIC = `Basic ${Buffer.from('ari:secret').toString('base64')}`;

/** What a request came back with. */
export interface HttpAnswer {
  readonly status: number;
  readonly body: unknown;
}

/** One HTTP request to ARI with Basic authorisation; `uri` begins behind `/ari`. */
export async function http(pbx: SimulatedPbx, line: string, body?: unknown): Promise<HttpAnswer> {
  const [method = 'GET', uri = ''] = line.split(' ');
  const response = await fetch(`${pbx.ari.url}/ari${uri}`, {
    method,
    headers: { authorization: BASIC, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, body: text === '' ? null : JSON.parse(text) };
}

/** An event as it came over the WebSocket. */
export type Event = Readonly<Record<string, unknown>> & { readonly type: string };

/** A connected application. */
export interface EventStream {
  /** Waits for an event of this type and takes it with everything before it. */
  until(type: string): Promise<Event>;
  /** Types of the events since the last call, as far as `until` has gone. */
  types(): string[];
  readonly closed: Promise<void>;
  close(): void;
}

export async function openEvents(pbx: SimulatedPbx, app: string, more = ''): Promise<EventStream> {
  const url = pbx.ari.url.replace('http', 'ws');
  const socket = new WebSocket(`${url}/ari/events?app=${app}&api_key=ari:secret${more}`);
  onTestFinished(() => socket.terminate());
  const waiting: Event[] = [];
  const seen: string[] = [];
  let wake = () => {};
  socket.on('message', (data) => {
    waiting.push(JSON.parse(String(data)));
    wake();
  });
  const closed = new Promise<void>((resolve) => socket.on('close', () => resolve()));
  await new Promise<void>((resolve, reject) => {
    socket.on('open', () => resolve());
    socket.on('error', reject);
  });
  return {
    closed,
    close: () => socket.close(),
    types: () => seen.splice(0),
    async until(type) {
      for (;;) {
        for (let event = waiting.shift(); event; event = waiting.shift()) {
          seen.push(event.type);
          if (event.type === type) return event;
        }
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    },
  };
}
