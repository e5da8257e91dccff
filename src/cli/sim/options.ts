import { ERAS, type Era } from '../../sim/variation/variation.ts';
import type { CertificateFiles } from './certificate.ts';

/** The options of `sfa sim` as they are written. */
export interface SimOptions {
  readonly config?: string;
  readonly extensions?: string;
  readonly accounts?: string;
  readonly amiPort: string;
  readonly ariPort: string;
  readonly controlPort?: string;
  readonly tlsPort?: string;
  readonly tlsCert?: string;
  readonly tlsKey?: string;
  readonly era: string;
  readonly seed?: string;
  readonly script?: string;
  readonly load?: string;
  readonly licenses: string;
  readonly app: string;
  readonly json?: true;
}

/** The options with their numbers read. */
export interface SimWish
  extends Pick<SimOptions, 'config' | 'extensions' | 'accounts' | 'script' | 'app' | 'json'> {
  readonly amiPort: number;
  readonly ariPort: number;
  readonly controlPort: number | null;
  /** AMI over TLS: its port, and the PEM files of a certificate, without which one is made. */
  readonly tls: { readonly port: number; readonly files: CertificateFiles | null } | null;
  readonly era: Era;
  readonly seed: number | null;
  readonly load: { readonly accounts: number; readonly rate: number } | null;
  readonly licenses: number;
}

/** Reads the numbers of the options; `refuse` ends with wrong usage. */
export function readSimOptions(options: SimOptions, refuse: (message: string) => never): SimWish {
  const whole = (name: string, text: string, most: number): number => {
    if (!/^\d+$/.test(text) || Number(text) > most) refuse(`${name}: allowed is a number from 0 to ${most}`);
    return Number(text);
  };
  const port = (name: string, text: string) => whole(name, text, 65_535);
  const era = ERAS.find((candidate) => candidate === options.era);
  if (era === undefined) return refuse(`--era: allowed is ${ERAS.join(' or ')}`);
  const [accounts = '', rate = '', more] = (options.load ?? '').split(',');
  if (options.load !== undefined && more !== undefined) refuse('--load: allowed is N,M');
  return {
    ...options,
    era,
    amiPort: port('--ami-port', options.amiPort),
    ariPort: port('--ari-port', options.ariPort),
    tls: readTls(options, era, port, refuse),
    controlPort: options.controlPort === undefined ? null : port('--control-port', options.controlPort),
    seed: options.seed === undefined ? null : whole('--seed', options.seed, 2 ** 32 - 1),
    licenses: whole('--licenses', options.licenses, 100_000),
    load:
      options.load === undefined
        ? null
        : { accounts: whole('--load', accounts, 100_000), rate: whole('--load', rate, 10_000_000) },
  };
}

function readTls(
  { tlsPort, tlsCert, tlsKey }: SimOptions,
  era: Era,
  port: (name: string, text: string) => number,
  refuse: (message: string) => never,
): SimWish['tls'] {
  if ((tlsCert === undefined) !== (tlsKey === undefined)) refuse('--tls-cert and --tls-key go together');
  if (tlsPort === undefined) return tlsCert === undefined ? null : refuse('--tls-cert: needs --tls-port');
  if (era === '1.4') refuse('--tls-port: Asterisk 1.4 has no AMI over TLS');
  const files = tlsCert === undefined || tlsKey === undefined ? null : { cert: tlsCert, key: tlsKey };
  return { port: port('--tls-port', tlsPort), files };
}
