import type { Server } from 'node:net';
import { type ListeningAddress, listen } from '../listen.ts';
import type { Scheduler } from '../scheduler.ts';

const RETRY_MILLIS = 50;

/** A server that listens, pauses, and listens again on the same address. */
export class Listener {
  readonly #server: Server;
  readonly #scheduler: Scheduler;
  #address: ListeningAddress | null = null;
  #stopped = false;

  constructor(server: Server, scheduler: Scheduler) {
    this.#server = server;
    this.#scheduler = scheduler;
  }

  /** Begins to listen. @throws the system's error when the address is taken. */
  async start(host: string, port: number): Promise<ListeningAddress> {
    this.#address = await listen(this.#server, host, port);
    return this.#address;
  }

  /** Refuses new connections for some time; those that are up stay. Resolves when it listens no more. */
  async pause(millis: number): Promise<void> {
    const address = this.#address;
    if (!address || !this.#server.listening) return;
    // `close` stops listening at once; its own callback would wait for the last connection.
    this.#server.close();
    this.#scheduler.after(millis, () => this.#resume(address));
  }

  /** Listens again; somebody who took the port meanwhile is waited for. */
  #resume(address: ListeningAddress): void {
    if (this.#stopped) return;
    listen(this.#server, address.host, address.port).catch(() =>
      this.#scheduler.after(RETRY_MILLIS, () => this.#resume(address)),
    );
  }

  /** Listens no more, for good. */
  stop(): Promise<void> {
    this.#stopped = true;
    return new Promise((resolve) => {
      if (this.#server.listening) this.#server.close(() => resolve());
      else resolve();
    });
  }
}
