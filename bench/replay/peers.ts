import { EventEmitter } from 'node:events';
import { createReadStream } from 'node:fs';
import net from 'node:net';
import createManager from 'asterisk-manager';

/** Merely streaming the file, as Node does it without being told otherwise (64 KiB): the limit of a stream. */
export async function stream(path: string): Promise<number> {
  let bytes = 0;
  for await (const chunk of createReadStream(path)) bytes += (chunk as Buffer).length;
  return bytes;
}

/** The same in pieces of one MiB. */
export async function streamLarge(path: string): Promise<number> {
  let bytes = 0;
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 }))
    bytes += (chunk as Buffer).length;
  return bytes;
}

/**
 * asterisk-manager's own parser, without its dispatcher: it gets the file as its socket would give it. The
 * library opens sockets by `net.createConnection` alone; for the one call it is handed an emitter.
 */
export async function asteriskManager(path: string): Promise<number> {
  const manager = createManager(null, '', '', '', true);
  manager.removeAllListeners('rawevent');
  let messages = 0;
  manager.on('rawevent', () => {
    messages += 1;
  });
  const socket = Object.assign(new EventEmitter(), { setKeepAlive() {}, setNoDelay() {}, setEncoding() {} });
  const real = net.createConnection;
  try {
    Object.assign(net, { createConnection: () => socket });
    manager.connect(1, 'localhost', () => {});
  } finally {
    Object.assign(net, { createConnection: real });
  }
  for await (const chunk of createReadStream(path, { encoding: 'utf8' })) socket.emit('data', chunk);
  return messages;
}
