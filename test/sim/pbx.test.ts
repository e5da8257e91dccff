import { createServer } from 'node:net';
import { expect, test } from 'vitest';
import { startSimulatedPbx } from '../../src/sim/pbx.ts';
import { openEvents } from './ari-support.ts';
import { logIn, pbxForTest } from './support.ts';

test('stop cuts every connection and can be called twice', async () => {
  const pbx = await pbxForTest();
  const wire = await logIn(pbx);
  const events = await openEvents(pbx, 'sfa');
  await Promise.all([pbx.stop(), pbx.stop()]);
  await wire.closed;
  await events.closed;
  await expect(fetch(`${pbx.ari.url}/ari/channels`)).rejects.toThrow();
});

test('a port that is taken is an error, and nothing stays behind', async () => {
  const blocker = createServer();
  await new Promise<void>((resolve) => blocker.listen(0, '127.0.0.1', resolve));
  const address = blocker.address();
  const ariPort = typeof address === 'object' && address ? address.port : 0;
  const start = startSimulatedPbx({
    accounts: [],
    managers: [],
    ari: { username: 'a', password: 'b' },
    ariPort,
  });
  await expect(start).rejects.toThrow('EADDRINUSE');
  await new Promise((resolve) => blocker.close(resolve));
});
