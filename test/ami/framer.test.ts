import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AmiFramer } from '../../src/ami/wire/framer.ts';
import { cutAt, fixture, framesOf, messagesOf } from '../helpers/frames.ts';

const blocks = (text: string | Buffer) =>
  framesOf([Buffer.from(text)]).map((frame) =>
    frame.kind === 'block' ? frame.bytes.toString('latin1') : frame,
  );

describe('AmiFramer', () => {
  it.each([
    ['CRLF', 'A: 1\r\nB: 2\r\n\r\nC: 3\r\n\r\n', ['A: 1\r\nB: 2\r\n\r\n', 'C: 3\r\n\r\n']],
    ['lone LF', 'A: 1\nB: 2\n\nC: 3\n\n', ['A: 1\nB: 2\n\n', 'C: 3\n\n']],
    ['mixed line ends', 'A: 1\r\n\nB: 2\n\r\n', ['A: 1\r\n\n', 'B: 2\n\r\n']],
    [
      'blank lines between blocks',
      '\r\n\n\r\nA: 1\r\n\r\n\r\n\r\nB: 2\r\n\r\n',
      ['A: 1\r\n\r\n', 'B: 2\r\n\r\n'],
    ],
    ['a CR inside a value is no line end', 'A: 1\rB\r\n\r\n', ['A: 1\rB\r\n\r\n']],
    ['a cut-off end', 'A: 1\r\n\r\nB: 2\r\nC: ', ['A: 1\r\n\r\n', 'B: 2\r\nC: ']],
    [
      'an old Command reply goes on over blank lines',
      'Response: Follows\r\nPrivilege: Command\r\none\n\ntwo: x\n\n--END COMMAND--\r\n\r\nA: 1\r\n\r\n',
      ['Response: Follows\r\nPrivilege: Command\r\none\n\ntwo: x\n\n--END COMMAND--\r\n\r\n', 'A: 1\r\n\r\n'],
    ],
    [
      'an old Command reply whose output has no last line end',
      'Response: Follows\r\nPrivilege: Command\r\none--END COMMAND--\r\n\r\nA: 1\r\n\r\n',
      ['Response: Follows\r\nPrivilege: Command\r\none--END COMMAND--\r\n\r\n', 'A: 1\r\n\r\n'],
    ],
  ])('%s', (_name, text, expected) => {
    expect(blocks(text)).toEqual(expected);
  });

  it('tells where each block begins', () => {
    expect(framesOf([Buffer.from('\r\nA: 1\r\n\r\nB: 2\n\n')]).map(({ offset }) => offset)).toEqual([2, 10]);
  });

  it('skips what passes a limit, says so, and goes on behind it', () => {
    const limits = { lineBytes: 20, headers: 3, messageBytes: 40 };
    const long = `A: ${'x'.repeat(40)}\r\n\r\n`;
    const many = 'A: 1\r\nA: 2\r\nA: 3\r\nA: 4\r\n\r\n';
    const large = `A: ${'x'.repeat(15)}\r\nA: ${'x'.repeat(15)}\r\nB: 1\r\n\r\n`;
    const stream = Buffer.from(`${long}ok: 1\r\n\r\n${many}ok: 2\r\n\r\n${large}ok: 3\r\n\r\n`);
    for (const size of [1, 7, stream.length]) {
      const chunks = [];
      for (let at = 0; at < stream.length; at += size) chunks.push(stream.subarray(at, at + size));
      expect(
        framesOf(chunks, limits).map((frame) =>
          frame.kind === 'skipped' ? `${frame.reason} ${frame.length}` : frame.bytes.toString().trim(),
        ),
      ).toEqual([
        `lineBytes ${long.length}`,
        'ok: 1',
        `headers ${many.length}`,
        'ok: 2',
        `messageBytes ${large.length}`,
        'ok: 3',
      ]);
    }
  });

  const everyFixture = [
    'captures/asterisk-22.10-system-rights-only.amilog',
    'manual/actions.amilog',
    'manual/events.amilog',
  ];
  it.each(everyFixture)('gives the same for %s cut at every byte', (path) => {
    const bytes = fixture(path).subarray(0, 8192);
    const whole = messagesOf([bytes]);
    expect(whole.length).toBeGreaterThan(2);
    for (let at = 0; at <= bytes.length; at += 1) {
      const cut = messagesOf([bytes.subarray(0, at), bytes.subarray(at)]);
      // A plain comparison first: the matcher's own walk over thousands of lists takes minutes.
      if (JSON.stringify(cut) !== JSON.stringify(whole)) expect(cut).toEqual(whole);
    }
  });

  it('does not depend on the chunks, whatever the bytes', () => {
    const line = fc.constantFrom(
      'A: b',
      'Response: Follows',
      '--END COMMAND--',
      '',
      'x',
      'Asterisk Call Manager/1.1',
      'ü: 日本',
    );
    const end = fc.constantFrom('\r\n', '\n', '\r', '\n\n');
    const text = fc.array(fc.tuple(line, end), { maxLength: 40 }).map((parts) => parts.flat().join(''));
    fc.assert(
      fc.property(text, fc.array(fc.nat(), { maxLength: 20 }), (stream, places) => {
        const bytes = Buffer.from(stream);
        expect(framesOf(cutAt(bytes, places))).toEqual(framesOf([bytes]));
      }),
    );
  });

  it('loses no byte: the blocks and the blank lines between them are the stream', () => {
    const text = fc.array(fc.constantFrom('A: b\r\n', '\r\n', '\n', 'c', 'Response: Follows\r\n'), {
      maxLength: 40,
    });
    fc.assert(
      fc.property(text, (parts) => {
        const bytes = Buffer.from(parts.join(''));
        let position = 0;
        for (const frame of framesOf([bytes])) {
          if (frame.kind !== 'block') throw new Error('nothing is beyond the limits here');
          expect(bytes.toString('latin1', position, frame.offset)).toMatch(/^[\r\n]*$/);
          expect(bytes.subarray(frame.offset, frame.offset + frame.bytes.length)).toEqual(frame.bytes);
          position = frame.offset + frame.bytes.length;
        }
        expect(bytes.toString('latin1', position)).toMatch(/^[\r\n]*$/);
      }),
    );
  });

  it('scans each byte of a large block once', () => {
    // Counted, not timed: a quadratic framer would search the held bytes again with every chunk.
    const chunk = Buffer.alloc(1448, 'x');
    let searched = 0;
    const counting = new Proxy(chunk, {
      get(target, key) {
        if (key === 'indexOf') {
          return (value: number, from: number) => {
            searched += target.length - from;
            return target.indexOf(value, from);
          };
        }
        const found: unknown = Reflect.get(target, key, target);
        return typeof found === 'function' ? found.bind(target) : found;
      },
    });
    const framer = new AmiFramer();
    for (let index = 0; index < 500; index += 1) framer.push(counting);
    expect(searched).toBe(500 * 1448);
  });
});
