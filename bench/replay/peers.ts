import { EventEmitter } from 'node:events';
import { createReadStream } from 'node:fs';
import { createRequire } from 'node:module';
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

/** The little of yana 0.3.0 that is needed to feed it. */
interface Yana extends EventEmitter {
  readonly socket: EventEmitter & { write: () => boolean };
  connect(): void;
  _processMessage(lines: readonly string[]): void;
}
const YanaClient = createRequire(import.meta.url)('yana') as new (options: object) => Yana;

/** yana's parser and dispatcher, which cannot be had apart; fed as its socket would feed it. */
export async function yana(path: string): Promise<number> {
  const client = new YanaClient({ login: '', password: '' });
  let messages = 0;
  const process = client._processMessage.bind(client);
  client._processMessage = (lines) => {
    messages += 1;
    process(lines);
  };
  const real = net.Socket.prototype.connect;
  try {
    Object.assign(net.Socket.prototype, { connect: () => {} });
    client.connect();
  } finally {
    net.Socket.prototype.connect = real;
  }
  client.socket.write = () => true;
  client.socket.emit('data', 'Asterisk Call Manager/11.0.0\r\n');
  for await (const chunk of createReadStream(path)) client.socket.emit('data', chunk);
  return messages;
}
