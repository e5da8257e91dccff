import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { asteriskManagerTransport } from '../../src/ami/link/asterisk-manager-transport.ts';
import { socketTransport } from '../../src/ami/link/socket-transport.ts';
import type { AmiTransport, TransportConnection } from '../../src/ami/link/transport.ts';
import type { AmiHeader, AmiMessage } from '../../src/ami/wire/message.ts';
import { cutAt, fixture, messagesOf } from '../helpers/frames.ts';
import { until } from '../helpers/until.ts';

const CREDENTIALS = { username: 'sfa', secret: 'secret', eventMask: 'system' };

interface Implementation {
  readonly name: string;
  readonly make: (address: { host: string; port: number }) => AmiTransport;
  /** What is left of a message behind this transport; null when all of it is lost. */
  readonly losses: (message: AmiMessage) => AmiMessage;
}

const IMPLEMENTATIONS: readonly Implementation[] = [
  { name: 'socket', make: socketTransport, losses: (message) => message },
  { name: 'asterisk-manager', make: asteriskManagerTransport, losses: lossesOfAsteriskManager },
];

/** The library's known losses, each named; seen with version 0.2.0. */
function lossesOfAsteriskManager({ headers }: AmiMessage): AmiMessage {
  const byKey = new Map<string, AmiHeader[]>();
  for (const [name, value] of headers) {
    // The case of names is lost, and blanks in them.
    const key = name.replaceAll(' ', '').toLowerCase();
    // Repeated headers move to the place of the first.
    byKey.set(key, [...(byKey.get(key) ?? []), [key, value]]);
  }
  return { headers: [...byKey.values()].flat() };
}

describe.each(IMPLEMENTATIONS)('AmiTransport contract: $name', ({ make, losses }) => {
  let server: Server;
  let transport: AmiTransport;
  const accepted: Socket[] = [];

  beforeAll(async () => {
    server = createServer({ noDelay: true }, (socket) => {
      socket.on('error', () => {});
      accepted.push(socket);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    transport = make({ host: '127.0.0.1', port: (server.address() as AddressInfo).port });
  });
  afterAll(() => {
    for (const socket of accepted) socket.destroy();
    return new Promise<void>((resolve) => server.close(() => resolve()));
  });

  async function connected() {
    const messages: AmiMessage[] = [];
    const closings: string[] = [];
    const before = accepted.length;
    const connection: TransportConnection = await transport.open(
      {
        message: (message) => void messages.push(message),
        skipped: () => {},
        closed: (reason) => void closings.push(reason),
      },
      new AbortController().signal,
      CREDENTIALS,
    );
    await until(() => accepted.length > before);
    const socket = accepted.at(-1);
    if (!socket) throw new Error('nobody connected');
    return { connection, messages, closings, socket };
  }

  /** Writes each piece in a turn of its own, so that the reader sees most of them apart. */
  async function write(socket: Socket, pieces: readonly Buffer[]): Promise<void> {
    for (const piece of pieces) {
      await new Promise<void>((resolve, reject) =>
        socket.write(piece, (error) => (error ? reject(error) : resolve())),
      );
    }
  }

  it.each([
    'manual/events.amilog',
    'manual/actions.amilog',
    'captures/asterisk-22.10-system-rights-only.amilog',
  ])(
    'delivers %s whole, cut at every byte',
    async (path) => {
      const bytes = fixture(path);
      const expected = messagesOf([bytes]).map(losses);
      const { connection, messages, socket } = await connected();
      for (let at = 1; at < bytes.length; at += 1) {
        messages.length = 0;
        await write(socket, cutAt(bytes, [at]));
        await until(() => messages.length >= expected.length);
        if (JSON.stringify(messages) !== JSON.stringify(expected)) expect(messages).toEqual(expected);
      }
      connection.close('done');
    },
    60_000,
  );

  it('tells once that the PBX closed the connection', async () => {
    const { closings, socket } = await connected();
    socket.end();
    await until(() => closings.length > 0);
    expect(closings).toEqual(['the PBX closed the connection']);
  });

  it('tells why it was closed from this side', async () => {
    const { connection, closings } = await connected();
    connection.close('no answer to a ping');
    await until(() => closings.length > 0);
    expect(closings).toEqual(['no answer to a ping']);
  });

  it('refuses to write what would be two actions, and writes nothing of it', async () => {
    const { connection, socket } = await connected();
    let received = '';
    socket.on('data', (chunk) => {
      received += chunk.toString();
    });
    expect(() =>
      connection.send([
        ['Action', 'Ping'],
        ['ActionID', 'x\r\nAction: Originate'],
      ]),
    ).toThrow('CR was found');
    connection.close('done');
    await new Promise((resolve) => socket.once('close', resolve));
    expect(received).toBe('');
  });

  it('says what cannot be reached, and why', async () => {
    const closed = createServer();
    await new Promise<void>((resolve) => closed.listen(0, '127.0.0.1', resolve));
    const { port } = closed.address() as AddressInfo;
    await new Promise((resolve) => closed.close(resolve));
    const listener = { message() {}, skipped() {}, closed() {} };
    await expect(
      make({ host: '127.0.0.1', port }).open(listener, new AbortController().signal, CREDENTIALS),
    ).rejects.toMatchObject({
      code: 'AMI_DISCONNECTED',
      message: expect.stringContaining(`127.0.0.1:${port}`),
    });
  });
});

describe('named losses of asterisk-manager', () => {
  const cases: [string, string, AmiHeader[]][] = [
    [
      'Key:value without a blank: the colon joins the name, the value is lost',
      'Key:value\r\n\r\n',
      [['key:value', '']],
    ],
    [
      'the banner without a line end swallows the first header',
      'Asterisk Call Manager/1.1Response: Success\r\nA: 1\r\n\r\n',
      [['a', '1']],
    ],
    [
      'a name of Object.prototype comes as it is, `__proto__` not at all',
      'A: 1\r\n__proto__: x\r\nconstructor: y\r\ntoString: z\r\n\r\n',
      [
        ['a', '1'],
        ['constructor', 'y'],
        ['tostring', 'z'],
      ],
    ],
    [
      'names that are numbers move to the front',
      'A: 1\r\n7: x\r\n\r\n',
      [
        ['7', 'x'],
        ['a', '1'],
      ],
    ],
    ['bytes that are not UTF-8 are shown as such, and lost', 'A: \xff\r\n\r\n', [['a', '\ufffd']]],
    [
      'a line without a colon becomes a name',
      'what\r\nA: 1\r\n\r\n',
      [
        ['what', ''],
        ['a', '1'],
      ],
    ],
  ];
  it.each(cases)('%s', async (_name, bytes, headers) => {
    const server = createServer((socket) => socket.write(bytes, 'latin1'));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const messages: AmiMessage[] = [];
    const listener = {
      message: (message: AmiMessage) => void messages.push(message),
      skipped() {},
      closed() {},
    };
    const transport = asteriskManagerTransport({
      host: '127.0.0.1',
      port: (server.address() as AddressInfo).port,
    });
    const connection = await transport.open(listener, new AbortController().signal, CREDENTIALS);
    await until(() => messages.length > 0);
    connection.close('done');
    await new Promise((resolve) => server.close(resolve));
    expect(messages).toEqual([{ headers }]);
  });
});
