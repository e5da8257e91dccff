import { AsyncLocalStorage } from 'node:async_hooks';
import { createRequire } from 'node:module';
import ari from 'ari-client';
import type { AriHttpResponse } from './exchange.ts';
import { AriHttpError } from './failure.ts';
import { fieldsOf } from './fields.ts';
import { type AriHttp, refusalOf } from './http.ts';

/**
 * The only file that imports ari-client. Of the library it uses the operations, which it makes out of the
 * PBX's api-docs; the reasons for what it replaces stand in docs/decisions/0006.
 */

/** Runs an operation by the names of the api-docs. @throws AriHttpError, with a status when the PBX answered. */
export type AriCall = (
  resource: string,
  nickname: string,
  parameters: Readonly<Record<string, unknown>>,
) => Promise<unknown>;

/** A request as swagger-client hands it to its HTTP client. */
interface SwaggerRequest {
  readonly url: string;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly on: { response(answer: object): void; error(answer: object): void };
}

type Operation = (parameters: Readonly<Record<string, unknown>>) => Promise<unknown>;

/** For whom the library is at work. */
interface Turn {
  readonly http: AriHttp;
  /**
   * Gets an operation's answer past the library, which would make an object with operations of its own out of
   * it and hand that over a turn of the event loop later; null while it reads the api-docs.
   */
  readonly caller: { resolve(result: unknown): void; reject(thrown: unknown): void } | null;
}

/**
 * Whose request it is. The library keeps one set of credentials for the whole process (the last one that
 * connected), so that a second PBX would lock out the first; here each connection's requests are its own.
 */
const turns = new AsyncLocalStorage<Turn>();

// swagger-client belongs to ari-client: taken from where that finds it.
const require = createRequire(createRequire(import.meta.url).resolve('ari-client'));
const swagger = require('swagger-client') as {
  authorizations: { remove(name: string): void };
  SwaggerHttp: { prototype: { execute(request: SwaggerRequest): void } };
};

// Its own HTTP client never ends a request that fails without an answer, and throws out of a socket's
// callback, which ends the process, when a document is missing.
swagger.SwaggerHttp.prototype.execute = (request) => {
  const turn = turns.getStore();
  if (turn === undefined) throw new Error('a request of ari-client outside of a connection');
  const { http, caller } = turn;
  if (caller === null) void fetchDocument(http, request);
  else void exchange(http, request).then(resultOf).then(caller.resolve, caller.reject);
};

/**
 * An address that only this file reads. With the real one the library would fetch the first document twice, at
 * first without credentials through the deprecated `request`, whose idle socket outlives everything.
 */
const NOWHERE = 'sfa://pbx';
const ROOT = `${NOWHERE}/ari`;

/**
 * Fetches the api-docs and makes the operations out of them.
 *
 * @throws Error or a text of the library's when a document cannot be fetched or read.
 */
export async function operationsOf(http: AriHttp): Promise<AriCall> {
  const client = await turns.run({ http, caller: null }, () => ari.connect(NOWHERE, '', ''));
  // Nobody uses it, and it would be encoded anew for each request.
  swagger.authorizations.remove('basic-auth');
  const resources = client as unknown as Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  return (resource, nickname, parameters) => {
    const operation = resources[resource]?.[nickname];
    if (operation === undefined) {
      return Promise.reject(new AriHttpError(null, 'the PBX offers no such operation in its api-docs'));
    }
    return new Promise((resolve, reject) => {
      // The library's own promise ends only where it refuses the parameters.
      turns.run({ http, caller: { resolve, reject } }, () => operation(parameters)).catch(reject);
    });
  };
}

/** @throws AriHttpError for every answer but one of success. */
async function exchange(http: AriHttp, { url, method, headers, body }: SwaggerRequest) {
  const path = url.slice(ROOT.length);
  const answer = await http.send({ method: method.toUpperCase(), path, headers, body });
  if (answer.status >= 300) throw refusalOf(answer.status, '', answer.data);
  return { ...answer, path };
}

/** What an operation answered; null for nothing. @throws AriHttpError when it is no JSON. */
function resultOf({ status, data }: AriHttpResponse): unknown {
  if (data.length === 0) return null;
  try {
    return JSON.parse(data.toString('utf8'));
  } catch {
    throw new AriHttpError(status, 'an answer that is no JSON');
  }
}

async function fetchDocument(http: AriHttp, request: SwaggerRequest): Promise<void> {
  const { on } = request;
  try {
    const { status, data, headers, path } = await exchange(http, request);
    const answer = { status, headers, data, ...documentOf(path, data) };
    quietly(() => on.response(answer));
  } catch (thrown) {
    quietly(() => on.error(thrown as Error));
  }
}

/**
 * An api-doc is handed over parsed, with our own address for the API: what the PBX believes to be its own may
 * be one behind a proxy. The list of resources says version 1.1; under 1.2, which is read in the same
 * way, the library keeps quiet instead of writing a note to standard output.
 */
function documentOf(path: string, data: Buffer): { obj?: unknown } {
  if (!path.startsWith('/api-docs/')) return {};
  const document = { ...fieldsOf(JSON.parse(data.toString('utf8'))), basePath: ROOT };
  return { obj: path.endsWith('/resources.json') ? { ...document, swaggerVersion: '1.2' } : document };
}

/** The library reports a failure through its callback and then throws the same text once more. */
function quietly(work: () => void): void {
  try {
    work();
  } catch {
    // Reported already.
  }
}
