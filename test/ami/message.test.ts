import { describe, expect, it } from 'vitest';
import { header, headersNamed, parseMessage } from '../../src/ami/wire/message.ts';

const parse = (text: string) => parseMessage(Buffer.from(text, 'utf8')).headers;

describe('parseMessage', () => {
  it.each<[string, string, [string, string][]]>([
    [
      'order, case and duplicates are kept',
      'B: 1\r\na: 2\r\nB: 3\r\n\r\n',
      [
        ['B', '1'],
        ['a', '2'],
        ['B', '3'],
      ],
    ],
    ['no value', 'Key:\r\n\r\n', [['Key', '']]],
    ['no blank behind the colon', 'Key:value\r\n\r\n', [['Key', 'value']]],
    ['colons in the value', 'Key: a: b:c\r\n\r\n', [['Key', 'a: b:c']]],
    ["one blank in front goes, more are the value's own", 'Key:   a \r\n\r\n', [['Key', '  a ']]],
    [
      'the indentation of a Command reply',
      'Response: Success\r\nOutput: [general]\r\nOutput:   bindport = 5038\r\nOutput: \r\nOutput:\r\n\r\n',
      [
        ['Response', 'Success'],
        ['Output', '[general]'],
        ['Output', '  bindport = 5038'],
        ['Output', ''],
        ['Output', ''],
      ],
    ],
    [
      'a line without a colon',
      'what\r\nKey: a\r\n\r\n',
      [
        ['', 'what'],
        ['Key', 'a'],
      ],
    ],
    [
      'names of the prototype',
      '__proto__: x\r\nconstructor: y\r\n\r\n',
      [
        ['__proto__', 'x'],
        ['constructor', 'y'],
      ],
    ],
    ['UTF-8', 'Key: 日本 🎸\r\n\r\n', [['Key', '日本 🎸']]],
    [
      'a banner on its own line',
      'Asterisk Call Manager/11.0.0\r\nResponse: Success\r\n\r\n',
      [['Response', 'Success']],
    ],
    ['a banner with LF only', 'Asterisk Call Manager/1.1\nResponse: Success\n\n', [['Response', 'Success']]],
    [
      'a banner without a line end',
      'Asterisk Call Manager/1.1Response: Success\r\n\r\n',
      [['Response', 'Success']],
    ],
    [
      'today’s Command reply',
      'Response: Success\r\nMessage: Command output follows\r\nOutput: a: b\r\nOutput: \r\n\r\n',
      [
        ['Response', 'Success'],
        ['Message', 'Command output follows'],
        ['Output', 'a: b'],
        ['Output', ''],
      ],
    ],
    [
      'the 1.4 Command reply',
      'Response: Follows\r\nPrivilege: Command\r\nActionID: 7\r\nUser: x\n\nlast\n--END COMMAND--\r\n\r\n',
      [
        ['Response', 'Follows'],
        ['Privilege', 'Command'],
        ['ActionID', '7'],
        ['Output', 'User: x'],
        ['Output', ''],
        ['Output', 'last'],
      ],
    ],
    [
      'the 1.4 Command reply with the end mark behind the text',
      'Response: Follows\r\nPrivilege: Command\r\nlast--END COMMAND--\r\n\r\n',
      [
        ['Response', 'Follows'],
        ['Privilege', 'Command'],
        ['Output', 'last'],
      ],
    ],
  ])('%s', (_name, text, expected) => {
    expect(parse(text)).toEqual(expected);
  });

  it('keeps bytes that are not UTF-8', () => {
    const block = Buffer.from([0x4b, 0x3a, 0x20, 0xff, 0xfe, 0x0d, 0x0a, 0x0d, 0x0a]);
    const message = parseMessage(block);
    expect(message.headers).toEqual([['K', '\ufffd\ufffd']]);
    expect(message.notUtf8).toEqual(Uint8Array.from(block));
  });

  it('takes a U+FFFD that was sent for what it is', () => {
    expect(parseMessage(Buffer.from('K: \ufffd\r\n\r\n')).notUtf8).toBeUndefined();
  });

  it('looks headers up in any case', () => {
    const message = {
      headers: [
        ['UserName', 'a'],
        ['username', 'b'],
      ] as const,
    };
    expect(header(message, 'USERNAME')).toBe('a');
    expect(headersNamed(message, 'username')).toEqual(['a', 'b']);
    expect(header(message, 'toString')).toBeUndefined();
  });
});
