import type { AddressInfo } from 'node:net';
import { connect, createServer, type Socket } from 'node:net';
import { resetConnection } from '../../src/sim/faults/reset.ts';

/** A TCP proxy on a port of its own, whose connections can be cut. */
export interface Proxy {
  readonly port: number;
  /** Resets every connection; new ones are taken at once. */
  cut(): void;
  stop(): Promise<void>;
}

export async function proxyTo(host: string, port: number): Promise<Proxy> {
  const pairs = new Set<readonly [Socket, Socket]>();
  const server = createServer((near) => {
    const far = connect(port, host);
    const pair = [near, far] as const;
    pairs.add(pair);
    const end = () => {
      pairs.delete(pair);
      near.destroy();
      far.destroy();
    };
    for (const [from, to] of [pair, [far, near] as const]) {
      from.pipe(to);
      from.on('error', end).on('close', end);
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const cut = () => {
    for (const [near, far] of pairs) {
      resetConnection(near);
      far.destroy();
    }
  };
  return {
    port: (server.address() as AddressInfo).port,
    cut,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        cut();
      }),
  };
}
