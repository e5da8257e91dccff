import { describe, expect, test } from 'vitest';
import { textFiles } from '../../src/dialplan/conf/files.ts';
import { type ReadConf, readConf, sectionNamed } from '../../src/dialplan/conf/reader.ts';

function read(text: string | Uint8Array, others: Record<string, string> = {}): ReadConf {
  return readConf('/etc/asterisk/x.conf', { files: textFiles({ '/etc/asterisk/x.conf': text, ...others }) });
}

/** Sections as `[name, key, value, ...]`. */
function brief({ sections }: ReadConf): string[][] {
  return sections.map(({ name, entries }) => [name, ...entries.flatMap(({ key, value }) => [key, value])]);
}

/** The value of `a` in a file with that one line. */
function valueOfLine(line: string): string | undefined {
  return brief(read(`[x]\n${line}\nlast = 1\n`))[0]?.[2];
}

describe('a line', () => {
  test.each([
    ['a=b', 'b'],
    ['a = b', 'b'],
    ['a => b', 'b'],
    ['a=>b', 'b'],
    ['a = >b', '>b'],
    ['  a\t=\u0001 b \u001f', 'b'],
    ['a = b=c', 'b=c'],
    ['a = b;c', 'b'],
    ['a = b\\;c', 'b;c'],
    ['a = b\\\\;c', 'b\\;c'],
    ['a = \\;\\;--', ';;--'],
    ['a = b;c\\;d', 'b'],
    ['a = "b c"', '"b c"'],
    ['a = #include "y"', '#include "y"'],
    ['a = [y]', '[y]'],
    ['a = b\rc', 'b\rc'],
    ['a = b\0c', 'b'],
    ['a = é🕵', 'é🕵'],
    ['a =', ''],
    ['a = b ;-- c', 'b'],
    ['a = b ;-- c --; d', 'b  d'],
    ['a = b ;--- c', 'b'],
    ['a = b--\\;', 'b--;'],
    ['a = 1\na += ,2', '1 ,2'],
  ])('%j', (line, value) => {
    expect(valueOfLine(line)).toBe(value);
  });

  test('has a key, a file and a place', () => {
    expect(read('; c\n[x] behind is ignored\n\nexten => 1,1,NoOp()\n').sections).toEqual([
      {
        name: 'x',
        file: '/etc/asterisk/x.conf',
        line: 2,
        template: false,
        entries: [
          {
            key: 'exten',
            value: '1,1,NoOp()',
            arrow: true,
            inheritedFrom: null,
            file: '/etc/asterisk/x.conf',
            line: 4,
          },
        ],
      },
    ]);
  });

  test('may begin with an escaped character', () => {
    expect(brief(read('[x]\n\\[a = 1\n\\#b = 2\n\\=c = 3\n'))).toEqual([
      ['x', '[a', '1', '#b', '2', '=c', '3'],
    ]);
  });

  test('is read up to 8,190 bytes', () => {
    const line = `a = ${'é'.repeat(4093)}`;
    expect(Buffer.byteLength(line)).toBe(8190);
    expect(brief(read(`[x]\n${line}\nb = 2\n`))).toEqual([['x', 'a', line.slice(4), 'b', '2']]);
  });

  test.each([8191, 8192, 16_380, 16_382, 20_000])('of %i bytes is skipped', (bytes) => {
    const conf = read(`[x]\na = ${'y'.repeat(bytes - 4)}\nb = 2\n`);
    expect(brief(conf)).toEqual([['x', 'b', '2']]);
    expect(conf.problems).toMatchObject([{ kind: 'line-too-long', line: 2, severity: 'warning' }]);
  });

  test('without = or without a key is ignored', () => {
    const conf = read('[x]\na\n= b\nc = d\n');
    expect(brief(conf)).toEqual([['x', 'c', 'd']]);
    expect(conf.problems.map(({ kind, line }) => [kind, line])).toEqual([
      ['no-equals', 2],
      ['no-key', 3],
    ]);
  });

  test('outside of UTF-8 is kept and told', () => {
    const conf = read(Buffer.from('[x]\na = \xff\n', 'latin1'));
    expect(brief(conf)).toEqual([['x', 'a', '\ufffd']]);
    expect(conf.problems).toMatchObject([{ kind: 'encoding', line: 2 }]);
  });
});

describe('comments', () => {
  test('span lines, one in the other', () => {
    expect(brief(read('[x]\na = 1\n;-- b = 2\n;-- c = 3 --;\nd = 4\n--; e = 5\nf = 6\n'))).toEqual([
      ['x', 'a', '1', 'e', '5', 'f', '6'],
    ]);
  });

  test('that nothing closes hide the rest', () => {
    const conf = read('[x]\nsecret=;--x\n[y]\n');
    expect(brief(conf)).toEqual([['x', 'secret', '']]);
    expect(conf.problems).toMatchObject([{ kind: 'comment-open', line: 2, severity: 'warning' }]);
  });

  test('that are closed without being open hide the rest too', () => {
    const conf = read('[x]\na = 1--; 2\nb = 3\n');
    expect(brief(conf)).toEqual([['x', 'a', '1--; 2']]);
    expect(conf.problems).toMatchObject([{ kind: 'comment-open', line: 2 }]);
  });
});

describe('sections', () => {
  test('inherit from templates and from each other, in the order of the names', () => {
    const conf = read('[t](!)\na = 1\n[u](!,t)\nb = 2\n[y]\nc = 3\n[x](u,y)\na = 4\n');
    expect(brief(conf)).toEqual([
      ['y', 'c', '3'],
      ['x', 'a', '1', 'b', '2', 'c', '3', 'a', '4'],
    ]);
    expect(conf.templates.map(({ name }) => name)).toEqual(['t', 'u']);
    expect(conf.sections[1]?.entries.map(({ inheritedFrom }) => inheritedFrom)).toEqual([
      'u',
      'u',
      'y',
      null,
    ]);
  });

  test('are extended by (+), without case', () => {
    expect(brief(read('[x]\na = 1\n[y]\n[X](+)\nb = 2\n'))).toEqual([['x', 'a', '1', 'b', '2'], ['y']]);
  });

  test('of one name are two', () => {
    const conf = read('[x]\na = 1\n[x]\na = 2\n');
    expect(brief(conf)).toEqual([
      ['x', 'a', '1'],
      ['x', 'a', '2'],
    ]);
    expect(sectionNamed(conf, 'X')?.entries[0]?.value).toBe('1');
  });

  test('take many names', () => {
    expect(brief(read('[a@b]\n[a b]\n[live:x]\n[a,b]\n'))).toEqual([['a@b'], ['a b'], ['live:x'], ['a,b']]);
  });

  test.each([
    ['a comment in a name', '[a;b]\n', 'section-open', 1],
    ['no end', '[a\nb = 1\n', 'section-open', 1],
    ['no end of options', '[a](b\n', 'section-open', 1],
    ['an unknown template', '[a]\n[b](c)\n', 'section-unknown', 2],
    ['an extension of nothing', '[a](+)\n', 'section-unknown', 1],
    ['an extension of a template', '[a](!)\n[a](+)\n', 'section-unknown', 2],
    ['a line in front', 'a = 1\n[b]\n', 'no-section', 1],
    ['a missing include', '[a]\n#include y.conf\n', 'include', 2],
    ['a pattern that fits nothing', '[a]\n#include y/*.conf\n', 'include', 2],
  ])('%s makes the file invalid', (_name, text, kind, line) => {
    const conf = read(text);
    expect(conf.valid).toBe(false);
    expect(conf.sections).toEqual([]);
    expect(conf.problems).toMatchObject([{ kind, severity: 'error', line }]);
  });
});

describe('directives', () => {
  const OTHERS = {
    '/etc/asterisk/y.conf': 'a = from y\n[y]\nb = 1\n',
    '/etc/asterisk/d/1.conf': '[one]\n',
    '/etc/asterisk/d/2.conf': '[two]\n',
    '/else/z.conf': '[z]\n',
  };

  test.each([
    ['#include y.conf'],
    ['#include "y.conf"'],
    ['#include <y.conf>'],
    ['  #INCLUDE\ty.conf ; comment'],
    ['#tryinclude y.conf'],
  ])('%s goes on in the section, and its sections end with it', (line) => {
    const conf = read(`[x]\n${line}\nc = 2\n`, OTHERS);
    expect(brief(conf)).toEqual([
      ['x', 'a', 'from y', 'c', '2'],
      ['y', 'b', '1'],
    ]);
    expect(conf.sections[0]?.entries[0]).toMatchObject({ file: '/etc/asterisk/y.conf', line: 1 });
    expect(conf.files).toEqual(['/etc/asterisk/x.conf', '/etc/asterisk/y.conf']);
  });

  test('take patterns and absolute paths', () => {
    expect(brief(read('#include d/*.conf\n#include /else/{z,q}.conf\n', OTHERS))).toEqual([
      ['one'],
      ['two'],
      ['z'],
    ]);
  });

  test('of a file in itself end at a limit', () => {
    const conf = read('#include x.conf\n');
    expect(conf.files).toHaveLength(11);
    expect(conf.problems).toMatchObject([{ kind: 'include', line: 1 }]);
  });

  test('#tryinclude of what is not there is harmless', () => {
    expect(read('#tryinclude q.conf\n[x]\n', OTHERS)).toMatchObject({ valid: true, problems: [] });
  });

  test('#exec is told and never run, others are ignored', () => {
    const conf = read('#exec /bin/id\n#inclde y.conf\n#include\n[x]\n');
    expect(conf.valid).toBe(true);
    expect(conf.problems.map(({ kind, line }) => [kind, line])).toEqual([
      ['exec', 1],
      ['directive', 2],
      ['directive', 3],
    ]);
  });

  test('a mistake in an included file ends that file alone', () => {
    const conf = read('[x]\n#include y.conf\nc = 2\n', { '/etc/asterisk/y.conf': 'a = 1\n[b\nd = 3\n' });
    expect(conf.valid).toBe(true);
    expect(brief(conf)).toEqual([['x', 'a', '1', 'c', '2']]);
    expect(conf.problems).toMatchObject([{ kind: 'section-open', file: '/etc/asterisk/y.conf', line: 2 }]);
  });
});

test('a file that is not there is told', () => {
  expect(readConf('/absent/x.conf')).toMatchObject({
    valid: false,
    problems: [{ kind: 'file', severity: 'error', file: '/absent/x.conf', line: 1 }],
  });
});
