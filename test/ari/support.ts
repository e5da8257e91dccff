import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';
import type { AriOptions } from '../../src/ari/connection.ts';
import type { AriPort } from '../../src/ari/port.ts';
import { superviseAri } from '../../src/ari/supervisor.ts';
import { type SimulatedPbx, startSimulatedPbx } from '../../src/sim/pbx.ts';

export const ARI = { username: 'sfa', password: 'secret' };

export async function pbxForTest(ari = ARI): Promise<SimulatedPbx> {
  const pbx = await startSimulatedPbx({ accounts: [{ user: 'james_bond', secret: 'x' }], managers: [], ari });
  onTestFinished(() => pbx.stop());
  return pbx;
}

/** A supervised connection that is stopped with the test, and what it complained of. */
export function supervised(
  over: Partial<AriOptions> & { url: string },
): AriPort & { readonly troubles: string[] } {
  const troubles: string[] = [];
  const backoff = { firstMs: 5, maxMs: 20 };
  const port = superviseAri({ pbx: 'main', ...ARI, app: 'sfa', timeoutMs: 500, backoff, ...over }, (reason) =>
    troubles.push(reason),
  );
  onTestFinished(() => port.stop());
  return Object.assign(port, { troubles });
}

/** An HTTP server that is no Asterisk, or a strange one. */
export async function serverForTest(
  answer: (request: IncomingMessage, response: ServerResponse) => void,
): Promise<{ readonly url: string; readonly server: Server }> {
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, server };
}
