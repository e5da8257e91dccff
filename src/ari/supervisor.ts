import { CompanionError, messageOf } from '../model/errors.ts';
import { type AriOptions, connectAri } from './ari-client.ts';
import type { AriEvent, AriPort } from './port.ts';

const RETRY_MS = 2_000;

/**
 * Keeps trying to connect to ARI and stands for the connection meanwhile: requests fail at once with
 * `ARI_REQUEST_FAILED` while there is none.
 *
 * @param onTrouble told why an attempt failed, each time the reason changes.
 */
export function superviseAri(options: AriOptions, onTrouble: (reason: string) => void): AriPort {
  const listeners: ((event: AriEvent) => void)[] = [];
  const stopping = new AbortController();
  let inner: AriPort | null = null;
  let reason = 'not connected yet';

  const running = (async () => {
    while (!stopping.signal.aborted) {
      try {
        const connected = await connectAri(options);
        if (stopping.signal.aborted) return connected.stop();
        for (const listener of listeners) connected.onEvent(listener);
        inner = connected;
        return;
      } catch (thrown) {
        const message = messageOf(thrown);
        if (message !== reason) onTrouble(message);
        reason = message;
        await pause(RETRY_MS, stopping.signal);
      }
    }
  })();

  const use = (): AriPort => {
    if (inner !== null) return inner;
    throw new CompanionError('ARI_REQUEST_FAILED', `ARI of the PBX "${options.pbx}": ${reason}`, {
      pbx: options.pbx,
    });
  };
  return {
    pbx: options.pbx,
    get connected() {
      return inner?.connected ?? false;
    },
    onEvent(listener) {
      listeners.push(listener);
      inner?.onEvent(listener);
    },
    originate: async (request) => use().originate(request),
    hangup: async (channelId) => use().hangup(channelId),
    createBridge: async (bridgeId) => use().createBridge(bridgeId),
    addToBridge: async (bridgeId, channelId) => use().addToBridge(bridgeId, channelId),
    destroyBridge: async (bridgeId) => use().destroyBridge(bridgeId),
    async stop() {
      stopping.abort();
      await running;
      await inner?.stop();
    },
  };
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
