import { createHash } from 'node:crypto';
import { connect, isIP, type Socket } from 'node:net';
import { checkServerIdentity, connect as connectTls } from 'node:tls';
import { CompanionError, messageOf } from '../../model/errors.ts';
import { encodeAction } from '../wire/encoder.ts';
import { AmiFramer } from '../wire/framer.ts';
import { type AmiHeader, type AmiMessage, header, parseMessage } from '../wire/message.ts';
import type { RawTap } from './writer.ts';

export interface CaptureTarget {
  readonly host: string;
  readonly port: number;
  readonly username: string;
  readonly secret: string;
  /** Null for plain TCP. */
  readonly tls: { readonly ca?: string | undefined; readonly servername?: string | undefined } | null;
  /** Classes of events to ask for, as in manager.conf. */
  readonly eventMask: string;
  /** Milliseconds until an unanswered attempt is given up. */
  readonly timeoutMs: number;
}

/**
 * Listens to a PBX and hands every byte of the session, in both directions, to a tap. It logs in by
 * challenge, so that the secret never travels, and then only pings.
 *
 * @param signal ends it; it then resolves.
 * @param ready called after the login.
 * @throws CompanionError `AMI_DISCONNECTED` when there is no way through or the PBX ends the session,
 *   `AMI_AUTH_FAILED` when it refuses the login.
 */
export async function captureSession(
  target: CaptureTarget,
  tap: RawTap,
  signal: AbortSignal,
  ready: () => void,
): Promise<void> {
  const address = `${target.host}:${target.port}`;
  const ended = Promise.withResolvers<void>();
  const lost = (why: string) =>
    ended.reject(new CompanionError('AMI_DISCONNECTED', `the PBX at ${address}: ${why}`, { address }));
  const socket = open(target);
  const stop = () => ended.resolve();
  signal.addEventListener('abort', stop, { once: true });
  if (signal.aborted) stop();
  const framer = new AmiFramer();
  const dialogue = new Dialogue(target, address, {
    send: (headers) => {
      const bytes = Buffer.from(encodeAction(headers), 'utf8');
      tap.sent(bytes);
      socket.write(bytes);
    },
    ready: () => {
      socket.setTimeout(0);
      ready();
    },
    refused: (error) => ended.reject(error),
  });
  socket.setTimeout(target.timeoutMs, () => lost('no answer in time'));
  socket.on('error', (error) => lost(messageOf(error)));
  socket.on('close', () => lost('the connection was closed'));
  socket.on('data', (chunk) => {
    tap.received(chunk);
    for (const frame of framer.push(chunk))
      if (frame.kind === 'block') dialogue.receive(parseMessage(frame.bytes));
  });
  socket.once(target.tls === null ? 'connect' : 'secureConnect', () => dialogue.begin());
  try {
    await ended.promise;
  } finally {
    signal.removeEventListener('abort', stop);
    dialogue.end();
    socket.destroy();
  }
}

function open({ host, port, tls }: CaptureTarget): Socket {
  if (tls === null) return connect({ host, port, noDelay: true });
  const name = tls.servername ?? host;
  return connectTls({
    host,
    port,
    ...(tls.ca === undefined ? {} : { ca: tls.ca }),
    // No server name indication for an address (RFC 6066); the certificate is checked against it all the same.
    ...(isIP(name) ? {} : { servername: name }),
    checkServerIdentity: (_host, certificate) => checkServerIdentity(name, certificate),
  });
}

/** Milliseconds between two pings, which keep a quiet connection from being cut by a firewall. */
const PING_MS = 30_000;

interface DialogueEvents {
  send(headers: readonly AmiHeader[]): void;
  ready(): void;
  refused(error: CompanionError): void;
}

/** The little that a capture says itself. */
class Dialogue {
  readonly #target: CaptureTarget;
  readonly #address: string;
  readonly #events: DialogueEvents;
  #step: 'challenge' | 'login' | 'listening' = 'challenge';
  #pinging: NodeJS.Timeout | null = null;

  constructor(target: CaptureTarget, address: string, events: DialogueEvents) {
    this.#target = target;
    this.#address = address;
    this.#events = events;
  }

  begin(): void {
    this.#events.send([
      ['Action', 'Challenge'],
      ['ActionID', 'sfa-capture-challenge'],
      ['AuthType', 'MD5'],
    ]);
  }

  receive(message: AmiMessage): void {
    if (this.#step === 'listening' || header(message, 'Response') === undefined) return;
    const { username, secret, eventMask } = this.#target;
    const refused = header(message, 'Response')?.toLowerCase() === 'error';
    if (refused) {
      const text = `the PBX at ${this.#address} refused the manager user "${username}": wrong name or secret, or not permitted from here`;
      this.#events.refused(new CompanionError('AMI_AUTH_FAILED', text, { username }));
    } else if (this.#step === 'challenge') {
      const nonce = header(message, 'Challenge') ?? '';
      this.#step = 'login';
      this.#events.send([
        ['Action', 'Login'],
        ['ActionID', 'sfa-capture-login'],
        ['AuthType', 'MD5'],
        ['Username', username],
        ['Key', createHash('md5').update(nonce).update(secret).digest('hex')],
        ['Events', eventMask],
      ]);
    } else {
      this.#step = 'listening';
      this.#pinging = setInterval(() => this.#events.send([['Action', 'Ping']]), PING_MS);
      this.#events.ready();
    }
  }

  end(): void {
    if (this.#pinging !== null) clearInterval(this.#pinging);
  }
}
