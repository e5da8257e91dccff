import assert from 'node:assert/strict';
import fc from 'fast-check';
import { ASTERISK_22_LIMITS, encodeAction, escapeVariableValue } from '../src/ami/wire/encoder.ts';
import { AmiFramer } from '../src/ami/wire/framer.ts';
import { parseMessage } from '../src/ami/wire/message.ts';
import { CompanionError } from '../src/model/errors.ts';

const text = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 80 }),
  fc.string({
    unit: fc.constantFrom('\r', '\n', '\0', ':', ' ', 'a', '\\', ',', '"', '=', '\u2028'),
    maxLength: 20,
  }),
  fc.string({ unit: 'binary', maxLength: 20 }),
  fc.integer({ min: 900, max: 1200 }).map((length) => 'x'.repeat(length)),
);
const name = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom('User', 'Variable', 'Message', 'X-y_1') },
  { weight: 1, arbitrary: text },
);

/** Few headers of any kind, or many good ones: up to 128 with the action's own. */
const headerList = fc.oneof(
  fc.array(fc.tuple(name, text), { maxLength: 4 }),
  fc.array(fc.tuple(fc.constant('Variable'), fc.constantFrom('a=b', 'c=ü')), { maxLength: 140, size: 'max' }),
);

/**
 * Whatever the headers are: they are refused as `VALUE_FORBIDDEN` without their values in the message, or
 * they are one action of the same headers, within the limits.
 */
export const encoder = fc.property(headerList, (headers) => {
  let bytes: Buffer;
  try {
    bytes = Buffer.from(encodeAction([['Action', 'X'], ...headers]));
  } catch (thrown) {
    assert.ok(thrown instanceof CompanionError && thrown.code === 'VALUE_FORBIDDEN');
    return;
  }
  const frames = new AmiFramer().push(bytes);
  assert.equal(frames.length, 1);
  const [frame] = frames;
  assert.ok(frame?.kind === 'block' && frame.bytes.length === bytes.length);
  const arriving = headers.map(([key, value]) => [key, value.toWellFormed()]);
  assert.deepEqual(parseMessage(frame.bytes).headers, [['Action', 'X'], ...arriving]);
  assert.ok(headers.length < ASTERISK_22_LIMITS.headers);
  for (const line of bytes.toString('latin1').split('\r\n')) {
    assert.ok(line.length <= ASTERISK_22_LIMITS.lineBytes);
  }
});

/** An escaped value holds no comma or quote that a backslash does not stand in front of. */
export const escaping = fc.property(text, (value) => {
  const escaped = escapeVariableValue(value);
  assert.doesNotMatch(escaped.replace(/\\[\\",]/g, ''), /[\\",]/);
  assert.equal(escaped.replace(/\\([\\",])/g, '$1'), value);
});
