import type { AddressInfo } from 'node:net';
import { createServer, type Server } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { socketTransport, type TlsOptions } from '../../src/ami/link/socket-transport.ts';
import type { AmiMessage } from '../../src/ami/wire/message.ts';
import { fixture } from '../helpers/frames.ts';
import { cleaned, pbx } from '../helpers/linked.ts';
import { until } from '../helpers/until.ts';

cleaned();

describe('the socket transport over TLS', () => {
  let server: Server;
  let port: number;
  beforeAll(async () => {
    server = createServer({ cert: fixture('tls/server.pem'), key: fixture('tls/server.key') }, (socket) => {
      socket.on('error', () => {});
      socket.write('Asterisk Call Manager/11.0.0\r\nEvent: FullyBooted\r\n\r\n');
    });
    server.on('tlsClientError', () => {});
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    port = (server.address() as AddressInfo).port;
  });
  afterAll(() => new Promise<void>((resolve) => server.close(() => resolve())));

  async function open(tls: TlsOptions) {
    const messages: AmiMessage[] = [];
    const transport = socketTransport({ host: '127.0.0.1', port, tls });
    const listener = {
      message: (message: AmiMessage) => void messages.push(message),
      skipped() {},
      closed() {},
    };
    const connection = await transport.open(listener, new AbortController().signal, {
      username: 'sfa',
      secret: 'secret',
      eventMask: 'system',
    });
    return { messages, connection };
  }
  const ca = fixture('tls/ca.pem').toString();

  it('trusts its own authority, for the name in the certificate', async () => {
    const { messages, connection } = await open({ ca, servername: 'pbx.example.com' });
    await until(() => messages.length > 0);
    expect(messages).toEqual([{ headers: [['Event', 'FullyBooted']] }]);
    connection.close('done');
  });

  it.each<[string, TlsOptions, RegExp]>([
    ['another host name', { ca, servername: 'other.example.com' }, /does not match/],
    ['the address instead of the name', { ca }, /IP: 127\.0\.0\.1 is not in the cert/],
    [
      'an authority that the system does not know',
      { servername: 'pbx.example.com' },
      /certificate|signature/,
    ],
  ])('refuses %s and says why', async (_name, tls, reason) => {
    const opening = open(tls);
    await expect(opening).rejects.toMatchObject({
      code: 'AMI_DISCONNECTED',
      message: expect.stringMatching(reason),
    });
  });

  it('names a port that speaks no TLS', async () => {
    const plain = await pbx();
    const transport = socketTransport({ host: '127.0.0.1', port: plain.port, tls: {} });
    const listener = { message() {}, skipped() {}, closed() {} };
    await expect(
      transport.open(listener, new AbortController().signal, { username: 'a', secret: 'b', eventMask: 'c' }),
    ).rejects.toMatchObject({ code: 'AMI_DISCONNECTED', message: expect.stringContaining('speaks no TLS') });
  });
});
