import type { Clock } from '../../model/clock.ts';
import { CompanionError } from '../../model/errors.ts';
import { type LinkOptions, PbxLink } from '../link/link.ts';
import { type RawTap, type SocketTransportOptions, socketTransport } from '../link/socket-transport.ts';

export interface CaptureTarget
  extends Pick<SocketTransportOptions, 'host' | 'port'>,
    Pick<LinkOptions, 'username' | 'secret' | 'backoff'> {
  readonly pbx: string;
  /** Null for plain TCP. */
  readonly tls: NonNullable<SocketTransportOptions['tls']> | null;
  /** Classes of events to ask for, as in manager.conf. */
  readonly eventMask: string;
}

/** What a capture tells its user. */
export interface CaptureNews {
  /** It listens: for the first time, or again. */
  ready(): void;
  /** The connection was lost; it is tried again for as long as the capture goes on. */
  lost(reason: string): void;
}

/**
 * Listens to a PBX and hands every byte of its sessions, in both directions, to a tap: the link of the
 * service, which logs in by challenge, so that the secret never travels, pings, and comes back after a loss.
 *
 * @param signal ends it; it then resolves.
 * @throws CompanionError `AMI_DISCONNECTED` or `AMI_AUTH_FAILED` when the first attempt fails: whoever
 *   mistyped a name is not to wait.
 */
export async function captureSession(
  { host, port, tls, ...options }: CaptureTarget,
  tap: RawTap,
  { signal, news, clock }: { signal: AbortSignal; news: CaptureNews; clock: Clock },
): Promise<void> {
  const link = new PbxLink(socketTransport({ host, port, tls: tls ?? undefined, tap }), options, clock);
  const stop = () => void link.stop();
  signal.addEventListener('abort', stop, { once: true });
  if (signal.aborted) return;
  link.start();
  let listened = false;
  try {
    for await (const batch of link.items()) {
      for (const item of batch) {
        if (item.kind !== 'state' || signal.aborted) continue;
        if (item.state === 'ready') {
          listened = true;
          news.ready();
        } else if (item.state === 'disconnected') {
          const reason = item.reason ?? 'the connection was closed';
          if (!listened)
            throw new CompanionError(item.code ?? 'AMI_DISCONNECTED', reason, { pbx: options.pbx });
          news.lost(reason);
        }
      }
    }
  } finally {
    signal.removeEventListener('abort', stop);
    await link.stop();
  }
}
