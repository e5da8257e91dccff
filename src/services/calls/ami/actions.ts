import type { AmiAction } from '../../../ami/skype/action.ts';
import { escapeVariableValue } from '../../../ami/wire/encoder.ts';
import type { AmiHeader } from '../../../ami/wire/message.ts';

/** The actions of the manager that calls without ARI are made of (Asterisk 22; `Bridge` since 1.8). */

export interface OriginateWishes {
  readonly endpoint: string;
  /** Taken by Asterisk 12 and newer; older ones choose an id of their own. */
  readonly channelId: string;
  readonly timeoutSeconds: number;
  readonly callerId: string | null;
  readonly variables: Readonly<Record<string, string>>;
}

/** Calls somebody, who then waits with music until he is joined to the other side. */
export function originateToWait(wishes: OriginateWishes): AmiAction {
  const variables = Object.entries(wishes.variables).map(
    ([name, value]): AmiHeader => ['Variable', `${name}=${escapeVariableValue(value)}`],
  );
  return action('Originate', [
    ['Channel', wishes.endpoint],
    ['ChannelId', wishes.channelId],
    ['Application', 'MusicOnHold'],
    ['Timeout', String(wishes.timeoutSeconds * 1000)],
    ['Async', 'true'],
    ...(wishes.callerId === null ? [] : [['CallerID', wishes.callerId] as const]),
    ...variables,
  ]);
}

export function hangupChannel(channel: string): AmiAction {
  return action('Hangup', [['Channel', channel]]);
}

export function bridgeChannels(first: string, second: string): AmiAction {
  return action('Bridge', [
    ['Channel1', first],
    ['Channel2', second],
  ]);
}

export function redirectChannel(channel: string, context: string, extension: string): AmiAction {
  return action('Redirect', [
    ['Channel', channel],
    ['Context', context],
    ['Exten', extension],
    ['Priority', '1'],
  ]);
}

export function getChannelVariable(channel: string, variable: string): AmiAction {
  return action('Getvar', [
    ['Channel', channel],
    ['Variable', variable],
  ]);
}

/** The value travels as it is: `Setvar` does not unescape (Asterisk 22 seen). */
export function setChannelVariable(channel: string, variable: string, value: string): AmiAction {
  return action('Setvar', [
    ['Channel', channel],
    ['Variable', variable],
    ['Value', value],
  ]);
}

/** Lists the channels of any Asterisk. */
export function listChannels(): AmiAction {
  return { name: 'Status', headers: [], reply: { entryEvent: 'Status', completeEvent: 'StatusComplete' } };
}

function action(name: string, headers: readonly AmiHeader[]): AmiAction {
  return { name, headers, reply: 'response' };
}
