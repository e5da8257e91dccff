import createManager from 'asterisk-manager';
import { CompanionError, messageOf } from '../../model/errors.ts';
import { type ActionLimits, ASTERISK_22_LIMITS, encodeAction } from '../wire/encoder.ts';
import { type AmiHeader, type AmiMessage, parseMessage } from '../wire/message.ts';
import type { AmiTransport, Credentials, TransportConnection, TransportListener } from './transport.ts';

export interface AsteriskManagerTransportOptions {
  readonly host: string;
  readonly port: number;
  /** Milliseconds until an unanswered connection attempt is given up. */
  readonly connectTimeoutMs?: number;
  readonly actionLimits?: ActionLimits;
}

/**
 * The transport over the prescribed library asterisk-manager. What the library loses on the way in is
 * lost here too (header case, `Key:value` without a blank, bytes that are not UTF-8); the contract suite
 * names each case. What it would do wrong on the way out (line breaks in values) is checked before.
 *
 * Its dispatcher is taken out, since an event named `rawevent` makes it recurse for ever; correlation and
 * reconnecting are the link's.
 */
export function asteriskManagerTransport(options: AsteriskManagerTransportOptions): AmiTransport {
  const address = `${options.host}:${options.port}`;
  const limits = options.actionLimits ?? ASTERISK_22_LIMITS;
  return {
    address,
    limits,
    open: (listener, signal, credentials) =>
      open({ ...options, address, limits }, listener, signal, credentials),
  };
}

interface Endpoint extends AsteriskManagerTransportOptions {
  readonly address: string;
  readonly limits: ActionLimits;
}

function open(
  options: Endpoint,
  listener: TransportListener,
  signal: AbortSignal,
  { username, secret }: Credentials,
): Promise<TransportConnection> {
  const manager = createManager(null, options.host, username, secret, true);
  manager.removeAllListeners('rawevent');
  const { address, limits } = options;
  return new Promise((resolve, reject) => {
    let state: 'connecting' | 'open' | 'closed' = 'connecting';
    /** The library's own login waits for its answer, which it knows by a listener for its ActionID. */
    let loggingIn: ((accepted: boolean) => void) | null = null;
    let trouble = 'the PBX closed the connection';

    const fail = (why: string) => {
      if (state !== 'connecting') return;
      state = 'closed';
      stopWaiting();
      const text = `cannot reach the PBX at ${address}: ${why}`;
      reject(new CompanionError('AMI_DISCONNECTED', text, { address }));
    };
    const onAbort = () => fail('the attempt was ended');
    if (signal.aborted) return onAbort();
    signal.addEventListener('abort', onAbort, { once: true });
    const timer = setTimeout(() => fail('no answer in time'), options.connectTimeoutMs ?? 10_000);
    const stopWaiting = () => {
      signal.removeEventListener('abort', onAbort);
      clearTimeout(timer);
    };
    // The library only ends its side and leaves the socket to the PBX: nothing is waited for.
    const close = (why: string) => {
      if (state !== 'open') return;
      state = 'closed';
      manager.disconnect();
      listener.closed(why);
    };

    manager.on('error', (error) => {
      trouble = messageOf(error);
      fail(trouble);
    });
    manager.on('end', () => close(trouble));
    manager.on('close', () => close(trouble));
    manager.on('rawevent', (item) => {
      if (state !== 'open') return;
      const fields = item as Item;
      const id = fields['actionid'];
      const done = loggingIn;
      if (
        done === null ||
        !('response' in fields) ||
        typeof id !== 'string' ||
        manager.listeners(id).length === 0
      ) {
        return listener.message(toMessage(fields));
      }
      loggingIn = null;
      const refused = String(fields['response']).toLowerCase() === 'error';
      manager.emit(id, refused ? fields : undefined, fields);
      done(!refused);
    });
    manager.connect(options.port, options.host, () => {
      // Too late: the attempt was given up, and the library cannot end one that is under way.
      if (state !== 'connecting') return manager.disconnect();
      state = 'open';
      stopWaiting();
      resolve({
        login(done) {
          loggingIn = done;
          // The library calls back a tick late, which would let events overtake the answer.
          manager.login(() => {});
        },
        send(headers) {
          // Refuses what the library would let through; the bytes themselves are the library's.
          encodeAction(headers, limits);
          const action = toAction(headers);
          // Without a connection the library prints to the console and holds the action for ever.
          if (state === 'open') manager.removeAllListeners(manager.action(action));
        },
        close,
      });
    });
  });
}

/** A message in the library's form: lower-case names, repeated ones as a list, variables as an object. */
type Item = Readonly<Record<string, unknown>>;

function toMessage(item: Item): AmiMessage {
  const content = item['content'];
  if (item['response'] === 'follows' && typeof content === 'string') {
    // The library hands an old Command reply out as one text, its end mark cut off.
    return parseMessage(Buffer.from(`${content}\n--END COMMAND--\n`, 'utf8'));
  }
  const headers: AmiHeader[] = [];
  for (const [name, value] of Object.entries(item)) {
    for (const each of Array.isArray(value) ? value : [value]) {
      if (typeof each === 'object' && each !== null) {
        for (const [key, text] of Object.entries(each)) headers.push([name, `${key}=${String(text)}`]);
      } else if (typeof each !== 'function') {
        // A name of Object.prototype, such as `constructor`, comes with the function of that name.
        headers.push([name, String(each)]);
      }
    }
  }
  return { headers };
}

/** An action in the library's form: repeated `Variable` headers become one object. */
function toAction(headers: readonly AmiHeader[]): Record<string, string | Record<string, string>> {
  const action: Record<string, string> = {};
  const variables: Record<string, string> = Object.create(null);
  for (const [name, value] of headers) {
    const key = name.toLowerCase();
    const divided = value.indexOf('=');
    const variable = key === 'variable' && divided > 0 ? value.slice(0, divided) : null;
    if (variable !== null ? Object.hasOwn(variables, variable) : Object.hasOwn(action, key)) {
      throw new CompanionError('VALUE_FORBIDDEN', `header ${name}: asterisk-manager cannot send it twice`);
    }
    if (variable !== null) variables[variable] = value.slice(divided + 1);
    else action[key] = value;
  }
  return Object.keys(variables).length > 0 ? { ...action, variable: variables } : action;
}
