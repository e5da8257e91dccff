import fc from 'fast-check';
import { expect, it } from 'vitest';
import { EVENT_TYPES_WANTED, readEvent } from '../../src/ari/event.ts';

const full = { channel: { id: 'c' }, peer: { id: 'c' }, recording: { name: 'r' }, cause: 17, args: ['a'] };
const read = (type: string) => readEvent(JSON.stringify({ type, ...full }));

it('makes something of every type that the PBX is asked for, and of no other but one', () => {
  expect(Object.fromEntries(EVENT_TYPES_WANTED.map((type) => [type, read(type)?.kind]))).toEqual({
    StasisStart: 'entered',
    StasisEnd: 'left',
    Dial: 'dial',
    ChannelHangupRequest: 'hangup-request',
    ChannelDestroyed: 'destroyed',
    ChannelHold: 'hold',
    ChannelUnhold: 'unhold',
    RecordingStarted: 'recording',
    RecordingFinished: 'recording',
    RecordingFailed: 'recording',
    ApplicationReplaced: 'replaced',
  });
  // A PBX that cannot be asked sends everything, and may tell of ringing by this alone.
  expect(read('ChannelStateChange')?.kind).toBe('state');
  for (const type of ['ChannelVarset', 'constructor', '__proto__', 'stasisstart', '']) {
    expect(read(type)).toBeNull();
  }
});

it('never throws, whatever the fields are', () => {
  const fields = fc.dictionary(
    fc.constantFrom('channel', 'recording', 'args', 'cause', 'cause_txt', 'id', 'x'),
    fc.jsonValue(),
  );
  fc.assert(
    fc.property(fc.constantFrom(...EVENT_TYPES_WANTED, 'ChannelStateChange'), fields, (type, event) => {
      readEvent(JSON.stringify({ ...event, type }));
    }),
  );
  fc.assert(fc.property(fc.string(), (text) => void readEvent(text)));
});
