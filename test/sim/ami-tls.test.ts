import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { connect } from 'node:tls';
import { expect, onTestFinished, test } from 'vitest';
import { PbxLink } from '../../src/ami/link/link.ts';
import { socketTransport } from '../../src/ami/link/socket-transport.ts';
import { ping } from '../../src/ami/skype/core-actions.ts';
import { systemClock } from '../../src/model/clock.ts';
import { selfSignedCertificate } from '../../src/sim/certificate.ts';
import { until } from '../helpers/until.ts';
import { LAB, pbxForTest } from './support.ts';

test('the certificate made is its own authority, for localhost, for a month', () => {
  const now = Date.UTC(2026, 10, 21);
  const { cert } = selfSignedCertificate(now);
  const made = new X509Certificate(cert);
  expect(made.verify(made.publicKey)).toBe(true);
  expect([made.ca, made.checkHost('localhost'), made.checkIP('127.0.0.1')]).toEqual([
    true,
    'localhost',
    '127.0.0.1',
  ]);
  expect([Date.parse(made.validFrom) < now, Date.parse(made.validTo) > now]).toEqual([true, true]);
});

test('the service speaks AMI over TLS, and comes back when it is dropped', async () => {
  const certificate = selfSignedCertificate(Date.now());
  const pbx = await pbxForTest({ amiTls: { ...certificate, port: 0 } });
  const endpoint = { ...pbx.ami, port: pbx.amiTls?.port ?? 0, ...LAB };
  const transport = socketTransport({ ...endpoint, tls: { ca: certificate.cert } });
  const link = new PbxLink(transport, { ...endpoint, pbx: 'main', eventMask: 'on' }, systemClock);
  onTestFinished(() => link.stop());
  link.start();
  await until(() => link.state === 'ready');
  await link.request(ping());
  await pbx.fault({ kind: 'drop', where: 'ami' });
  await until(() => link.state !== 'ready');
  await until(() => link.state === 'ready');
});

test('a client that does not trust the certificate goes away, and nobody else minds', async () => {
  const pbx = await pbxForTest({ amiTls: { ...selfSignedCertificate(Date.now()), port: 0 } });
  const socket = connect({ host: '127.0.0.1', port: pbx.amiTls?.port ?? 0 });
  const [refused] = (await once(socket, 'error')) as [Error & { code: string }];
  expect(refused.code).toBe('DEPTH_ZERO_SELF_SIGNED_CERT');
});
