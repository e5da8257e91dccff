import { createHmac } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import type { Clock } from '../model/clock.ts';
import { messageOf } from '../model/errors.ts';
import { accountOf, type EventType, type RecordedEvent } from '../model/events.ts';
import { publicEvent } from '../model/public-event.ts';
import { nameKey } from '../model/skype-name.ts';
import type { Store } from '../store/port.ts';
import type { EventHub } from './hub.ts';
import type { Logger } from './logger.ts';

/** Where events are sent. */
export interface WebhookOptions {
  readonly name: string;
  readonly url: string;
  readonly secret: string;
  /** All when absent. */
  readonly types?: readonly EventType[] | undefined;
  readonly accounts?: readonly string[] | undefined;
}

interface Deps {
  readonly hub: EventHub;
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Logger;
}

const TIMEOUT_MS = 10_000;
const BACKOFF = { firstMs: 1_000, maxMs: 5 * 60_000 };

/**
 * Posts events to one receiver, in their order and one at a time, until the signal is aborted: each until
 * it is taken (any 2xx), with a growing pause in between. What was taken is stored, so that a restart goes
 * on behind it; the receiver may see an event twice, and knows it by `webhook-id`.
 *
 * Headers are those of Standard Webhooks: `webhook-id`, `webhook-timestamp`, and `webhook-signature` with
 * `v1,` and the base64 HMAC-SHA256 of `id.timestamp.body`.
 */
export async function runWebhook(options: WebhookOptions, deps: Deps, signal: AbortSignal): Promise<void> {
  const { hub, store } = deps;
  // Before the wait: what is recorded meanwhile is new to a webhook that has never run.
  const { lastSeq } = hub;
  const after = (await store.webhookSeq(options.name)) ?? lastSeq;
  for await (const page of hub.pages(after, signal)) {
    for (const event of page) {
      if (!wants(options, event)) continue;
      if (!(await deliver(options, event, deps, signal))) return;
      await store.transaction((tx) => tx.putWebhookSeq(options.name, event.seq));
    }
  }
}

function wants({ types, accounts }: WebhookOptions, { event }: RecordedEvent): boolean {
  if (types !== undefined && !types.includes(event.type)) return false;
  const user = accountOf(event);
  return accounts === undefined || user === null || accounts.some((name) => nameKey(name) === nameKey(user));
}

/** Whether the event was taken; false when the signal came first. */
async function deliver(
  options: WebhookOptions,
  event: RecordedEvent,
  { clock, log }: Deps,
  signal: AbortSignal,
): Promise<boolean> {
  const body = JSON.stringify(publicEvent(event));
  for (let attempt = 0; !signal.aborted; attempt += 1) {
    const id = `evt_${event.seq}`;
    const timestamp = String(Math.floor(clock.now() / 1000));
    try {
      const response = await fetch(options.url, {
        method: 'POST',
        body,
        redirect: 'error',
        headers: {
          'content-type': 'application/json',
          'webhook-id': id,
          'webhook-timestamp': timestamp,
          'webhook-signature': sign(options.secret, `${id}.${timestamp}.${body}`),
        },
        signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]),
      });
      await response.body?.cancel();
      if (response.ok) return true;
      log.warn({ webhook: options.name, seq: event.seq, status: response.status }, 'a webhook was refused');
    } catch (thrown) {
      if (signal.aborted) return false;
      log.warn({ webhook: options.name, seq: event.seq, error: messageOf(thrown) }, 'a webhook failed');
    }
    const pause = Math.min(BACKOFF.maxMs, BACKOFF.firstMs * 2 ** Math.min(attempt, 16));
    await setTimeout(pause / 2 + (Math.random() * pause) / 2, undefined, { signal }).catch(() => undefined);
  }
  return false;
}

/** The signature of Standard Webhooks, version 1. */
export function sign(secret: string, content: string): string {
  return `v1,${createHmac('sha256', secret).update(content).digest('base64')}`;
}
