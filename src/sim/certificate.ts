import { generateKeyPairSync, randomBytes, sign } from 'node:crypto';

/** A certificate and its key, both PEM. */
export interface KeyedCertificate {
  readonly cert: string;
  readonly key: string;
}

const DAY = 24 * 60 * 60 * 1000;

/**
 * Makes a certificate for `localhost` and 127.0.0.1 that is its own authority (X.509 v3, ECDSA P-256), good from
 * yesterday for a month. Node can sign, but not make certificates.
 */
export function selfSignedCertificate(now: number): KeyedCertificate {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const name = sequence(set(sequence(oid(2, 5, 4, 3), tlv(UTF8_STRING, Buffer.from('simulated PBX')))));
  const algorithm = sequence(oid(1, 2, 840, 10045, 4, 3, 2));
  const altNames = sequence(
    tlv(CONTEXT + 2, Buffer.from('localhost', 'latin1')),
    tlv(CONTEXT + 7, Buffer.from([127, 0, 0, 1])),
  );
  const isAuthority = sequence(tlv(BOOLEAN, Buffer.from([0xff])));
  const content = sequence(
    tlv(CONSTRUCTED + 0, integer(Buffer.from([2]))),
    integer(Buffer.from([0x01, ...randomBytes(15)])),
    algorithm,
    name,
    sequence(utcTime(now - DAY), utcTime(now + 30 * DAY)),
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
    tlv(
      CONSTRUCTED + 3,
      sequence(extension(oid(2, 5, 29, 17), altNames), extension(oid(2, 5, 29, 19), isAuthority)),
    ),
  );
  const signature = sign('sha256', content, privateKey);
  const der = sequence(content, algorithm, tlv(BIT_STRING, Buffer.from([0]), signature));
  const lines = der.toString('base64').match(/.{1,64}/g) ?? [];
  return {
    cert: `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`,
    key: String(privateKey.export({ type: 'pkcs8', format: 'pem' })),
  };
}

// Tags of DER, the binary form of X.509.
const BOOLEAN = 0x01;
const INTEGER = 0x02;
const BIT_STRING = 0x03;
const OCTET_STRING = 0x04;
const OBJECT_IDENTIFIER = 0x06;
const UTF8_STRING = 0x0c;
const UTC_TIME = 0x17;
const SEQUENCE = 0x30;
const SET = 0x31;
const CONTEXT = 0x80;
const CONSTRUCTED = 0xa0;

function tlv(tag: number, ...contents: readonly Buffer[]): Buffer {
  const content = Buffer.concat(contents);
  const { length } = content;
  const head = length < 0x80 ? [tag, length] : [tag, 0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from(head), content]);
}

function sequence(...contents: readonly Buffer[]): Buffer {
  return tlv(SEQUENCE, ...contents);
}

function set(...contents: readonly Buffer[]): Buffer {
  return tlv(SET, ...contents);
}

/** A positive number of any size; its first byte keeps below 0x80, or it would be a negative one. */
function integer(bytes: Buffer): Buffer {
  return tlv(INTEGER, bytes);
}

function oid(first: number, second: number, ...rest: readonly number[]): Buffer {
  const bytes = rest.flatMap((part) => {
    const groups = [part & 0x7f];
    for (let left = part >> 7; left > 0; left >>= 7) groups.unshift((left & 0x7f) | 0x80);
    return groups;
  });
  return tlv(OBJECT_IDENTIFIER, Buffer.from([first * 40 + second, ...bytes]));
}

function extension(id: Buffer, value: Buffer): Buffer {
  return sequence(id, tlv(OCTET_STRING, value));
}

/** `261121071544Z`. */
function utcTime(millis: number): Buffer {
  const text = new Date(millis).toISOString().replace(/\.\d+|[-:T]/g, '');
  return tlv(UTC_TIME, Buffer.from(text.slice(2), 'latin1'));
}
