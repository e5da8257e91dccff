import { Agent, request } from 'node:http';

/** What one load brought. */
export interface LoadResult {
  readonly perSecond: number;
  readonly p50: number;
  readonly p99: number;
}

/**
 * Keeps so many connections busy with one request each until the time is over.
 *
 * @param bodyOf the body of the n-th request; null for a GET.
 */
export async function load(options: {
  readonly url: string;
  readonly connections: number;
  readonly seconds: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly bodyOf: ((index: number) => { readonly path: string; readonly body: string }) | null;
}): Promise<LoadResult> {
  const { url, connections, seconds, headers = {}, bodyOf } = options;
  const { hostname, port, pathname } = new URL(url);
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const times: number[] = [];
  let index = 0;
  const until = performance.now() + seconds * 1000;
  const one = () =>
    new Promise<void>((resolve, reject) => {
      const sent = bodyOf?.(index++) ?? null;
      const begun = performance.now();
      const outgoing = request(
        {
          agent,
          hostname,
          port,
          path: sent?.path ?? pathname,
          method: sent === null ? 'GET' : 'POST',
          headers: {
            ...headers,
            ...(sent === null
              ? {}
              : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(sent.body) }),
          },
        },
        (response) => {
          response.resume();
          response.once('end', () => {
            times.push(performance.now() - begun);
            if (response.statusCode === 200 || response.statusCode === 201) resolve();
            else reject(new Error(`answered with ${response.statusCode}`));
          });
        },
      );
      outgoing.once('error', reject);
      outgoing.end(sent?.body);
    });
  await Promise.all(
    Array.from({ length: connections }, async () => {
      while (performance.now() < until) await one();
    }),
  );
  agent.destroy();
  return summary(times, seconds);
}

/** Rate and percentiles of times in milliseconds. */
export function summary(times: readonly number[], seconds: number): LoadResult {
  const sorted = times.toSorted((a, b) => a - b);
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
  return { perSecond: times.length / seconds, p50: at(0.5), p99: at(0.99) };
}
