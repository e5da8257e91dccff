import type { LabFacts } from '../../lab/asterisk.ts';

/** Looks at the laboratory's calls from outside, over ARI and without the code under test. */
export class AriProbe {
  readonly #url: string;
  readonly #authorization: string;

  constructor({ url, username, password }: LabFacts['ari']) {
    this.#url = url;
    this.#authorization = `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
  }

  channels(): Promise<{ readonly id: string; readonly name: string; readonly state: string }[]> {
    return this.ask('GET', '/channels');
  }

  bridges(): Promise<{ readonly id: string; readonly channels: readonly string[] }[]> {
    return this.ask('GET', '/bridges');
  }

  /** @throws Error with the status for everything that is no success. */
  async ask<Answer>(
    method: string,
    path: string,
    query: Readonly<Record<string, string>> = {},
  ): Promise<Answer> {
    const url = `${this.#url}/ari${path}?${new URLSearchParams(query)}`;
    const response = await fetch(url, { method, headers: { authorization: this.#authorization } });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return text === '' ? ({} as Answer) : JSON.parse(text);
  }
}
