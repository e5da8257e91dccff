import { asteriskManagerTransport } from './ami/link/asterisk-manager-transport.ts';
import { type LinkOptions, PbxLink } from './ami/link/link.ts';
import { socketTransport, type TlsOptions } from './ami/link/socket-transport.ts';
import type { AmiTransport } from './ami/link/transport.ts';
import type { ActionLimits } from './ami/wire/encoder.ts';
import type { FrameLimits } from './ami/wire/framer.ts';
import { systemClock } from './model/clock.ts';
import { CompanionError } from './model/errors.ts';

/** How a PBX's manager interface is reached, and how the link to it behaves. */
export interface AmiEndpoint extends Omit<LinkOptions, 'pbx'> {
  readonly host: string;
  readonly port: number;
  readonly link: 'socket' | 'asterisk-manager';
  readonly tls: TlsOptions | null;
  /** Of what is read; only our own transport has them. */
  readonly frameLimits?: FrameLimits;
  /** Of what is written. */
  readonly actionLimits?: ActionLimits;
}

/** The link to a PBX, not started. */
export function linkTo(pbx: string, endpoint: AmiEndpoint): PbxLink {
  return new PbxLink(transportTo(endpoint), { ...endpoint, pbx }, systemClock);
}

/**
 * Connects to a PBX for one errand; the caller stops the link.
 *
 * @throws CompanionError `AMI_DISCONNECTED`, `AMI_TIMEOUT` or `AMI_AUTH_FAILED` when the first attempt fails.
 */
export async function connectLink(pbx: string, endpoint: AmiEndpoint): Promise<PbxLink> {
  const link = linkTo(pbx, endpoint);
  link.start();
  for await (const batch of link.items()) {
    for (const item of batch) {
      if (item.kind !== 'state' || item.state === 'connecting' || item.state === 'authenticating') continue;
      if (item.state === 'ready') return link;
      await link.stop();
      throw new CompanionError(item.code ?? 'AMI_DISCONNECTED', `the PBX "${pbx}": ${item.reason}`, { pbx });
    }
  }
  throw new CompanionError('AMI_DISCONNECTED', `the PBX "${pbx}": the connection was ended`, { pbx });
}

function transportTo(endpoint: AmiEndpoint): AmiTransport {
  const { host, port, link, tls, frameLimits, actionLimits } = endpoint;
  const limits = actionLimits === undefined ? {} : { actionLimits };
  if (link === 'asterisk-manager') return asteriskManagerTransport({ host, port, ...limits });
  return socketTransport({
    host,
    port,
    tls: tls ?? undefined,
    ...limits,
    ...(frameLimits === undefined ? {} : { frameLimits }),
  });
}
