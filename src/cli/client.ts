import type { Command } from 'commander';
import { CompanionError, ERROR_CATALOGUE, type ErrorCode, messageOf } from '../model/errors.ts';
import type { Terminal } from './terminal.ts';

/** Options of every command that is a client of the REST API. */
export interface ClientOptions {
  readonly url?: string;
  readonly token?: string;
  readonly json?: true;
}

const DEFAULT_URL = 'http://127.0.0.1:8480';

/** Adds the options that say where the service is and who asks. */
export function clientCommand(command: Command): Command {
  return command
    .option('--url <url>', `root of the service; SFA_URL or ${DEFAULT_URL} when absent`)
    .option('--token <token>', 'bearer token; SFA_TOKEN when absent, where no list of processes shows it')
    .option('--json', 'print what the service answered, as JSON');
}

/** The REST API as commands use it. */
export class Client {
  readonly #url: string;
  readonly #token: string;
  readonly #signal: AbortSignal | undefined;

  /** @throws CompanionError `UNAUTHORIZED` when nobody gave a token. */
  constructor(options: ClientOptions, terminal: Terminal, signal?: AbortSignal) {
    this.#url = (options.url ?? terminal.env['SFA_URL'] ?? DEFAULT_URL).replace(/\/$/, '');
    const token = options.token ?? terminal.env['SFA_TOKEN'];
    if (!token) {
      throw new CompanionError(
        'UNAUTHORIZED',
        'no token: set SFA_TOKEN; make one with: sfa token create NAME',
      );
    }
    this.#token = token;
    this.#signal = signal;
  }

  /**
   * Sends a request and gives the JSON that came back.
   *
   * @throws CompanionError with the code that the service gave, or `NOT_FOUND` when there is no service.
   */
  async call<Answer>(
    method: string,
    path: string,
    body?: object,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Answer> {
    const response = await this.open(method, path, body, headers);
    const text = await response.text();
    return (text === '' ? {} : JSON.parse(text)) as Answer;
  }

  /** Sends a request and gives the good answer, its body unread. */
  async open(
    method: string,
    path: string,
    body?: object,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Response> {
    let response: Response;
    try {
      response = await fetch(`${this.#url}/v1${path}`, {
        method,
        headers: {
          authorization: `Bearer ${this.#token}`,
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...headers,
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        ...(this.#signal === undefined ? {} : { signal: this.#signal }),
      });
    } catch (thrown) {
      const cause = thrown instanceof Error && thrown.cause !== undefined ? thrown.cause : thrown;
      throw new CompanionError('NOT_FOUND', `no service answers at ${this.#url}: ${messageOf(cause)}`);
    }
    if (!response.ok) throw await refusalOf(response);
    return response;
  }

  /** All items of a list, page by page. */
  async *items<Item>(path: string): AsyncGenerator<Item, void, void> {
    let cursor: string | null = null;
    do {
      const joint = path.includes('?') ? '&' : '?';
      const page: { items: Item[]; next: string | null } = await this.call(
        'GET',
        cursor === null ? path : `${path}${joint}cursor=${encodeURIComponent(cursor)}`,
      );
      yield* page.items;
      cursor = page.next;
    } while (cursor !== null);
  }
}

/** The error that a problem+json answer stands for. */
async function refusalOf(response: Response): Promise<CompanionError> {
  const fallback = `the service answered with ${response.status}`;
  try {
    const { code, title } = (await response.json()) as { code?: string; title?: string };
    if (code !== undefined && Object.hasOwn(ERROR_CATALOGUE, code)) {
      return new CompanionError(code as ErrorCode, title ?? fallback);
    }
  } catch {
    // No problem+json: not our service, or a proxy in front of it.
  }
  return new CompanionError('NOT_FOUND', fallback);
}

/** A part of a path. */
export const part = encodeURIComponent;
