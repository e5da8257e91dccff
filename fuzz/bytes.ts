import fc from 'fast-check';

/** Pieces of AMI: what a fuzzer would need long to find by itself. */
const PIECES = [
  'Asterisk Call Manager/1.1\r\n',
  'Asterisk Call Manager',
  'Event: SkypeChatMessage\r\n',
  'Event: SkypeBuddyStatus\r\n',
  'Event: SkypeAccountStatus\r\n',
  'Response: Success\r\n',
  'Response: Follows\r\n',
  'Privilege: Command\r\n',
  '--END COMMAND--',
  'Output: ',
  'ActionID: 1\r\n',
  'Username: a\r\n',
  'From: b\r\n',
  'To: c\r\n',
  'Message: aGk=\r\n',
  'Message: !\r\n',
  'Buddy: Skype/a@live:b.c\r\n',
  'BuddyStatus: Online\r\n',
  'Status: Logged In\r\n',
  '__proto__: x\r\n',
  'constructor: x\r\n',
  'Key:value\r\n',
  'Key: a: b\r\n',
  ': \r\n',
  '\r\n',
  '\n',
  '\r',
  '\r\n\r\n',
  '\n\n',
  '\0',
  'ü',
  '🎸',
];

/** Streams of bytes: pieces of AMI with noise between them, UTF-8 or not. */
export const stream: fc.Arbitrary<Buffer> = fc
  .array(
    fc.oneof(
      { weight: 6, arbitrary: fc.constantFrom(...PIECES).map((text) => Buffer.from(text)) },
      { weight: 1, arbitrary: fc.uint8Array({ maxLength: 12 }).map((bytes) => Buffer.from(bytes)) },
      {
        weight: 1,
        arbitrary: fc.string({ unit: 'grapheme', maxLength: 8 }).map((text) => Buffer.from(text)),
      },
    ),
    { maxLength: 60, size: 'max' },
  )
  .map((pieces) => Buffer.concat(pieces));

/** Where a stream is cut into chunks; see {@link chunksOf}. */
export const cuts: fc.Arbitrary<number[]> = fc.array(fc.nat(), { maxLength: 12, size: 'max' });

/** A stream in chunks, each in memory of its own that is overwritten when it was used. */
export function* chunksOf(bytes: Buffer, places: readonly number[]): Generator<Buffer, void, void> {
  const ends = [...places.map((place) => place % (bytes.length + 1)), bytes.length].sort((a, b) => a - b);
  let start = 0;
  for (const end of ends) {
    const chunk = Buffer.from(bytes.subarray(start, end));
    yield chunk;
    // A transport reads into the same buffer again.
    chunk.fill(0x2a);
    start = end;
  }
}
