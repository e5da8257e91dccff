import createManager from 'asterisk-manager';
import { CompanionError, messageOf } from '../../model/errors.ts';
import { type ActionLimits, ASTERISK_22_LIMITS, encodeAction } from '../wire/encoder.ts';
import { type AmiHeader, type AmiMessage, parseMessage } from '../wire/message.ts';
import type { AmiTransport, Credentials, TransportConnection, TransportListener } from './transport.ts';

export interface AsteriskManagerTransportOptions {
  readonly host: string;
  readonly port: number;
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
  return {
    address,
    open: (listener, signal, credentials) => open(options, address, listener, signal, credentials),
  };
}

function open(
  options: AsteriskManagerTransportOptions,
  address: string,
  listener: TransportListener,
  signal: AbortSignal,
  { username, secret }: Credentials,
): Promise<TransportConnection> {
  const manager = createManager(null, options.host, username, secret, true);
  manager.removeAllListeners('rawevent');
  return new Promise((resolve, reject) => {
    let opened = false;
    /** The library's own login waits for its answer, which it knows by a listener for its ActionID. */
    let loggingIn = false;
    let reason = 'the PBX closed the connection';
    const fail = (why: string) => {
      signal.removeEventListener('abort', onAbort);
      manager.disconnect();
      reject(
        new CompanionError('AMI_DISCONNECTED', `cannot reach the PBX at ${address}: ${why}`, { address }),
      );
    };
    const onAbort = () => fail('the attempt was ended');
    if (signal.aborted) return onAbort();
    signal.addEventListener('abort', onAbort, { once: true });
    manager.on('error', (error) => {
      reason = messageOf(error);
      if (!opened) fail(reason);
    });
    manager.on('close', () => {
      if (opened) listener.closed(reason);
    });
    manager.on('rawevent', (item) => {
      const fields = item as Item;
      const id = fields['actionid'];
      if (loggingIn && typeof id === 'string' && manager.listeners(id).length > 0) {
        loggingIn = false;
        manager.emit(id, fields['response'] === 'Error' ? fields : undefined, fields);
      } else {
        listener.message(toMessage(fields));
      }
    });
    manager.connect(options.port, options.host, () => {
      opened = true;
      signal.removeEventListener('abort', onAbort);
      resolve({
        login: () =>
          new Promise((done) => {
            loggingIn = true;
            manager.login((refusal) => done(refusal === undefined));
          }),
        send(headers) {
          // Refuses what the library would let through; the bytes themselves are the library's.
          encodeAction(headers, options.actionLimits ?? ASTERISK_22_LIMITS);
          // Correlation is the link's: the listener that the library leaves behind would never go.
          manager.removeAllListeners(manager.action(toAction(headers)));
        },
        close(why) {
          reason = why;
          manager.disconnect();
        },
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
      } else {
        headers.push([name, String(each)]);
      }
    }
  }
  return { headers };
}

/** An action in the library's form: repeated `Variable` headers become one object. */
function toAction(headers: readonly AmiHeader[]): Record<string, string | Record<string, string>> {
  const action: Record<string, string> = {};
  const variables: Record<string, string> = {};
  for (const [name, value] of headers) {
    const key = name.toLowerCase();
    const divided = value.indexOf('=');
    if (key === 'variable' && divided > 0) variables[value.slice(0, divided)] = value.slice(divided + 1);
    else if (Object.hasOwn(action, key)) {
      throw new CompanionError('VALUE_FORBIDDEN', `header ${name}: asterisk-manager cannot send it twice`);
    } else action[key] = value;
  }
  return Object.keys(variables).length > 0 ? { ...action, variable: variables } : action;
}
