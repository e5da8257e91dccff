import type { Readable } from 'node:stream';
import { CompanionError, messageOf } from '../model/errors.ts';
import { operationsOf } from './ari-client.ts';
import { openEventSocket } from './event-socket.ts';
import { ariFailure } from './failure.ts';
import { AriHttp } from './http.ts';
import type { AriRequester } from './operations.ts';
import { probeAri } from './probe.ts';

export interface AriOptions {
  readonly pbx: string;
  /** Root of the HTTP server, for example `http://127.0.0.1:8088`. */
  readonly url: string;
  readonly username: string;
  readonly password: string;
  /** The Stasis application's name. */
  readonly app: string;
  /** Milliseconds until a request without an answer is given up; 10 s when left out. */
  readonly timeoutMs?: number;
  /** Milliseconds between two pings of the event connection; 15 s when left out. */
  readonly pingMs?: number;
  /** The first and the longest pause between two attempts, in milliseconds; 250 ms and 30 s when left out. */
  readonly backoff?: { readonly firstMs: number; readonly maxMs: number };
}

/** One connection to ARI, from its registration of the application to its end. */
export interface AriConnection {
  readonly request: AriRequester;
  readonly download: (path: string) => Promise<Readable>;
  /** Resolves with the reason when it has ended. */
  readonly ended: Promise<string>;
  /** @param why what `ended` resolves with. */
  close(why: string): void;
}

/**
 * Connects to ARI, registers the application and hears its events.
 *
 * @throws CompanionError `ARI_REQUEST_FAILED` with a sentence that says what is wrong.
 */
export async function connectAri(
  options: AriOptions,
  onMessage: (text: string) => void,
  signal: AbortSignal,
): Promise<AriConnection> {
  const { pbx, url, username, app, pingMs = 15_000 } = options;
  const http = new AriHttp(options);
  const stop = () => http.stop();
  signal.addEventListener('abort', stop, { once: true });
  const close = () => {
    signal.removeEventListener('abort', stop);
    http.stop();
  };
  try {
    const trouble = await probeAri(http, username);
    if (trouble !== null) throw cannotConnect(pbx, trouble);
    const call = await within(DOCS_MS, signal, operationsOf(http)).catch((thrown: unknown) => {
      throw cannotConnect(pbx, `the api-docs at ${url} cannot be read: ${messageOf(thrown)}`);
    });
    const { authorization } = http;
    const events = await openEventSocket({ url, app, authorization, pingMs, onMessage }, signal).catch(
      (thrown: unknown) => {
        throw cannotConnect(pbx, messageOf(thrown));
      },
    );
    const wrap = async <Result>(what: string, work: () => Promise<Result>): Promise<Result> => {
      try {
        return await work();
      } catch (thrown) {
        throw ariFailure(pbx, what, thrown);
      }
    };
    return {
      request: (resource, nickname, parameters) =>
        wrap(`${resource}.${nickname}`, () => call(resource, nickname, parameters)),
      download: (path) => wrap(`download ${path}`, () => http.download(path)),
      ended: events.ended.finally(close),
      close: events.close,
    };
  } catch (thrown) {
    close();
    throw thrown;
  }
}

/** Milliseconds for all documents together. */
const DOCS_MS = 30_000;

/** The library promises nothing about when, or whether, it is done. */
function within<Result>(ms: number, signal: AbortSignal, work: Promise<Result>): Promise<Result> {
  return new Promise((resolve, reject) => {
    const give = (reason: string) => () => reject(new Error(reason));
    const stopped = give('stopped');
    const timer = setTimeout(give(`not done within ${ms} ms`), ms);
    signal.addEventListener('abort', stopped, { once: true });
    void work.then(resolve, reject).finally(() => {
      clearTimeout(timer);
      signal.removeEventListener('abort', stopped);
    });
  });
}

function cannotConnect(pbx: string, reason: string): CompanionError {
  return new CompanionError('ARI_REQUEST_FAILED', `ARI of the PBX "${pbx}": ${reason}`, { pbx, reason });
}
