import { type AmiAction, amiAction } from '../../../ami/skype/action.ts';
import { escapeVariableValue } from '../../../ami/wire/encoder.ts';
import type { AmiHeader } from '../../../ami/wire/message.ts';

export interface OriginateWishes {
  readonly endpoint: string;
  /** Taken by Asterisk 12 and newer; older ones choose an id of their own. */
  readonly channelId: string;
  readonly timeoutSeconds: number;
  readonly callerId: string | null;
  /** Plain variables, and the functions that carry topic and token with the Skype leg. */
  readonly variables: Readonly<Record<string, string>>;
}

/** Calls somebody, who then waits with music until he is joined to the other side. */
export function originateToWait(wishes: OriginateWishes): AmiAction {
  const variables = Object.entries(wishes.variables).map(
    ([name, value]): AmiHeader => ['Variable', `${name}=${escapeVariableValue(value)}`],
  );
  return amiAction('Originate', [
    ['Channel', wishes.endpoint],
    ['ChannelId', wishes.channelId],
    ['Application', 'MusicOnHold'],
    ['Timeout', String(wishes.timeoutSeconds * 1000)],
    ['Async', 'true'],
    ...(wishes.callerId === null ? [] : [['CallerID', wishes.callerId] as const]),
    ...variables,
  ]);
}
