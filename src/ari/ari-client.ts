import ari from 'ari-client';
import { CompanionError, messageOf } from '../model/errors.ts';
import type { AriEvent, AriPort } from './port.ts';

export interface AriOptions {
  readonly pbx: string;
  /** Root of the HTTP server, for example `http://127.0.0.1:8088`. */
  readonly url: string;
  readonly username: string;
  readonly password: string;
  /** The Stasis application's name. */
  readonly app: string;
}

/**
 * Connects to ARI and registers the application. The only implementation of the port, over ari-client.
 *
 * @throws CompanionError `ARI_REQUEST_FAILED` when ARI cannot be reached or used.
 */
export async function connectAri(options: AriOptions): Promise<AriPort> {
  const { pbx, url, username, password, app } = options;
  const client = await withoutSwaggerNote(() => ari.connect(url, username, password)).catch(
    (thrown: unknown) => Promise.reject(failed(pbx, `cannot connect to ${url}`, thrown)),
  );
  const listeners = new Set<(event: AriEvent) => void>();
  let connected = false;
  client.on('WebSocketConnected', () => {
    connected = true;
  });
  client.on('WebSocketReconnecting', () => {
    connected = false;
  });
  client.on('WebSocketMaxRetries', () => {
    connected = false;
  });
  // Typed by the library for known events only; what comes is read defensively.
  client.on('*' as 'StasisStart', (raw: unknown) => {
    const event = readEvent(raw);
    if (event !== null) for (const listener of listeners) listener(event);
  });
  try {
    await client.start(app);
    connected = true;
  } catch (thrown) {
    throw failed(pbx, `cannot register the application ${app} at ${url}`, thrown);
  }

  const call = async <Result>(what: string, work: () => Promise<Result>): Promise<Result> => {
    try {
      return await work();
    } catch (thrown) {
      throw failed(pbx, what, thrown);
    }
  };
  return {
    pbx,
    get connected() {
      return connected;
    },
    onEvent: (listener) => void listeners.add(listener),
    async originate(request) {
      await call(`originate ${request.endpoint}`, () =>
        client.channels.originate({
          channelId: request.channelId,
          endpoint: request.endpoint,
          app,
          timeout: request.timeoutSeconds,
          ...(request.callerId === undefined ? {} : { callerId: request.callerId }),
          ...(request.variables === undefined ? {} : { variables: { ...request.variables } }),
        }),
      );
    },
    async hangup(channelId) {
      await call('hang up', () => client.channels.hangup({ channelId }));
    },
    async createBridge(bridgeId) {
      await call('create a bridge', () => client.bridges.create({ bridgeId, type: 'mixing' }));
    },
    async addToBridge(bridgeId, channelId) {
      await call('add a channel to a bridge', () =>
        client.bridges.addChannel({ bridgeId, channel: channelId }),
      );
    },
    async destroyBridge(bridgeId) {
      await call('destroy a bridge', () => client.bridges.destroy({ bridgeId }));
    },
    async stop() {
      connected = false;
      client.stop();
    },
  };
}

/**
 * The library's swagger-client writes a note about Asterisk's documents straight to standard output,
 * where results and JSON logs go. Exactly that note is dropped while a connection is being made.
 */
async function withoutSwaggerNote<Result>(work: () => PromiseLike<Result>): Promise<Result> {
  const before = console.log;
  const filtered = (...args: unknown[]) => {
    if (!String(args[0]).startsWith('This API is using a deprecated version of Swagger')) before(...args);
  };
  console.log = filtered;
  try {
    return await work();
  } finally {
    // Another connection made meanwhile put its own filter on top; ours goes with it then.
    if (console.log === filtered) console.log = before;
  }
}

function failed(pbx: string, what: string, thrown: unknown): CompanionError {
  return new CompanionError('ARI_REQUEST_FAILED', `ARI of the PBX "${pbx}": ${what}: ${messageOf(thrown)}`, {
    pbx,
  });
}

type Fields = Readonly<Record<string, unknown>>;

function fields(value: unknown): Fields {
  return typeof value === 'object' && value !== null ? (value as Fields) : {};
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** An event of the kinds that the port knows, or null; an unknown type or shape never throws. */
function readEvent(raw: unknown): AriEvent | null {
  const event = fields(raw);
  const channel = fields(event['channel']);
  const id = text(channel['id']);
  if (id === '') return null;
  switch (event['type']) {
    case 'StasisStart': {
      const args = Array.isArray(event['args']) ? event['args'].map(text) : [];
      return { kind: 'entered', channel: id, args };
    }
    case 'ChannelStateChange':
      return { kind: 'state', channel: id, state: text(channel['state']) };
    case 'ChannelDestroyed': {
      const cause = typeof event['cause'] === 'number' ? event['cause'] : 0;
      return { kind: 'destroyed', channel: id, cause, causeText: text(event['cause_txt']) };
    }
    default:
      return null;
  }
}
