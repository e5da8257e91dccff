import { mkdtempSync, rmSync } from 'node:fs';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, expect, it } from 'vitest';
import { CaptureReader, timeOf } from '../../src/ami/capture/reader.ts';
import { type LinkItem, PbxLink } from '../../src/ami/link/link.ts';
import { socketTransport } from '../../src/ami/link/socket-transport.ts';
import { EventHub } from '../../src/services/hub.ts';
import { runIntake } from '../../src/services/intake.ts';
import { silentLogger } from '../../src/services/logger.ts';
import { Recorder } from '../../src/services/recorder.ts';
import { NO_TIME, replayIntoStore } from '../../src/services/replay/into-store.ts';
import { printMessage } from '../../src/services/replay/print-message.ts';
import type { Store } from '../../src/store/port.ts';
import { openSqliteStore } from '../../src/store/sqlite/open.ts';
import { until } from '../helpers/until.ts';
import { bytesOf, type CorpusEntry, corpus, inChunks, isAccountOf, YEAR } from './corpus.ts';

const cleanups: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const clean of cleanups.splice(0).reverse()) await clean();
});

/** A store in a file, and all rows of all its tables when the work is done. */
async function everythingAfter(work: (store: Store, newId: () => string) => Promise<void>): Promise<unknown> {
  const folder = mkdtempSync(join(tmpdir(), 'sfa-live-'));
  const path = join(folder, 'store.sqlite');
  const store = await openSqliteStore(path);
  let ids = 0;
  try {
    await work(store, () => {
      ids += 1;
      return `id-${ids}`;
    });
  } finally {
    await store.close();
  }
  const database = new Database(path);
  try {
    const names = database
      .prepare("select name from sqlite_master where type = 'table'")
      .pluck()
      .all() as string[];
    // The migrations' own table holds the times at which they ran.
    const own = names.filter((name) => !name.startsWith('kysely_') && !name.startsWith('sqlite_'));
    return Object.fromEntries(own.map((name) => [name, database.prepare(`select * from "${name}"`).all()]));
  } finally {
    database.close();
    rmSync(folder, { recursive: true });
  }
}

/** The messages that came from the PBX, each as bytes of the wire with the time of its arrival. */
async function script(entry: CorpusEntry): Promise<{ at: number; bytes: Buffer }[]> {
  const reader = new CaptureReader({ year: YEAR });
  const messages = [...reader.push(await bytesOf(entry)), ...reader.end()];
  return messages
    .filter(({ direction }) => direction === 'in')
    .map((captured) => ({ at: timeOf(captured) ?? NO_TIME, bytes: printMessage(captured.message, null) }));
}

/** Plays messages through a socket, a link and an intake, one after the other, by a clock that stands at each one's time. */
async function playLive(entry: CorpusEntry, store: Store, newId: () => string): Promise<void> {
  const messages = await script(entry);
  let now = messages[0]?.at ?? NO_TIME;
  let socket: Socket | undefined;
  const server = createServer((connection) => {
    socket = connection;
    connection.on('error', () => {});
    connection.write('Asterisk Call Manager/11.0.0\r\n');
    connection.on('data', (chunk) => {
      for (const [, id] of chunk.toString('utf8').matchAll(/^ActionID: (.*)\r$/gm)) {
        connection.write(`Response: Success\r\nActionID: ${id}\r\nChallenge: 4711\r\n\r\n`);
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  cleanups.push(
    () => void server.close(),
    () => void socket?.destroy(),
  );
  const { port } = server.address() as AddressInfo;
  const link = new PbxLink(
    socketTransport({ host: '127.0.0.1', port }),
    { pbx: 'main', username: 'sfa', secret: 'x' },
    { now: () => now },
  );
  const recorder = new Recorder(store, await EventHub.open(store), newId);
  let arrived = 0;
  const counted = async function* (): AsyncGenerator<readonly LinkItem[]> {
    for await (const batch of link.items()) {
      arrived += batch.filter(({ kind }) => kind === 'message').length;
      yield batch;
    }
  };
  const intake = runIntake(counted(), {
    pbx: 'main',
    isAccount: isAccountOf(entry),
    recorder,
    log: silentLogger,
    seenAt: null,
    signal: new AbortController().signal,
    onState: () => undefined,
  });
  link.start();
  await until(() => link.state === 'ready');
  for (const [index, { at, bytes }] of messages.entries()) {
    now = at;
    socket?.write(bytes);
    await until(() => arrived > index);
  }
  await link.stop();
  await intake;
  await recorder.idle();
}

it.each(corpus.map((entry) => [entry.file, entry] as const))(
  '%s leaves the same in the store, live and replayed',
  async (_file, entry) => {
    const live = await everythingAfter((store, newId) => playLive(entry, store, newId));
    const replayed = await everythingAfter(async (store, newId) => {
      const options = { pbx: 'main', isAccount: isAccountOf(entry), year: YEAR, newId };
      await replayIntoStore(inChunks(await bytesOf(entry)), store, options);
    });
    expect(replayed).toEqual(live);
  },
);
