import type { Clock } from '../model/clock.ts';

/** Time of the simulated PBX: a clock, and the only source of delays in it. */
export interface Scheduler extends Clock {
  /** Runs a task after some milliseconds (0: in a later turn of the event loop, in order of scheduling). */
  after(millis: number, task: () => void): CancelTask;
}

/** Takes a task back; without effect once it ran. */
export type CancelTask = () => void;

/** A scheduler on the machine's timers that can be stopped as a whole. */
export interface LiveScheduler extends Scheduler {
  /** Drops every task that has not run; later ones are ignored. */
  stop(): void;
}

/**
 * Makes a scheduler on the machine's timers.
 *
 * @param clock where `now()` comes from; the delays themselves are real.
 */
export function liveScheduler(clock: Clock): LiveScheduler {
  const cancels = new Set<CancelTask>();
  let stopped = false;
  return {
    now: () => clock.now(),
    after(millis, task) {
      if (stopped) return () => {};
      const run = () => {
        cancels.delete(cancel);
        task();
      };
      // Immediates keep their order among themselves and do not cost a millisecond each.
      const stop = millis > 0 ? clearLater(setTimeout(run, millis)) : clearSoon(setImmediate(run));
      const cancel = () => {
        stop();
        cancels.delete(cancel);
      };
      cancels.add(cancel);
      return cancel;
    },
    stop() {
      stopped = true;
      for (const cancel of [...cancels]) cancel();
    },
  };
}

const clearLater = (timer: NodeJS.Timeout) => () => clearTimeout(timer);
const clearSoon = (immediate: NodeJS.Immediate) => () => clearImmediate(immediate);
