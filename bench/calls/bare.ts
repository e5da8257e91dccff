import { randomUUID } from 'node:crypto';
import { Agent, request } from 'node:http';
import WebSocket from 'ws';
import type { Target } from './target.ts';

/** ARI with nothing between: kept-alive HTTP and one event connection. What a cycle costs at the least. */
export class BareAri {
  readonly #target: Target;
  readonly #app: string;
  readonly #agent = new Agent({ keepAlive: true });
  readonly #waiting = new Map<string, () => void>();
  readonly #socket: WebSocket;
  readonly #authorization: string;

  constructor(target: Target, app: string) {
    this.#target = target;
    this.#app = app;
    const { url, username, password } = target.ari;
    this.#authorization = `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
    const headers = { authorization: this.#authorization };
    this.#socket = new WebSocket(`${url.replace('http', 'ws')}/ari/events?app=${app}`, { headers });
    this.#socket.on('message', (data) => {
      const event = JSON.parse(String(data)) as { type: string; channel?: { id: string } };
      if (event.type !== 'StasisStart') return;
      const id = event.channel?.id ?? '';
      this.#waiting.get(id)?.();
      this.#waiting.delete(id);
    });
  }

  open(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#socket.once('open', () => resolve());
      this.#socket.once('error', reject);
    });
  }

  close(): void {
    this.#socket.terminate();
    this.#agent.destroy();
  }

  /** The same work on the PBX as one call of ours: two legs, a bridge, and all of it down again. */
  async cycle(): Promise<void> {
    const { agent, account, peer } = this.#target;
    const id = randomUUID();
    await this.#call(`${id}.agent`, agent);
    await Promise.all([
      this.#send('POST', `/bridges?type=mixing&bridgeId=${id}`),
      this.#call(`${id}.skype`, `Skype/${account}@${peer}`),
    ]);
    await this.#send('POST', `/bridges/${id}/addChannel?channel=${id}.agent,${id}.skype`);
    await Promise.all([
      this.#send('DELETE', `/channels/${id}.agent`),
      this.#send('DELETE', `/channels/${id}.skype`),
      this.#send('DELETE', `/bridges/${id}`),
    ]);
  }

  async #call(id: string, endpoint: string): Promise<void> {
    const entered = new Promise<void>((resolve) => this.#waiting.set(id, resolve));
    const query = new URLSearchParams({ endpoint, app: this.#app, channelId: id, timeout: '30' });
    await this.#send('POST', `/channels?${query}`);
    await entered;
  }

  #send(method: string, path: string): Promise<void> {
    return new Promise((resolve, reject) => {
      const headers = { authorization: this.#authorization, 'content-length': 0 };
      const url = `${this.#target.ari.url}/ari${path}`;
      const sent = request(url, { method, agent: this.#agent, headers }, (response) => {
        response.resume();
        response.on('end', () => {
          // A leg that hung up with the other one is gone already.
          if ((response.statusCode ?? 500) < 300 || method === 'DELETE') resolve();
          else reject(new Error(`${method} ${path}: ${response.statusCode}`));
        });
      });
      sent.on('error', reject);
      sent.end();
    });
  }
}
