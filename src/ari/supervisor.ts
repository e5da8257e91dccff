import { CompanionError, messageOf } from '../model/errors.ts';
import { type AriConnection, type AriOptions, connectAri } from './connection.ts';
import { EVENT_TYPES_WANTED, readEvent } from './event.ts';
import { AriOperations } from './operations.ts';
import type { AriEvent, AriLinkState, AriPort } from './port.ts';

/** A connection that held this long was a good one: the next pause is the first one again. */
const STABLE_MS = 5_000;

/**
 * Keeps the connection to ARI for ever: connects, registers the application, and after each end begins again
 * with a growing pause. Operations fail at once with `ARI_REQUEST_FAILED` while there is none. Whoever
 * listens to `onLink` lists channels and bridges anew when it is up, since nothing tells what was missed.
 *
 * @param onTrouble told why there is no connection, each time the reason changes.
 */
export function superviseAri(options: AriOptions, onTrouble: (reason: string) => void): AriPort {
  const { pbx, app, backoff = { firstMs: 250, maxMs: 30_000 } } = options;
  const eventListeners = new Set<(event: AriEvent) => void>();
  const linkListeners = new Set<(state: AriLinkState) => void>();
  const stopping = new AbortController();
  let inner: AriConnection | null = null;
  let reason = 'not connected yet';

  const onMessage = (text: string) => {
    const event = readEvent(text);
    if (event === null) return;
    // The connection stays open and silent then: only a new one hears anything.
    if (event.kind === 'replaced') inner?.close(`another program has registered the application ${app}`);
    else for (const listener of eventListeners) listener(event);
  };
  const tell = (state: AriLinkState) => {
    for (const listener of linkListeners) listener(state);
  };
  const trouble = (found: string) => {
    if (found !== reason && !stopping.signal.aborted) onTrouble(found);
    reason = found;
  };
  const use = (): AriConnection => {
    if (inner !== null) return inner;
    throw new CompanionError('ARI_REQUEST_FAILED', `no connection to ARI of the PBX "${pbx}": ${reason}`, {
      pbx,
      reason,
    });
  };
  const port: AriPort = {
    pbx,
    app,
    get connected() {
      return inner !== null;
    },
    get reason() {
      return inner === null ? reason : null;
    },
    operations: new AriOperations(
      app,
      async (...request) => use().request(...request),
      async (path) => use().download(path),
    ),
    onEvent: (listener) => {
      eventListeners.add(listener);
      return () => void eventListeners.delete(listener);
    },
    onLink: (listener) => {
      linkListeners.add(listener);
      return () => void linkListeners.delete(listener);
    },
    async stop() {
      stopping.abort();
      inner?.close('stopped');
      await running;
      eventListeners.clear();
      linkListeners.clear();
    },
  };
  const running = (async () => {
    for (let attempt = 0; !stopping.signal.aborted; attempt += 1) {
      const since = performance.now();
      try {
        const connection = await connectAri(options, onMessage, stopping.signal);
        inner = connection;
        // Most of what a PBX tells of a call is of no use here. One that cannot leave it out sends it all.
        void port.operations.filterEvents(EVENT_TYPES_WANTED).catch(() => undefined);
        tell({ connected: true });
        trouble(await connection.ended);
        inner = null;
        tell({ connected: false, reason });
        if (performance.now() - since >= STABLE_MS) attempt = 0;
      } catch (thrown) {
        trouble(messageOf(thrown));
      }
      if (!stopping.signal.aborted) await pause(delayOf(attempt, backoff), stopping.signal);
    }
  })();
  return port;
}

/** Half of the pause is left to chance: many companions of one PBX must not come back in step. */
function delayOf(attempt: number, { firstMs, maxMs }: { firstMs: number; maxMs: number }): number {
  const ceiling = Math.min(maxMs, firstMs * 2 ** Math.min(attempt, 16));
  return ceiling / 2 + (Math.random() * ceiling) / 2;
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener('abort', done, { once: true });
  });
}
