import WebSocket from 'ws';

export interface EventSocketOptions {
  /** Root of the HTTP server. */
  readonly url: string;
  readonly app: string;
  /** Value of the header `Authorization`; never in the URL, which proxies and logs keep. */
  readonly authorization: string;
  /** Milliseconds between two pings; a ping without an answer until the next one ends the connection. */
  readonly pingMs: number;
  readonly onMessage: (text: string) => void;
}

/** An event connection that is open. */
export interface EventSocket {
  /** Resolves with the reason when the connection has ended, whoever ended it. */
  readonly ended: Promise<string>;
  /** @param why what `ended` resolves with. */
  close(why: string): void;
}

/** Milliseconds for the handshake. */
const HANDSHAKE_MS = 10_000;

/**
 * Opens the WebSocket that registers the application and brings its events.
 *
 * @throws Error with a sentence when the PBX refuses it or nobody answers.
 */
export function openEventSocket(options: EventSocketOptions, signal: AbortSignal): Promise<EventSocket> {
  const { app, authorization, pingMs, onMessage } = options;
  const base = options.url.replace(/\/+$/, '').replace(/^http/, 'ws');
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(`${base}/ari/events?app=${encodeURIComponent(app)}`, {
      headers: { authorization },
      handshakeTimeout: HANDSHAKE_MS,
      perMessageDeflate: false,
    });
    const ended = Promise.withResolvers<string>();
    let reason = '';
    let alive = true;
    let pinging: NodeJS.Timeout | null = null;
    const stop = () => socket.terminate();
    signal.addEventListener('abort', stop, { once: true });
    socket.on('unexpected-response', (_request, response) => {
      reason = refusal(app, response.statusCode ?? 0);
      response.resume();
      socket.terminate();
    });
    socket.on('error', (error) => {
      reason ||= error.message;
    });
    socket.on('message', (data) => {
      alive = true;
      onMessage(String(data));
    });
    socket.on('pong', () => {
      alive = true;
    });
    socket.on('open', () => {
      // A peer that has gone without a word (a pulled cable) is found by nothing else.
      pinging = setInterval(() => {
        if (alive) {
          alive = false;
          socket.ping();
          return;
        }
        reason = `the PBX did not answer a ping within ${pingMs} ms`;
        socket.terminate();
      }, pingMs);
      const close = (why: string) => {
        reason ||= why;
        socket.terminate();
      };
      resolve({ ended: ended.promise, close });
    });
    socket.on('close', (code) => {
      if (pinging !== null) clearInterval(pinging);
      signal.removeEventListener('abort', stop);
      const why = reason || `the PBX closed the event connection (${code})`;
      ended.resolve(why);
      reject(new Error(why));
    });
    if (signal.aborted) stop();
  });
}

function refusal(app: string, status: number): string {
  if (status === 401) return `the PBX refuses to register the application ${app}: wrong name or password`;
  if (status === 404) return 'the PBX has no event connection: load res_ari_events';
  return `the PBX refuses to register the application ${app} (${status})`;
}
