import { EventEmitter } from 'node:events';
import net from 'node:net';
import createManager from 'asterisk-manager';
import { expect, it, vi } from 'vitest';
import { CaptureReader } from '../../src/ami/capture/reader.ts';
import { header } from '../../src/ami/wire/message.ts';
import { bytesOf, corpus } from './corpus.ts';

/** What the library makes of bytes that come in whole. */
function readByLibrary(bytes: Buffer): Record<string, unknown>[] {
  const manager = createManager(null, '', '', '', true);
  manager.removeAllListeners('rawevent');
  const items: Record<string, unknown>[] = [];
  manager.on('rawevent', (item) => void items.push(item as Record<string, unknown>));
  const socket = Object.assign(new EventEmitter(), { setKeepAlive() {}, setNoDelay() {}, setEncoding() {} });
  const connection = vi.spyOn(net, 'createConnection').mockReturnValue(socket as unknown as net.Socket);
  manager.connect(1, 'localhost', () => {});
  connection.mockRestore();
  socket.emit('data', bytes.toString('utf8'));
  return items;
}

/**
 * Where the library is right: plain sessions of today's Asterisk, with a blank behind each colon. Named
 * differences: it makes messages of blank lines, of remarks and of lines without a colon.
 */
const RIGHT = corpus.filter(({ file }) =>
  /^(?:crlf|lf|mixed-ends|nc|debug-headers|command-output|buddy-list|unknown-statuses|addresses|known-accounts|timestampevents|both-directions)\.amilog$|captures/.test(
    file,
  ),
);

it.each(RIGHT.map((entry) => [entry.file, entry] as const))(
  '%s: every header as asterisk-manager reads it',
  async (_file, entry) => {
    const bytes = await bytesOf(entry);
    const reader = new CaptureReader({ year: 2026 });
    const ours = [...reader.push(bytes), ...reader.end()].map(({ message }) => message);
    const theirs = readByLibrary(bytes).filter((item) => Object.keys(item).length > 0);
    expect(ours.length).toBe(theirs.length);
    for (const [index, item] of theirs.entries()) {
      const message = ours[index];
      for (const [name, value] of Object.entries(item)) {
        // Lists and variables have a form of their own there.
        if (typeof value !== 'string' || message === undefined) continue;
        expect([name, header(message, name)?.trim()]).toEqual([name, value.trim()]);
      }
    }
  },
);
