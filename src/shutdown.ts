import type { FastifyInstance } from 'fastify';
import { messageOf } from './model/errors.ts';
import type { Logger } from './services/logger.ts';

/** One part of a service that ends. */
export interface StopStep {
  readonly what: string;
  /** Longest time that it is waited for, in milliseconds. */
  readonly withinMs: number;
  run(): Promise<unknown>;
}

/**
 * Ends the parts of a service one after the other. One that fails or takes too long is named in the log
 * and holds back none of the others: whatever hangs, the end comes within the sum of the times.
 */
export async function stopInOrder(steps: readonly StopStep[], log: Logger): Promise<void> {
  for (const { what, withinMs, run } of steps) {
    const late = Promise.withResolvers<'late'>();
    const timer = setTimeout(() => late.resolve('late'), withinMs);
    try {
      const ended = await Promise.race([run(), late.promise]);
      if (ended === 'late') log.warn({ what, withinMs }, 'a part of the service did not end in time');
    } catch (thrown) {
      log.error({ what, error: messageOf(thrown) }, 'a part of the service did not end cleanly');
    } finally {
      clearTimeout(timer);
    }
  }
}

const IDLE_MS = 50;

/** Takes no new requests, lets those that run be answered, and cuts what is left after the time. */
export async function closeGently(server: FastifyInstance, withinMs: number): Promise<void> {
  // A connection that was busy when the server closed is idle as soon as its answer is written.
  const idle = setInterval(() => server.server.closeIdleConnections(), IDLE_MS);
  const force = setTimeout(() => server.server.closeAllConnections(), withinMs);
  try {
    await server.close();
  } finally {
    clearInterval(idle);
    clearTimeout(force);
  }
}
