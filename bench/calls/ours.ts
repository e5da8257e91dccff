import { once } from 'node:events';
import { Agent, type IncomingMessage, request } from 'node:http';
import { setTimeout } from 'node:timers/promises';
import type { Target } from './target.ts';

/** The service's API over kept-alive connections, and its event stream. */
export class OurApi {
  readonly #url: string;
  readonly #token: string;
  readonly #agent = new Agent({ keepAlive: true });
  readonly #waiting = new Map<string, { resolve(at: number): void; reject(error: Error): void }>();
  readonly #seen = new Map<string, number>();
  readonly #stop = new AbortController();

  constructor(url: string, token: string) {
    this.#url = url;
    this.#token = token;
  }

  /** Waits until the PBX is reached both ways, then follows the events. */
  async open(): Promise<void> {
    while ((await fetch(`${this.#url}/readyz`)).status !== 200) await setTimeout(20);
    const headers = { authorization: `Bearer ${this.#token}` };
    const stream = request(`${this.#url}/v1/events`, { headers, signal: this.#stop.signal });
    stream.end();
    const [response] = (await once(stream, 'response')) as [IncomingMessage];
    stream.on('error', () => undefined);
    this.#read(response);
  }

  close(): void {
    this.#stop.abort();
    this.#agent.destroy();
  }

  /** Begins a call and waits until both sides are joined. */
  async begin(target: Target): Promise<string> {
    const { account: from, peer: to, agent } = target;
    const { id } = await this.#send('POST', '/v1/calls', { from, to, agent });
    await this.state(id, 'bridged');
    return id;
  }

  async end(id: string): Promise<void> {
    await this.#send('DELETE', `/v1/calls/${id}`);
    for (const state of ['bridged', 'ended']) this.#seen.delete(`${id} ${state}`);
  }

  /** When the event about a call's state came, in milliseconds since the epoch; fails when the call ends before it. */
  state(id: string, state: string): Promise<number> {
    const key = `${id} ${state}`;
    const seen = this.#seen.get(key);
    if (seen !== undefined) return Promise.resolve(seen);
    return new Promise((resolve, reject) => this.#waiting.set(key, { resolve, reject }));
  }

  #send(method: string, path: string, body?: object): Promise<{ id: string }> {
    return new Promise((resolve, reject) => {
      const text = body === undefined ? '' : JSON.stringify(body);
      const headers = {
        authorization: `Bearer ${this.#token}`,
        'content-length': Buffer.byteLength(text),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      };
      const sent = request(`${this.#url}${path}`, { method, agent: this.#agent, headers }, (response) => {
        let answer = '';
        response.setEncoding('utf8');
        response.on('data', (chunk: string) => {
          answer += chunk;
        });
        response.on('end', () => {
          if ((response.statusCode ?? 500) < 300) resolve(JSON.parse(answer));
          else reject(new Error(`${method} ${path}: ${answer}`));
        });
      });
      sent.on('error', reject);
      sent.end(text);
    });
  }

  #read(response: IncomingMessage): void {
    let held = '';
    response.on('error', () => undefined);
    response.setEncoding('utf8');
    response.on('data', (chunk: string) => {
      held += chunk;
      const at = performance.timeOrigin + performance.now();
      const blocks = held.split('\n\n');
      held = blocks.pop() ?? '';
      for (const block of blocks) this.#event(block, at);
    });
  }

  #event(block: string, at: number): void {
    const data = block.split('\n').find((line) => line.startsWith('data: '));
    if (data === undefined) return;
    const { id, state, cause } = JSON.parse(data.slice('data: '.length)) as Record<string, string>;
    if (state !== 'bridged' && state !== 'ended') return;
    const key = `${id} ${state}`;
    this.#seen.set(key, at);
    this.#waiting.get(key)?.resolve(at);
    this.#waiting.delete(key);
    if (state === 'ended')
      this.#waiting.get(`${id} bridged`)?.reject(new Error(`the call ${id} ended: ${cause}`));
  }
}
