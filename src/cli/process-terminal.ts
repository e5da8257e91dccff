import { once } from 'node:events';
import type { Terminal } from './terminal.ts';

/** The terminal of this process: the one place that reads `process.env`. */
export function processTerminal(): Terminal {
  let ending: AbortController | undefined;
  // A reader that closed the pipe (`sfa replay x | head`) has seen enough; that is no error.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(0);
    throw error;
  });
  return {
    out: (text) => void process.stdout.write(text),
    taken: async () => {
      if (process.stdout.writableNeedDrain) await once(process.stdout, 'drain');
    },
    err: (text) => void process.stderr.write(text),
    env: process.env,
    tty: process.stderr.isTTY === true,
    onHangup(listener) {
      process.on('SIGHUP', listener);
      return () => void process.off('SIGHUP', listener);
    },
    // Signals are taken over only by commands that ask for it; all others end by the system's default.
    get signal() {
      ending ??= abortOnSignals();
      return ending.signal;
    },
  };
}

/** Longest time from a signal to the end of the process, in milliseconds: systemd waits 90 seconds. */
const END_WITHIN_MS = 60_000;

function abortOnSignals(): AbortController {
  const ending = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const) {
    // Once: a second Ctrl-C ends the process at once.
    process.once(name, () => {
      // Whatever still holds the process then; nothing does when all ended well.
      setTimeout(() => process.exit(1), END_WITHIN_MS).unref();
      ending.abort();
    });
  }
  return ending;
}
