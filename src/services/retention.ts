import type { Clock } from '../model/clock.ts';
import { messageOf } from '../model/errors.ts';
import type { Logger } from './logger.ts';
import type { Recorder } from './recorder.ts';

/** How long history is kept when the settings do not say. */
export const DEFAULT_RETENTION_DAYS = 180;
const DAY = 24 * 60 * 60 * 1000;
const EVERY_MS = 60 * 60 * 1000;
/** Rows in one transaction: the others wait only a moment. */
const STEP = 500;

/** Removes what is older than the retention, in small steps. @returns rows removed. */
export async function purgeOld(recorder: Recorder, clock: Clock, days: number): Promise<number> {
  let all = 0;
  while (true) {
    const { result } = await recorder.change((tx) => tx.purge(clock.now() - days * DAY, STEP));
    all += result;
    if (result === 0) return all;
  }
}

/** Purges now and every hour until the signal is aborted. */
export function keepRetention(
  deps: { recorder: Recorder; clock: Clock; log: Logger },
  days: number,
  signal: AbortSignal,
): void {
  const run = () => {
    purgeOld(deps.recorder, deps.clock, days).then(
      (rows) => {
        if (rows > 0) deps.log.info({ rows, days }, 'history past the retention was removed');
      },
      (thrown) => deps.log.error({ error: messageOf(thrown) }, 'removing old history failed'),
    );
  };
  const timer = setInterval(run, EVERY_MS);
  signal.addEventListener('abort', () => clearInterval(timer), { once: true });
  run();
}
