import type { Journey } from '../../helpers/service.ts';

/** What an example asks for. */
export interface ExampleRequest {
  readonly method?: string;
  readonly path: string;
  readonly body?: object;
  readonly headers?: Readonly<Record<string, string>>;
  /** How the body is shown where it is too long to print. */
  readonly shown?: string;
}

/** Collects one example of each error, as it was answered; what changes from run to run is fixed. */
export class ExampleBook {
  readonly #entries = new Map<string, string>();

  /** Asks and notes the answer under its code. */
  async ask(
    journey: Journey,
    { method = 'GET', path, body, headers = {}, shown }: ExampleRequest,
  ): Promise<void> {
    const response = await fetch(`${journey.service.url}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${journey.token}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const answer = (await response.json()) as { code: string };
    const own = Object.entries(headers).filter(([name]) => name !== 'authorization');
    this.note(answer.code, [
      `${method} ${path}`,
      ...own.map(([name, value]) => `${name}: ${value}`),
      ...(body === undefined ? [] : [shown ?? JSON.stringify(body)]),
      '',
      `HTTP/1.1 ${response.status} ${response.statusText}`,
      ...['content-type', 'retry-after', 'www-authenticate'].flatMap((name) => {
        const value = response.headers.get(name);
        return value === null ? [] : [`${name}: ${value}`];
      }),
      '',
      JSON.stringify(answer, null, 2),
    ]);
  }

  /** Notes an example that is no request. */
  note(code: string, lines: readonly string[]): void {
    this.#entries.set(code, settle(lines.join('\n')));
  }

  get codes(): string[] {
    return [...this.#entries.keys()];
  }

  /** The page, in the order of the catalogue. */
  page(head: string, codes: readonly string[]): string {
    const sections = codes.map((code) => `## ${code}\n\n\`\`\`\n${this.#entries.get(code)}\n\`\`\`\n`);
    return [head, ...sections].join('\n');
  }
}

/** What differs from run to run: ids, ports, times, and how a machine first notices that another is gone. */
const CHANGING = [
  [/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, '01995e2a-7c00-7000-8000-000000000000'],
  [/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/g, '2026-11-21T02:39:06.100Z'],
  [/127\.0\.0\.1:\d+/g, '127.0.0.1:5038'],
  [
    /"main\\": (?:the PBX closed the connection|cannot reach the PBX.*|read ECONNRESET)"/,
    '"main\\": the PBX closed the connection"',
  ],
  [
    /the PBX closed the event connection \(\d+\)|connect ECONNREFUSED [\d.:]+/g,
    'connect ECONNREFUSED 127.0.0.1:8088',
  ],
] as const;

function settle(text: string): string {
  return CHANGING.reduce(
    (settled, [found, fixed]) => settled.replaceAll(new RegExp(found, 'g'), fixed),
    text,
  );
}
