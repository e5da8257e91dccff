import { Buffer } from 'node:buffer';
import {
  type ClientRequest,
  Agent as HttpAgent,
  request as httpRequest,
  type IncomingMessage,
} from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import type { Readable } from 'node:stream';
import { urlToHttpOptions } from 'node:url';
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
  readonly #timeoutMs: number;
  readonly #agent: HttpAgent;
  /** What ends the requests that are on their way. */
  readonly #open = new Set<(reason: Error) => void>();
  readonly #send: typeof httpRequest;
  /** Where the API is; taken apart once, not for each request. */
  readonly #place: ReturnType<typeof urlToHttpOptions>;
  readonly authorization: string;
  /** The root of the API: `http://127.0.0.1:8088/ari`. */
  readonly base: string;

  constructor({ username, password, url, timeoutMs = 10_000 }: AriHttpOptions) {
    this.#timeoutMs = timeoutMs;
    this.authorization = `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
    this.base = `${url.replace(/\/+$/, '')}/ari`;
    this.#place = urlToHttpOptions(new URL(this.base));
    const settings = { keepAlive: true, timeout: IDLE_MS, maxSockets: MOST_SOCKETS };
    const encrypted = url.startsWith('https:');
    this.#agent = encrypted ? new HttpsAgent(settings) : new HttpAgent(settings);
    this.#send = encrypted ? httpsRequest : httpRequest;
  }

  /**
   * Sends a request and reads its whole answer, whatever its status.
   *
   * @throws AriHttpError without a status when there is no answer.
   */
  send(request: AriHttpRequest): Promise<AriHttpResponse> {
    return this.#exchange(request, (response, resolve, reject) => {
      collect(response, reject, (data) =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, data }),
      );
    });
  }

  /**
   * Opens a stream of a file, for downloads.
   *
   * @param path behind `/ari`.
   * @throws AriHttpError with the PBX's status for everything but 200.
   */
  download(path: string): Promise<Readable> {
    const request = { method: 'GET', path };
    return this.#exchange<Readable>(request, (response, resolve, reject) => {
      if (response.statusCode === 200) return resolve(response);
      collect(response, reject, (data) =>
        reject(refusalOf(response.statusCode ?? 0, response.statusMessage ?? '', data)),
      );
    });
  }

  /** Ends every request and connection. */
  stop(): void {
    for (const give of [...this.#open]) give(new Error('the connection was stopped'));
    this.#agent.destroy();
  }

  #exchange<Result>(request: AriHttpRequest, read: Read<Result>): Promise<Result> {
    return new Promise<Result>((resolve, reject) => {
      let sent: ClientRequest;
      // A request that waits for a socket says nothing when it is destroyed, nor does one whose answer has
      // begun: the promise does not wait for either.
      const give = (reason: Error) => {
        rejected(reason);
        sent.destroy(reason);
      };
      const timer = setTimeout(
        () => give(new Error(`no answer within ${this.#timeoutMs} ms`)),
        this.#timeoutMs,
      );
      const settle =
        <Value>(next: (value: Value) => void) =>
        (value: Value) => {
          clearTimeout(timer);
          next(value);
        };
      const resolved = settle(resolve);
      const rejected = settle((thrown: unknown) => reject(noAnswer(thrown)));
      const begin = (again: boolean) => {
        const turn = this.#begin(request, (response) => read(response, resolved, rejected));
        sent = turn;
        turn.once('error', (error) => {
          // The PBX closed a kept-alive connection while the request was on its way: it was not read. Only
          // what may run twice is sent again.
          const stale = turn.reusedSocket && 'code' in error && error.code === 'ECONNRESET';
          if (again && stale) begin(false);
          else rejected(error);
        });
        turn.once('close', () => {
          if (turn === sent) this.#open.delete(give);
        });
        this.#open.add(give);
      };
      begin(request.method !== 'POST');
    });
  }

  #begin(
    { method, path, headers, body }: AriHttpRequest,
    read: (response: IncomingMessage) => void,
  ): ClientRequest {
    const options = {
      ...this.#place,
      path: `${this.#place.path}${path}`,
      method,
      agent: this.#agent,
      headers: {
        ...headers,
        authorization: this.authorization,
        // Asterisk wants the length of an empty body, too.
        ...(method === 'GET' ? {} : { 'content-length': Buffer.byteLength(body ?? '') }),
      },
    };
    const sent = this.#send(options, read);
    sent.end(body);
    return sent;
  }
}

/** Makes a result out of a response; calls exactly one of the two. */
type Read<Result> = (
  response: IncomingMessage,
  resolve: (result: Result) => void,
  reject: (thrown: unknown) => void,
) => void;

/** Reads the whole body; an answer that breaks off is none. */
function collect(
  response: IncomingMessage,
  reject: (thrown: unknown) => void,
  done: (data: Buffer) => void,
): void {
  const chunks: Buffer[] = [];
  response.on('data', (chunk: Buffer) => chunks.push(chunk));
  response.once('error', reject);
  response.once('end', () => done(Buffer.concat(chunks)));
}

/** The error of an answer with a status that is none of success. */
export function refusalOf(status: number, statusText: string, data: Buffer): AriHttpError {
  return new AriHttpError(status, reasonOfBody(data.toString('utf8'), statusText || 'no reason given'));
}

function noAnswer(thrown: unknown): AriHttpError {
  if (thrown instanceof AriHttpError) return thrown;
  const code = thrown instanceof Error && 'code' in thrown ? String(thrown.code) : '';
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return new AriHttpError(null, message || code || 'no answer');
}
