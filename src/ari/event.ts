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
  const type = textOf(event['type']);
  if (type.startsWith('Recording')) return readRecording(type, fieldsOf(event['recording']));
  if (type.startsWith('Playback')) {
    const playback = fieldsOf(event['playback']);
    return { kind: 'playback', id: textOf(playback['id']), state: textOf(playback['state']) };
  }
  const channel = readChannel(event['channel']);
  return channel === null ? null : readChannelEvent(type, event, channel);
}

function readChannelEvent(type: string, event: Fields, channel: AriChannel): AriEvent | null {
  switch (type) {
    case 'StasisStart':
      return { kind: 'entered', channel, args: itemsOf(event['args']).map(textOf) };
    case 'StasisEnd':
      return { kind: 'left', channel };
    case 'ChannelStateChange':
      return { kind: 'state', channel };
    case 'ChannelHangupRequest':
      return { kind: 'hangup-request', channel, cause: numberOf(event['cause']) ?? 0 };
    case 'ChannelDestroyed': {
      const cause = numberOf(event['cause']) ?? 0;
      return { kind: 'destroyed', channel, cause, causeText: textOf(event['cause_txt']) };
    }
    case 'ChannelHold':
      return { kind: 'hold', channel };
    case 'ChannelUnhold':
      return { kind: 'unhold', channel };
    case 'ChannelDtmfReceived':
      return { kind: 'dtmf', channel, digit: textOf(event['digit']) };
    default:
      return null;
  }
}

function readRecording(type: string, recording: Fields): AriEvent | null {
  const name = textOf(recording['name']);
  const state = RECORDING_STATES[type];
  if (name === '' || state === undefined) return null;
  return {
    kind: 'recording',
    name,
    state,
    seconds: numberOf(recording['duration']),
    cause: textOf(recording['cause']) || null,
  };
}

const RECORDING_STATES: Readonly<Record<string, 'recording' | 'done' | 'failed'>> = {
  RecordingStarted: 'recording',
  RecordingFinished: 'done',
  RecordingFailed: 'failed',
};
