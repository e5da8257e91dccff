import type { AriBridge, AriChannel, AriEvent } from './facts.ts';
import { type Fields, fieldsOf, itemsOf, numberOf, textOf } from './fields.ts';

/** Reads a channel of an event or a list; null without an id. */
export function readChannel(raw: unknown): AriChannel | null {
  const channel = fieldsOf(raw);
  const id = textOf(channel['id']);
  if (id === '') return null;
  const caller = fieldsOf(channel['caller']);
  return {
    id,
    name: textOf(channel['name']),
    state: textOf(channel['state']),
    callerNumber: textOf(caller['number']),
    callerName: textOf(caller['name']),
  };
}

/** Reads a bridge of a list; null without an id. */
export function readBridge(raw: unknown): AriBridge | null {
  const bridge = fieldsOf(raw);
  const id = textOf(bridge['id']);
  return id === '' ? null : { id, channels: itemsOf(bridge['channels']).map(textOf) };
}

/** What becomes of an event's fields; null when they do not say enough. */
type EventReader = (event: Fields) => AriEvent | null;

/** Readers by Asterisk's name of the type. */
const READERS: ReadonlyMap<string, EventReader> = new Map([
  [
    'StasisStart',
    ofChannel((channel, { args }) => ({ kind: 'entered', channel, args: itemsOf(args).map(textOf) })),
  ],
  ['StasisEnd', ofChannel((channel) => ({ kind: 'left', channel }))],
  [
    'Dial',
    ({ peer, dialstatus }) => {
      const channel = readChannel(peer);
      return channel === null ? null : { kind: 'dial', channel, status: textOf(dialstatus) };
    },
  ],
  ['ChannelStateChange', ofChannel((channel) => ({ kind: 'state', channel }))],
  [
    'ChannelHangupRequest',
    ofChannel((channel, { cause }) => ({ kind: 'hangup-request', channel, cause: numberOf(cause) ?? 0 })),
  ],
  [
    'ChannelDestroyed',
    ofChannel((channel, { cause, cause_txt }) => ({
      kind: 'destroyed',
      channel,
      cause: numberOf(cause) ?? 0,
      causeText: textOf(cause_txt),
    })),
  ],
  ['ChannelHold', ofChannel((channel) => ({ kind: 'hold', channel }))],
  ['ChannelUnhold', ofChannel((channel) => ({ kind: 'unhold', channel }))],
  ['RecordingStarted', ofRecording('recording')],
  ['RecordingFinished', ofRecording('done')],
  ['RecordingFailed', ofRecording('failed')],
  ['ApplicationReplaced', () => ({ kind: 'replaced' })],
]);

/**
 * The types of events that a PBX is asked for which can be asked: all that {@link readEvent} makes something of
 * but `ChannelStateChange`. Of a leg that rings such a PBX tells by `Dial` as well, whatever its driver
 * (Asterisk 22 seen), and each event costs both sides.
 */
export const EVENT_TYPES_WANTED: readonly string[] = [...READERS.keys()].filter(
  (type) => type !== 'ChannelStateChange',
);

/**
 * Reads a message of the event connection: an event of the kinds that the port knows, or null. An unknown
 * type, an unknown field, a missing one and a text that is no JSON never throw.
 */
export function readEvent(text: string): AriEvent | null {
  let raw: unknown;
  try {
    raw = JSON.parse(text);
  } catch {
    return null;
  }
  const event = fieldsOf(raw);
  return READERS.get(textOf(event['type']))?.(event) ?? null;
}

function ofChannel(read: (channel: AriChannel, event: Fields) => AriEvent): EventReader {
  return (event) => {
    const channel = readChannel(event['channel']);
    return channel === null ? null : read(channel, event);
  };
}

function ofRecording(state: 'recording' | 'done' | 'failed'): EventReader {
  return (event) => {
    const recording = fieldsOf(event['recording']);
    const name = textOf(recording['name']);
    if (name === '') return null;
    const cause = textOf(recording['cause']) || null;
    return { kind: 'recording', name, state, seconds: numberOf(recording['duration']), cause };
  };
}
