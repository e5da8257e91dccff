import { Buffer } from 'node:buffer';
import type { Readable } from 'node:stream';
import { type Dispatcher, Pool } from 'undici';
import { type AriHttpResponse, Exchange, noAnswer } from './exchange.ts';
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
  /** Behind `/ari`, encoded: `/channels?app=sfa`. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | undefined;
}

/** Asterisk keeps an idle connection for 15 s (`session_keep_alive`): ours end before they can be cut in use. */
const IDLE_MS = 8_000;
const MOST_SOCKETS = 16;

/**
 * HTTP to one PBX with its own credentials and kept-alive connections. Every request ends: with an answer,
 * with {@link AriHttpError}, or with it after the time is over.
 */
export class AriHttp {
  readonly #timeoutMs: number;
  readonly #requests: Pool;
  /** Their own connections: whoever reads a recording slowly must not keep calls waiting. */
  readonly #downloads: Pool;
  /** The path of the API. */
  readonly #root: string;
  readonly authorization: string;
  /** The root of the API: `http://127.0.0.1:8088/ari`. */
  readonly base: string;

  constructor({ username, password, url, timeoutMs = 10_000 }: AriHttpOptions) {
    this.#timeoutMs = timeoutMs;
    this.authorization = `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
    this.base = `${url.replace(/\/+$/, '')}/ari`;
    const { origin, pathname } = new URL(this.base);
    this.#root = pathname;
    const settings = { connections: MOST_SOCKETS, keepAliveTimeout: IDLE_MS, headersTimeout: 0 };
    // A request has one deadline for all of it; a download may take long, but not stand still.
    this.#requests = new Pool(origin, { ...settings, bodyTimeout: 0 });
    this.#downloads = new Pool(origin, { ...settings, bodyTimeout: timeoutMs });
  }

  /**
   * Sends a request and reads its whole answer, whatever its status.
   *
   * @throws AriHttpError without a status when there is no answer.
   */
  send(request: AriHttpRequest): Promise<AriHttpResponse> {
    const { method, body = null } = request;
    // Spelled as ari-client's own, which must not go along: it is empty.
    const headers = { ...request.headers, Authorization: this.authorization };
    const options = {
      method: method as Dispatcher.HttpMethod,
      path: this.#root + request.path,
      headers,
      body,
    };
    return new Promise((resolve, reject) => {
      let exchange: Exchange;
      const timer = setTimeout(() => exchange.giveUp(this.#late()), this.#timeoutMs);
      const begin = (again: boolean) => {
        exchange = new Exchange((outcome) => {
          // The PBX closed a kept-alive connection while the request was on its way. Only what may run twice
          // is sent again.
          if ('error' in outcome && outcome.swallowed && again) return begin(false);
          clearTimeout(timer);
          if ('error' in outcome) reject(outcome.error);
          else resolve(outcome.response);
        });
        this.#requests.dispatch(options, exchange);
      };
      begin(method !== 'POST');
    });
  }

  /**
   * Opens a stream of a file, for downloads. It fails when the PBX sends nothing for as long as a request may
   * take.
   *
   * @param path behind `/ari`.
   * @throws AriHttpError with the PBX's status for everything but 200.
   */
  async download(path: string): Promise<Readable> {
    const late = new AbortController();
    const timer = setTimeout(() => late.abort(this.#late()), this.#timeoutMs);
    try {
      const { statusCode, statusText, body } = await this.#downloads.request({
        method: 'GET',
        path: this.#root + path,
        headers: { authorization: this.authorization },
        signal: late.signal,
      });
      if (statusCode === 200) return body;
      throw refusalOf(statusCode, statusText, Buffer.from(await body.arrayBuffer()));
    } catch (thrown) {
      throw noAnswer(thrown);
    } finally {
      clearTimeout(timer);
    }
  }

  /** Ends every request and connection. */
  stop(): void {
    const reason = new AriHttpError(null, 'the connection was stopped');
    for (const pool of [this.#requests, this.#downloads]) void pool.destroy(reason);
  }

  #late(): AriHttpError {
    return new AriHttpError(null, `no answer within ${this.#timeoutMs} ms`);
  }
}

/** The error of an answer with a status that is none of success. */
export function refusalOf(status: number, statusText: string, data: Buffer): AriHttpError {
  return new AriHttpError(status, reasonOfBody(data.toString('utf8'), statusText || 'no reason given'));
}
