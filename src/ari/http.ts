import { Buffer } from 'node:buffer';
import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import type { Readable } from 'node:stream';
import { AriHttpError, reasonOfBody } from './failure.ts';

export interface AriHttpOptions {
  readonly url: string;
  readonly username: string;
  readonly password: string;
  /** Milliseconds until a request without an answer is given up; 10 s when left out. */
  readonly timeoutMs?: number;
}

export interface AriHttpRequest {
  readonly method: string;
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | undefined;
}

export interface AriHttpResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly data: Buffer;
}

/** Asterisk keeps an idle connection for 15 s (`session_keep_alive`): ours end before they can be cut in use. */
const IDLE_MS = 8_000;
const MOST_SOCKETS = 16;

/**
 * HTTP to one PBX with its own credentials and kept-alive connections. Every request ends: with an answer,
 * with {@link AriHttpError}, or with it after the time is over.
 */
export class AriHttp {
  readonly #options: AriHttpOptions;
  readonly #agent: HttpAgent;
  readonly #open = new Set<AbortController>();
  readonly authorization: string;
  /** The root of the API: `http://127.0.0.1:8088/ari`. */
  readonly base: string;

  constructor(options: AriHttpOptions) {
    this.#options = options;
    const { username, password, url } = options;
    this.authorization = `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
    this.base = `${url.replace(/\/+$/, '')}/ari`;
    const settings = { keepAlive: true, timeout: IDLE_MS, maxSockets: MOST_SOCKETS };
    this.#agent = url.startsWith('https:') ? new HttpsAgent(settings) : new HttpAgent(settings);
  }

  /**
   * Sends a request and reads its whole answer, whatever its status.
   *
   * @throws AriHttpError without a status when there is no answer.
   */
  async send(request: AriHttpRequest): Promise<AriHttpResponse> {
    const stopping = new AbortController();
    this.#open.add(stopping);
    const timeoutMs = this.#options.timeoutMs ?? 10_000;
    const timer = setTimeout(() => stopping.abort(new Error(`no answer within ${timeoutMs} ms`)), timeoutMs);
    try {
      const response = await this.#begin(request, stopping.signal, request.method !== 'POST');
      const chunks: Buffer[] = [];
      for await (const chunk of response) chunks.push(chunk as Buffer);
      return { status: response.statusCode ?? 0, headers: response.headers, data: Buffer.concat(chunks) };
    } catch (thrown) {
      throw noAnswer(thrown, stopping.signal);
    } finally {
      clearTimeout(timer);
      this.#open.delete(stopping);
    }
  }

  /**
   * Opens a stream of a file, for downloads.
   *
   * @param path behind `/ari`.
   * @throws AriHttpError with the PBX's status for everything but 200.
   */
  async download(path: string): Promise<Readable> {
    const stopping = new AbortController();
    this.#open.add(stopping);
    const timer = setTimeout(() => stopping.abort(new Error('no answer')), this.#options.timeoutMs ?? 10_000);
    try {
      const response = await this.#begin(
        { method: 'GET', url: `${this.base}${path}` },
        stopping.signal,
        true,
      );
      if (response.statusCode === 200) {
        response.once('close', () => this.#open.delete(stopping));
        return response;
      }
      const chunks: Buffer[] = [];
      for await (const chunk of response) chunks.push(chunk as Buffer);
      throw refusalOf(response.statusCode ?? 0, response.statusMessage ?? '', Buffer.concat(chunks));
    } catch (thrown) {
      this.#open.delete(stopping);
      throw thrown instanceof AriHttpError ? thrown : noAnswer(thrown, stopping.signal);
    } finally {
      clearTimeout(timer);
    }
  }

  /** Ends every request and connection. */
  stop(): void {
    for (const stopping of this.#open) stopping.abort(new Error('the connection was stopped'));
    this.#agent.destroy();
  }

  #begin(request: AriHttpRequest, signal: AbortSignal, again: boolean): Promise<IncomingMessage> {
    return new Promise((resolve, reject) => {
      const send = request.url.startsWith('https:') ? httpsRequest : httpRequest;
      const sent = send(
        request.url,
        {
          method: request.method,
          agent: this.#agent,
          signal,
          headers: {
            ...request.headers,
            authorization: this.authorization,
            // Asterisk wants the length of an empty body, too.
            ...(request.method === 'GET' ? {} : { 'content-length': Buffer.byteLength(request.body ?? '') }),
          },
        },
        resolve,
      );
      sent.once('error', (error) => {
        // The PBX closed a kept-alive connection while the request was on its way: it was not read. Only what
        // may run twice is sent again.
        const stale = sent.reusedSocket && 'code' in error && error.code === 'ECONNRESET';
        if (again && stale && !signal.aborted) resolve(this.#begin(request, signal, false));
        else reject(error);
      });
      sent.end(request.body);
    });
  }
}

/** The error of an answer with a status that is none of success. */
export function refusalOf(status: number, statusText: string, data: Buffer): AriHttpError {
  return new AriHttpError(status, reasonOfBody(data.toString('utf8'), statusText || 'no reason given'));
}

function noAnswer(thrown: unknown, signal: AbortSignal): AriHttpError {
  const cause: unknown = signal.aborted ? signal.reason : thrown;
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  const message = cause instanceof Error ? cause.message : String(cause);
  return new AriHttpError(null, message || code || 'no answer');
}
