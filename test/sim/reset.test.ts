import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { connect, createServer, type Socket } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { resetConnection } from '../../src/sim/faults/reset.ts';

async function pair(): Promise<{ near: Socket; far: Socket }> {
  const server = createServer({ allowHalfOpen: true });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const near = connect((server.address() as AddressInfo).port, '127.0.0.1');
  const [far] = (await once(server, 'connection')) as [Socket];
  onTestFinished(() => {
    near.destroy();
    server.close();
  });
  return { near, far };
}

it('resets a connection', async () => {
  const { near, far } = await pair();
  resetConnection(far);
  expect((await once(near, 'error'))[0]).toMatchObject({ code: 'ECONNRESET' });
});

it('closes a connection whose end has begun, and keeps nothing of it', async () => {
  const { far } = await pair();
  far.end();
  resetConnection(far);
  // The event comes when the handle is closed; a refused reset brings an error and none of it.
  await once(far, 'close');
});
