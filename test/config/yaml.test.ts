import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { formatDiagnostic } from '../../src/config/diagnostic.ts';
import { suggest } from '../../src/config/suggest.ts';
import { loadYaml, parseYaml } from '../../src/config/yaml/load.ts';
import { integer } from '../../src/config/yaml/scalars.ts';

// A schema as plain as anybody writes it, to see that the messages do not depend on our own blocks.
const SETTINGS = z.strictObject({
  listen: z.string().optional(),
  pbxs: z.record(
    z.string(),
    z.strictObject({ port: integer(1, 65_535), hosts: z.array(z.string()).max(2).optional() }),
  ),
});

function linesOf(source: string | Uint8Array): string[] {
  return parseYaml('sfa.yaml', source, SETTINGS).problems.map(formatDiagnostic);
}

describe('a schema of plain zod', () => {
  test('gives its value', () => {
    const { value, problems } = parseYaml(
      'sfa.yaml',
      'listen: 8080\npbxs: { main: { port: 5038 } }',
      SETTINGS,
    );
    expect(problems).toEqual([]);
    expect(value).toEqual({ listen: '8080', pbxs: { main: { port: 5038 } } });
  });

  test('speaks of text, lists and mappings', () => {
    expect(
      linesOf('listen: [a]\npbxs:\n  main: { port: {}, hosts: a }\n  spare: { hosts: [a, b, c] }\n'),
    ).toEqual([
      'sfa.yaml:1:9: listen: found a list, allowed: text',
      'sfa.yaml:3:17: pbxs.main.port: found a mapping, allowed: a whole number from 1 to 65535',
      'sfa.yaml:3:28: pbxs.main.hosts: found "a", allowed: a list',
      'sfa.yaml:4:3: pbxs.spare.port: found nothing, required: a whole number from 1 to 65535',
      'sfa.yaml:4:19: pbxs.spare.hosts: found a list, allowed: at most 2 items',
    ]);
  });
});

describe('positions', () => {
  const { locate } = parseYaml(
    'sfa.yaml',
    'listen: x\npbxs:\n  main: &m { hosts: [a, b] }\n  spare: *m\n',
    SETTINGS,
  );

  test.each([
    ['a value', ['listen'], 'value', 1, 9],
    ['its key', ['listen'], 'key', 1, 1],
    ['an item', ['pbxs', 'main', 'hosts', 1], 'value', 3, 25],
    ['an alias', ['pbxs', 'spare'], 'value', 4, 10],
    ['behind an alias, where the text is', ['pbxs', 'spare', 'hosts', 0], 'value', 3, 22],
    ['what is not there: its parent', ['pbxs', 'main', 'port'], 'value', 3, 3],
    ['the root', [], 'value', 1, 1],
  ] as const)('%s', (_name, path, at, line, column) => {
    expect(locate(path, at)).toEqual({ line, column });
  });

  test('count CRLF as one line end, and a byte order mark as nothing', () => {
    const crlf = parseYaml('sfa.yaml', '\ufefflisten: x\r\npbxs: {}\r\n', SETTINGS);
    expect(crlf.problems).toEqual([]);
    expect(crlf.locate(['pbxs'], 'key')).toEqual({ line: 2, column: 1 });
  });
});

describe('hostile files', () => {
  test('aliases of aliases end at a limit', () => {
    const lines = ['a0: &a0 [x, x, x, x, x, x, x, x, x, x]'];
    for (let level = 1; level < 9; level++) {
      lines.push(
        `a${level}: &a${level} [${Array(10)
          .fill(`*a${level - 1}`)
          .join(', ')}]`,
      );
    }
    expect(linesOf(lines.join('\n')).join('\n')).toContain('found aliases for more than 10000 values');
  });

  test('an anchor inside of itself is none', () => {
    expect(linesOf('pbxs: &p { main: *p }')).toEqual([
      'sfa.yaml:1:18: pbxs.main: found an alias (*), allowed: aliases of an anchor (&) before them',
    ]);
  });

  test('20,000 brackets are one mistake', () => {
    const lines = linesOf('['.repeat(20_000));
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain('found values nested too deeply');
  });

  test('names of methods are keys like others, __proto__ is refused', () => {
    const { value } = parseYaml(
      'sfa.yaml',
      'pbxs: { toString: { port: 1 }, constructor: { port: 2 } }',
      SETTINGS,
    );
    expect(Object.entries(value?.pbxs ?? {})).toEqual([
      ['toString', { port: 1 }],
      ['constructor', { port: 2 }],
    ]);
    expect(linesOf('pbxs: { __proto__: { port: 1 } }')).toEqual([
      "sfa.yaml:1:9: pbxs.__proto__: found key '__proto__', allowed: other keys",
    ]);
    expect(Object.hasOwn(Object.prototype, 'port')).toBe(false);
  });

  test('control characters in keys and values cannot forge a line', () => {
    const [line] = linesOf('"a\\n\\e[31mb": 1\npbxs: {}');
    expect(line).toContain('a\\n\\x1b[31mb');
    expect(line).not.toContain('\n');
  });

  test('bytes outside UTF-8 are told with their line', () => {
    const bytes = Buffer.concat([Buffer.from('listen: x\npbxs: {}\n# '), Buffer.of(0xff), Buffer.from('\n')]);
    expect(linesOf(bytes)).toEqual([
      'sfa.yaml:3:1: (document): found bytes that are no UTF-8, allowed: text in UTF-8',
    ]);
  });

  test('a file that is not there is a mistake like others', () => {
    expect(loadYaml('absent.yaml', SETTINGS).problems.map(formatDiagnostic)).toEqual([
      'absent.yaml:1:1: (document): found no file that can be read (ENOENT)',
    ]);
  });
});

describe('suggestions', () => {
  test.each([
    ['contxt', 'context'],
    ['cnotext', 'context'],
    ['Context', 'context'],
    ['sercet', 'secret'],
    ['colour', null],
    ['x'.repeat(100_000), null],
  ])('%.20s', (word, meant) => {
    expect(suggest(word, ['secret', 'context', 'exten'])).toBe(meant);
  });
});
