import { connect, isIP, type Socket } from 'node:net';
import { checkServerIdentity, connect as connectTls } from 'node:tls';
import { CompanionError, messageOf } from '../../model/errors.ts';
import { type ActionLimits, ASTERISK_22_LIMITS, encodeAction } from '../wire/encoder.ts';
import { AmiFramer, DEFAULT_FRAME_LIMITS, type FrameLimits } from '../wire/framer.ts';
import { parseMessage } from '../wire/message.ts';
import type { AmiTransport, TransportConnection, TransportListener } from './transport.ts';

export interface TlsOptions {
  /** Certificates (PEM) of the authorities to trust instead of the system's. */
  readonly ca?: string | undefined;
  /** The name that the certificate must hold where it is not the host's. */
  readonly servername?: string | undefined;
}

export interface SocketTransportOptions {
  readonly host: string;
  readonly port: number;
  /** Present for TLS; the PBX's certificate must be valid for the host name. */
  readonly tls?: TlsOptions | undefined;
  /** Milliseconds until an unanswered connection attempt is given up. */
  readonly connectTimeoutMs?: number;
  readonly frameLimits?: FrameLimits;
  readonly actionLimits?: ActionLimits;
}

/** The project's own transport: TCP or TLS, framed and parsed here. */
export function socketTransport(options: SocketTransportOptions): AmiTransport {
  const address = `${options.host}:${options.port}`;
  return {
    address,
    open: (listener, signal) => open(options, address, listener, signal),
  };
}

function open(
  options: SocketTransportOptions,
  address: string,
  listener: TransportListener,
  signal: AbortSignal,
): Promise<TransportConnection> {
  return new Promise((resolve, reject) => {
    const socket = options.tls ? secure(options, options.tls) : connect(endpoint(options));
    const unreachable = (why: string) =>
      new CompanionError('AMI_DISCONNECTED', `cannot reach the PBX at ${address}: ${why}`, { address });
    const fail = (why: string) => {
      signal.removeEventListener('abort', onAbort);
      socket.destroy();
      reject(unreachable(why));
    };
    const onAbort = () => fail('the attempt was ended');
    const onTimeout = () => fail('no answer in time');
    const onError = (error: Error) => fail(messageOf(error));
    if (signal.aborted) return onAbort();
    signal.addEventListener('abort', onAbort, { once: true });
    socket.setTimeout(options.connectTimeoutMs ?? 10_000, onTimeout);
    socket.once('error', onError);
    socket.once(options.tls ? 'secureConnect' : 'connect', () => {
      signal.removeEventListener('abort', onAbort);
      socket.off('timeout', onTimeout);
      socket.setTimeout(0);
      socket.off('error', onError);
      resolve(carry(socket, options, listener));
    });
  });
}

function endpoint({ host, port }: SocketTransportOptions) {
  return { host, port, noDelay: true };
}

function secure(options: SocketTransportOptions, { ca, servername }: TlsOptions): Socket {
  const name = servername ?? options.host;
  return connectTls({
    ...endpoint(options),
    ...(ca === undefined ? {} : { ca }),
    // No server name indication for an address (RFC 6066); the certificate is checked against it all the same.
    ...(isIP(name) ? {} : { servername: name }),
    checkServerIdentity: (_host, certificate) => checkServerIdentity(name, certificate),
  });
}

function carry(
  socket: Socket,
  options: SocketTransportOptions,
  listener: TransportListener,
): TransportConnection {
  const framer = new AmiFramer(options.frameLimits ?? DEFAULT_FRAME_LIMITS);
  let reason = 'the PBX closed the connection';
  const deliver = (frames: ReturnType<AmiFramer['push']>) => {
    for (const frame of frames) {
      if (frame.kind === 'block') listener.message(parseMessage(frame.bytes));
      else listener.skipped(frame.reason, frame.length);
    }
  };
  socket.on('data', (chunk) => deliver(framer.push(chunk)));
  socket.on('error', (error) => {
    reason = messageOf(error);
  });
  socket.once('close', () => listener.closed(reason));
  return {
    send: (headers) => void socket.write(encodeAction(headers, options.actionLimits ?? ASTERISK_22_LIMITS)),
    close: (why) => {
      reason = why;
      socket.destroy();
    },
  };
}
