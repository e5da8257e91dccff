import { afterEach } from 'vitest';
import { asteriskManagerTransport } from '../../src/ami/link/asterisk-manager-transport.ts';
import { type LinkItem, type LinkOptions, PbxLink } from '../../src/ami/link/link.ts';
import { socketTransport } from '../../src/ami/link/socket-transport.ts';
import type { AmiTransport } from '../../src/ami/link/transport.ts';
import { type ScriptedPbx, scriptedPbx } from './ami-server.ts';
import { until } from './until.ts';

export type MakeTransport = (address: { host: string; port: number }) => AmiTransport;

/** Every way to a PBX: one set of tests for all of them. */
export const TRANSPORTS: readonly { readonly name: string; readonly make: MakeTransport }[] = [
  { name: 'socket', make: socketTransport },
  { name: 'asterisk-manager', make: asteriskManagerTransport },
];

const cleanups: (() => Promise<void>)[] = [];

/** Ends after each test what the test began. */
export function cleaned(): void {
  afterEach(async () => {
    for (const clean of cleanups.splice(0).reverse()) await clean();
  });
}

export async function pbx(options?: Parameters<typeof scriptedPbx>[0]): Promise<ScriptedPbx> {
  const server = await scriptedPbx(options);
  cleanups.push(() => server.stop());
  return server;
}

/** A link to a server, started, and everything that flows out of it. */
export function linkTo(
  server: { host: string; port: number },
  options: Partial<LinkOptions> = {},
  make: MakeTransport = socketTransport,
) {
  const link = new PbxLink(
    make({ host: server.host, port: server.port }),
    { pbx: 'main', username: 'sfa', secret: 'secret', backoff: { firstMs: 5, maxMs: 20 }, ...options },
    { now: () => 1000 },
  );
  const items: LinkItem[] = [];
  const reading = (async () => {
    for await (const batch of link.items()) items.push(...batch);
  })();
  cleanups.push(async () => {
    await link.stop();
    await reading;
  });
  link.start();
  return { link, items };
}

/** A link that is ready. */
export async function readyLink(
  server: ScriptedPbx,
  options: Partial<LinkOptions> = {},
  make: MakeTransport = socketTransport,
) {
  const linked = linkTo(server, options, make);
  await until(() => linked.link.state === 'ready');
  return linked;
}

export const statesOf = (items: readonly LinkItem[]) =>
  items.flatMap((item) => (item.kind === 'state' ? [item.state] : []));
