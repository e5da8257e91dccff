import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CompanionError, messageOf } from '../../model/errors.ts';
import { type KeyedCertificate, selfSignedCertificate } from '../../sim/certificate.ts';

/** PEM files of a certificate and its key. */
export interface CertificateFiles {
  readonly cert: string;
  readonly key: string;
}

/** A certificate for the simulated PBX, and the file that clients trust. */
export interface ServedCertificate extends KeyedCertificate {
  readonly ca: string;
  /** Takes away what was written. */
  remove(): void;
}

/**
 * Reads the given certificate, or makes one for `localhost` and writes it where clients can find it.
 *
 * @throws CompanionError `CONFIG_INVALID` for files that cannot be read.
 */
export function serveCertificate(files: CertificateFiles | null): ServedCertificate {
  if (files !== null) {
    const [cert, key] = [readPem(files.cert), readPem(files.key)];
    return { cert, key, ca: files.cert, remove: () => {} };
  }
  const made = selfSignedCertificate(Date.now());
  const directory = mkdtempSync(join(tmpdir(), 'sfa-sim-'));
  const ca = join(directory, 'ca.pem');
  writeFileSync(ca, made.cert);
  return { ...made, ca, remove: () => rmSync(directory, { recursive: true, force: true }) };
}

function readPem(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (thrown) {
    throw new CompanionError('CONFIG_INVALID', `${path}: ${messageOf(thrown)}`);
  }
}
