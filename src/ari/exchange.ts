import { Buffer } from 'node:buffer';
import type { Dispatcher } from 'undici';
import { AriHttpError } from './failure.ts';

/** A whole answer, whatever its status. */
export interface AriHttpResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly data: Buffer;
}

/** How an exchange ended. */
export type Outcome =
  | { readonly response: AriHttpResponse }
  | {
      readonly error: AriHttpError;
      /** The PBX closed the connection before it answered: on a kept-alive one the request was not read. */
      readonly swallowed: boolean;
    };

/** What a socket says that the other side has closed. */
const CLOSED = new Set(['ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET']);

/** One request and its answer, as the HTTP client tells of them. It ends once: answered, failed or given up. */
export class Exchange implements Dispatcher.DispatchHandler {
  readonly #end: (outcome: Outcome) => void;
  readonly #chunks: Buffer[] = [];
  #controller: Dispatcher.DispatchController | null = null;
  #givenUp: AriHttpError | null = null;
  #status: number | null = null;
  #headers: AriHttpResponse['headers'] = {};

  constructor(end: (outcome: Outcome) => void) {
    this.#end = end;
  }

  /** Ends it now, also while it waits for a connection; what is still to come of it is thrown away. */
  giveUp(error: AriHttpError): void {
    this.#givenUp = error;
    this.#end({ error, swallowed: false });
    this.#controller?.abort(error);
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    if (this.#givenUp !== null) controller.abort(this.#givenUp);
  }

  onResponseStart(
    _controller: Dispatcher.DispatchController,
    status: number,
    headers: AriHttpResponse['headers'],
  ): void {
    this.#status = status;
    this.#headers = headers;
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#chunks.push(chunk);
  }

  onResponseEnd(): void {
    const data = Buffer.concat(this.#chunks);
    this.#end({ response: { status: this.#status ?? 0, headers: this.#headers, data } });
  }

  onResponseError(_controller: Dispatcher.DispatchController, thrown: Error): void {
    if (this.#givenUp !== null) return;
    const swallowed = this.#status === null && 'code' in thrown && CLOSED.has(String(thrown.code));
    this.#end({ error: noAnswer(thrown), swallowed });
  }
}

/** The error of a request that came to no whole answer. */
export function noAnswer(thrown: unknown): AriHttpError {
  if (thrown instanceof AriHttpError) return thrown;
  const code = thrown instanceof Error && 'code' in thrown ? String(thrown.code) : '';
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return new AriHttpError(null, message || code || 'no answer');
}
