import { connect, createServer, type Socket } from 'node:net';

/** A port that passes everything on to another one, and keeps what was said to it. */
export interface Tap {
  readonly host: string;
  readonly port: number;
  /** All bytes of all connections so far, those of the connecting side only. */
  heard(): string;
  stop(): Promise<void>;
}

export async function tap(to: { readonly host: string; readonly port: number }): Promise<Tap> {
  const sockets = new Set<Socket>();
  const heard: Buffer[] = [];
  const server = createServer((from) => {
    const behind = connect(to);
    for (const [socket, other] of [
      [from, behind],
      [behind, from],
    ] as const) {
      sockets.add(socket);
      socket.on('error', () => other.destroy());
      socket.once('close', () => {
        sockets.delete(socket);
        other.destroy();
      });
      socket.pipe(other);
    }
    from.on('data', (chunk: Buffer) => heard.push(chunk));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    host: '127.0.0.1',
    port: address.port,
    heard: () => Buffer.concat(heard).toString('latin1'),
    async stop() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
