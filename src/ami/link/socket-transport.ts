import { connect, isIP, type Socket } from 'node:net';
import { checkServerIdentity, connect as connectTls } from 'node:tls';
import { CompanionError, messageOf } from '../../model/errors.ts';
import { type ActionLimits, ASTERISK_22_LIMITS, encodeAction } from '../wire/encoder.ts';
import { AmiFramer, DEFAULT_FRAME_LIMITS, type FrameLimits } from '../wire/framer.ts';
import { type AmiHeader, parseMessage } from '../wire/message.ts';
import { Greeting } from './greeting.ts';
import { notAManager } from './login.ts';
import type { AmiTransport, TransportConnection, TransportListener } from './transport.ts';

export interface TlsOptions {
  /** Certificates (PEM) of the authorities to trust instead of the system's. */
  readonly ca?: string | undefined;
  /** The name that the certificate must hold where it is not the host's. */
  readonly servername?: string | undefined;
}

/** Sees every byte of the sessions, as it comes and goes; what it gets is reused when it returns. */
export interface RawTap {
  received(bytes: Buffer): void;
  sent(bytes: Buffer): void;
  /** A session is over; what it left unfinished stays so. */
  closed(reason: string): void;
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
  readonly tap?: RawTap;
}

/** The project's own transport: TCP or TLS, framed and parsed here. */
export function socketTransport(options: SocketTransportOptions): AmiTransport {
  const address = `${options.host}:${options.port}`;
  const limits = options.actionLimits ?? ASTERISK_22_LIMITS;
  return {
    address,
    limits,
    open: (listener, signal) => open({ ...options, address, limits }, listener, signal),
  };
}

/**
 * Bytes that are read at once. Small, since Node reads up to 32 times before it turns to anything else:
 * what 64 KiB would win in a flood is nothing, and timers would wait five times as long.
 */
const READ_BYTES = 16 << 10;

interface Endpoint extends SocketTransportOptions {
  readonly address: string;
  readonly limits: ActionLimits;
}

function open(
  options: Endpoint,
  listener: TransportListener,
  signal: AbortSignal,
): Promise<TransportConnection> {
  return new Promise((resolve, reject) => {
    const connection = new SocketConnection(options, listener);
    const { socket } = connection;
    const fail = (why: string) => {
      signal.removeEventListener('abort', onAbort);
      socket.destroy();
      const text = `cannot reach the PBX at ${options.address}: ${why}`;
      reject(new CompanionError('AMI_DISCONNECTED', text, { address: options.address }));
    };
    const onAbort = () => fail('the attempt was ended');
    const onTimeout = () => fail('no answer in time');
    const onError = (error: Error) => fail(causeOf(error));
    if (signal.aborted) return onAbort();
    signal.addEventListener('abort', onAbort, { once: true });
    socket.setTimeout(options.connectTimeoutMs ?? 10_000, onTimeout);
    socket.once('error', onError);
    socket.once(options.tls ? 'secureConnect' : 'connect', () => {
      signal.removeEventListener('abort', onAbort);
      socket.off('timeout', onTimeout);
      socket.setTimeout(0);
      socket.off('error', onError);
      connection.watch();
      resolve(connection);
    });
  });
}

/** A plain port asked for TLS is a common slip, and OpenSSL's words for it help nobody. */
function causeOf(error: Error): string {
  const code = 'code' in error ? error.code : undefined;
  const plain = code === 'ERR_SSL_WRONG_VERSION_NUMBER' || code === 'ERR_SSL_PACKET_LENGTH_TOO_LONG';
  return plain ? 'the port speaks no TLS' : messageOf(error) || String(code);
}

/** One socket: bytes in one buffer that is read into again and again, actions out in one write a turn. */
class SocketConnection implements TransportConnection {
  readonly #socket: Socket;
  readonly #address: string;
  readonly #listener: TransportListener;
  readonly #limits: ActionLimits;
  readonly #framer: AmiFramer;
  readonly #tap: RawTap | undefined;
  readonly #greeting = new Greeting();
  readonly #buffer = Buffer.allocUnsafe(READ_BYTES);
  #open = true;
  #unwritten = '';

  constructor(options: Endpoint, listener: TransportListener) {
    this.#address = options.address;
    this.#listener = listener;
    this.#limits = options.limits;
    this.#framer = new AmiFramer(options.frameLimits ?? DEFAULT_FRAME_LIMITS);
    this.#tap = options.tap;
    const onread = {
      buffer: this.#buffer,
      callback: (length: number) => {
        this.#read(this.#buffer.subarray(0, length));
        return true;
      },
    };
    const endpoint = { host: options.host, port: options.port, noDelay: true, onread };
    this.#socket = options.tls ? secure(endpoint, options.tls) : connect(endpoint);
  }

  get socket(): Socket {
    return this.#socket;
  }

  /** Begins to look for the end of the connection. */
  watch(): void {
    this.#socket.on('error', (error) => this.close(messageOf(error)));
    // A PBX that ends its side sends no more answers: the close of the other side is not waited for.
    this.#socket.once('end', () => this.close('the PBX closed the connection'));
    this.#socket.once('close', () => this.close('the PBX closed the connection'));
  }

  send(headers: readonly AmiHeader[]): void {
    const action = encodeAction(headers, this.#limits);
    // One write for all that is asked in a turn: a write costs more than an action.
    if (this.#unwritten === '') process.nextTick(() => this.#flush());
    this.#unwritten += action;
  }

  close(reason: string): void {
    if (!this.#open) return;
    this.#open = false;
    this.#socket.destroy();
    this.#tap?.closed(reason);
    this.#listener.closed(reason);
  }

  #flush(): void {
    const text = this.#unwritten;
    this.#unwritten = '';
    if (!this.#open) return;
    this.#socket.write(text);
    this.#tap?.sent(Buffer.from(text, 'utf8'));
  }

  #read(bytes: Buffer): void {
    this.#tap?.received(bytes);
    const other = this.#greeting.push(bytes);
    if (other !== null) this.close(notAManager(this.#address, other).message);
    this.#framer.each(bytes, (frame) => {
      if (!this.#open) return;
      if (frame.kind === 'block') this.#listener.message(parseMessage(frame.bytes));
      else this.#listener.skipped(frame.reason, frame.length);
    });
  }
}

function secure(
  endpoint: { host: string; port: number; onread: object },
  { ca, servername }: TlsOptions,
): Socket {
  const name = servername ?? endpoint.host;
  return connectTls({
    ...endpoint,
    ...(ca === undefined ? {} : { ca }),
    // No server name indication for an address (RFC 6066); the certificate is checked against it all the same.
    ...(isIP(name) ? {} : { servername: name }),
    checkServerIdentity: (_host, certificate) => checkServerIdentity(name, certificate),
  });
}
