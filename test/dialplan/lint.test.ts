import { describe, expect, test } from 'vitest';
import { formatDiagnostic } from '../../src/config/diagnostic.ts';
import { LINT_RULES } from '../../src/config/lint-rules.ts';
import { parseModel } from '../../src/config/model/load.ts';
import { textFiles } from '../../src/dialplan/conf/files.ts';
import { lintModel } from '../../src/dialplan/lint/lint.ts';
import type { HostFacts } from '../../src/dialplan/lint/rule.ts';

const HOST: HostFacts = { readFile: () => null, isDirectory: () => true, mounts: () => null };

/** What the rules say about the parts of a model below `version: 1`, with an operator's dialplan or without. */
function lint(yaml: string, dialplan?: string, host: HostFacts = HOST): string[] {
  const loaded = parseModel('m.yaml', `version: 1\n${yaml}`);
  expect(loaded.problems).toEqual([]);
  const found = lintModel(loaded, {
    host,
    ...(dialplan === undefined
      ? {}
      : { dialplan: '/e/extensions.conf', files: textFiles({ '/e/extensions.conf': dialplan }) }),
  });
  return found.map((problem) => `${problem.code} ${formatDiagnostic(problem)}`);
}

const ROUTE = 'users: { q: { context: demo } }\nroutes: { incoming: [ { user: q, dial: PJSIP/q } ] }\n';
const INCLUDE = '#include extensions_skype.conf\n';

describe('the dialplan of the operator', () => {
  test.each(['#include', '#tryinclude'])('that includes what it should by %s is right', (directive) => {
    const own = `${directive} extensions_skype.conf\n[demo]\ninclude => skype-in-demo\n`;
    expect(lint(ROUTE, own)).toEqual([]);
  });

  test('may take calls by steps of its own, by patterns and behind includes', () => {
    const users = 'users: { q: { exten: 6001, context: a }, r: { direction: outgoing } }\n';
    expect(lint(users, '[a]\ninclude => b,9:00-17:00,*,*,*\n[b]\nexten => _6XX[1-3],1,NoOp()\n')).toEqual([]);
  });

  test('has no such context (SFA201)', () => {
    expect(lint(ROUTE, `${INCLUDE}[other]\ninclude => skype-in-demo\n`)).toEqual([
      'SFA201 m.yaml:2:24: users.q.context: found no context "demo" in /e/extensions.conf, to which the driver sends calls; define it, or name another',
    ]);
  });

  test('has no such extension (SFA202)', () => {
    expect(
      lint(
        'users: { q: { exten: 7, context: demo } }\n',
        '[demo]\nexten => 8,1,NoOp()\nexten => 7,hint,PJSIP/7\n',
      ),
    ).toEqual([
      'SFA202 m.yaml:2:22: users.q.exten: found no extension "7" in context "demo" of /e/extensions.conf; define it there, or include what does',
    ]);
  });

  test('includes no generated context (SFA203)', () => {
    const yaml =
      'users: { q: { direction: outgoing } }\nroutes: { outgoing: [ { context: out, exten: 1, originator: q, to: r } ] }\n';
    expect(lint(yaml, `${INCLUDE}[phones]\nexten => 2,1,NoOp()\n`)).toEqual([
      'SFA203 m.yaml:3:34: routes.outgoing[0].context: warning: found nothing that includes the generated context "out"; write "include => out" in a context of yours',
    ]);
    expect(lint(yaml, '[phones]\nexten => 2,1,NoOp()\n')).toEqual([
      'SFA203 m.yaml:3:9: routes: warning: found no "#tryinclude extensions_skype.conf" in /e/extensions.conf; write it at the end',
    ]);
  });

  test('has steps that mix with ours or hide them (SFA204)', () => {
    expect(lint(ROUTE, `${INCLUDE}[demo]\ninclude => skype-in-demo\nexten => q,1,NoOp()\n`)).toEqual([
      'SFA204 m.yaml:3:23: routes.incoming[0]: found steps for "q" in context "demo" at /e/extensions.conf:4, which hide the generated ones; remove them, or the route',
    ]);
    expect(
      lint(ROUTE, `${INCLUDE}[demo]\ninclude => skype-in-demo\n[skype-in-demo]\nexten => q,2,NoOp()\n`),
    ).toEqual([
      'SFA204 m.yaml:3:23: routes.incoming[0]: found steps for "q" in context "skype-in-demo" at /e/extensions.conf:5, which mix with the generated ones by priority; remove them, or the route',
    ]);
  });

  test('has such a hint already (SFA205)', () => {
    const yaml = 'users: { q: { direction: outgoing, buddies: { r: { hint: 1 } } } }\n';
    const include = `${INCLUDE}[phones]\ninclude => skype-hints\n`;
    expect(lint(yaml, `${include}exten => 1,hint,PJSIP/1\n`)).toEqual([
      'SFA205 m.yaml:2:58: users.q.buddies.r.hint: warning: found a hint "1 => PJSIP/1" at /e/extensions.conf:4 beside "1 => Skype:q@r"; keep one of the two',
    ]);
    expect(lint(yaml, `${include}exten => 2,hint,Skype:q@r\n`)).toHaveLength(1);
    expect(lint(yaml, `${include}exten => 2,hint,Skype:q@s\n`)).toEqual([]);
  });

  test('passes & into Dial (SFA214)', () => {
    const dial = (exten: string, data: string) => lint('', `[out]\nexten => ${exten},1,Dial(${data})\n`);
    expect(dial('_900.', 'Skype/q@+${EXTEN:3}')).toEqual([
      'SFA214 /e/extensions.conf:2:1: (document): warning: found ${EXTEN} in Dial of the pattern "_900.", which lets & through to a second device; write ${FILTER(0-9+,${EXTEN})}',
    ]);
    expect(dial('_900!', 'Skype/q@+${EXTEN}')).toHaveLength(1);
    expect(dial('_900.', 'Skype/q@+${FILTER(0-9,${EXTEN:3})}')).toEqual([]);
    expect(dial('_900XXX', 'Skype/q@+${EXTEN:3}')).toEqual([]);
    expect(dial('_900.', 'PJSIP/${EXTEN:3}@trunk')).toEqual([]);
  });

  test('that Asterisk would refuse is told, and nothing is compared with it', () => {
    expect(lint(ROUTE, '[demo\n')).toEqual([
      'SFA100 /e/extensions.conf:1:1: (document): found a section without ]: Asterisk refuses the whole file',
    ]);
  });
});

describe('the model', () => {
  test.each([
    [
      'an account that is a pattern',
      'users: { _q: }',
      'SFA206 m.yaml:2:10: users._q: warning: found an account whose name "_q" is a pattern where its extension should be; give it exten',
    ],
    [
      'a name with a comma',
      'users: { q: { buddies: { "dr,evil": } } }',
      'SFA207 m.yaml:2:26: users.q.buddies.dr,evil: warning: found a comma in "dr,evil": no hint can watch it and no extension can dial it',
    ],
    [
      'a hint of a stranger',
      'users: { q: { buddies: { r: } } }\nhints: { extra: [ { exten: 1, user: q, buddy: R }, { exten: 2, user: q, buddy: s } ] }',
      'SFA208 m.yaml:3:80: hints.extra[1].buddy: warning: found "s", who is no buddy of "q"; add him to its buddies, or set buddy_autoadd: [hints]',
    ],
    [
      'a hint without presence',
      'users: { q: { buddy_presence: no, buddies: { r: { hint: 1 } } } }',
      'SFA209 m.yaml:2:57: users.q.buddies.r.hint: found a hint of "q", whose buddy_presence is no; switch that on, or remove the hint',
    ],
    [
      'a route against the direction',
      'users: { q: { direction: incoming } }\nroutes: { outgoing: [ { context: out, exten: 1, originator: q, to: r } ] }',
      'SFA210 m.yaml:3:61: routes.outgoing[0].originator: found "q", whose direction is incoming; set both, or take another account',
    ],
    [
      'replies to replies',
      'users: { q: { autoreply: a }, r: , s: { autoreply: b } }',
      'SFA211 m.yaml:2:52: users.s.autoreply: warning: found autoreply of "s" beside that of "q": one message between them would be answered without end; keep one',
    ],
    [
      'a codec with a licence',
      'users: { q: { allow: [ulaw, g729] } }',
      'SFA212 m.yaml:2:29: users.q.allow[1]: warning: found g729, which takes the module codec_g729a and a licence for each call; allow ulaw and alaw alone, or silence this rule where both are there',
    ],
  ])('%s', (_name, yaml, line) => {
    expect(lint(yaml)).toEqual([line]);
  });

  test.each([
    ['_9X.', 1, '112'],
    ['_X.', 0, '112'],
    ['_[1-9]11', 0, '911'],
    ['_00[1-9].', 2, null],
    ['_900XXXXXXXX.', 3, null],
    ['_[1-9]X!', 0, '112'],
    ['911', 0, '911'],
  ])('a route %s with strip %i takes calls to %s (SFA213)', (exten, strip, number) => {
    const found = lint(
      `users: { q: }\nroutes: { outgoing: [ { context: out, exten: "${exten}", originator: q, strip: ${strip} } ] }`,
    );
    expect(found).toEqual(
      number === null
        ? []
        : [
            `SFA213 m.yaml:3:46: routes.outgoing[0].exten: found "${exten}", which takes calls to ${number}: Skype carries no emergency calls; narrow the pattern`,
          ],
    );
  });
});

describe('the host', () => {
  const jpeg = (width: number) =>
    Uint8Array.of(0xff, 0xd8, 0xff, 0xe0, 0, 4, 1, 2, 0xff, 0xc0, 0, 11, 8, 0, 96, 0, width, 1);
  const avatar = (bytes: Uint8Array | null) =>
    lint('users: { q: { avatar: /a.jpg } }', undefined, { ...HOST, readFile: () => bytes })[0]
      ?.split(': ')
      .at(-1);

  test.each([
    ['that fits', jpeg(96), undefined],
    ['of another size', jpeg(128), 'warning: found a JPEG of 128x96 pixels'],
    ['of another kind', Uint8Array.of(0x89, 0x50), 'warning: found a file that is no JPEG'],
    ['cut short', jpeg(96).subarray(0, 12), 'warning: found a file that is no JPEG'],
    ['elsewhere', null, 'warning: found no file "/a.jpg" that can be read on this machine'],
  ])('an avatar %s (SFA215)', (_name, bytes, found) => {
    const line = avatar(bytes);
    expect(line?.split(';')[0]).toBe(found?.replace('warning: ', ''));
  });

  const MOUNTS =
    'root / ext4 rw 0 0\ntmpfs /tmp tmpfs rw,nosuid,noexec 0 0\ndata /var/my\\040data ext4 rw 0 0\n';
  test.each([
    ['', '/tmp', true],
    ['general: { engine_directory: /tmp/skype }', '/tmp/skype', true],
    ['general: { engine_directory: /tmpfiles }', '/tmpfiles', false],
    ['general: { engine_directory: "/var/my data/x" }', '/var/my data/x', false],
  ])('an engine directory %s where programs run or not (SFA216)', (yaml, directory, told) => {
    const found = lint(`${yaml}\nusers: { q: }`, undefined, { ...HOST, mounts: () => MOUNTS });
    expect(found.length).toBe(told ? 1 : 0);
    if (told) expect(found[0]).toContain(`found "${directory}" on "/tmp", which is mounted noexec`);
  });

  test('an engine directory that is not there', () => {
    expect(lint('users: { q: }', undefined, { ...HOST, isDirectory: () => false })[0]).toContain(
      'SFA216 m.yaml:1:1: general: warning: found no directory "/tmp" on this machine',
    );
  });
});

describe('silence', () => {
  const replies = (top: string, own: string) =>
    lint(`${top}users: { q: { autoreply: a }, r: { autoreply: b${own} }, s: { autoreply: c } }`).length;

  test.each([
    ['nowhere', '', '', 2],
    ['everywhere', 'lint: { ignore: [SFA211] }\n', '', 0],
    ['for another rule', 'lint: { ignore: [SFA212] }\n', '', 2],
    ['for one account', '', ', lint: { ignore: [SFA211] }', 1],
  ])('%s', (_name, top, own, count) => {
    expect(replies(top, own)).toBe(count);
  });

  const OUT = 'routes: { outgoing: [ { context: out, exten: "911", originator: q, to: r } ] }\n';
  const OUTGOING = 'users: { q: { direction: outgoing } }\n';
  /** For each rule a model, and perhaps a dialplan, about which it speaks. */
  const SPEAKING: Readonly<Record<string, readonly [yaml: string, dialplan?: string]>> = {
    SFA201: [ROUTE, `${INCLUDE}[other]\ninclude => skype-in-demo\n`],
    SFA202: ['users: { q: { exten: 7, context: demo } }\n', '[demo]\nexten => 8,1,NoOp()\n'],
    SFA203: [`${OUTGOING}${OUT.replace('911', '1')}`, `${INCLUDE}[phones]\n`],
    SFA204: [ROUTE, `${INCLUDE}[demo]\ninclude => skype-in-demo\nexten => q,1,NoOp()\n`],
    SFA205: [
      'users: { q: { direction: outgoing, buddies: { r: { hint: 1 } } } }\n',
      `${INCLUDE}[phones]\ninclude => skype-hints\nexten => 2,hint,Skype:q@r\n`,
    ],
    SFA206: ['users: { _q: }\n'],
    SFA207: ['users: { q: { buddies: { "dr,evil": } } }\n'],
    SFA208: ['users: { q: }\nhints: { extra: [ { exten: 2, user: q, buddy: s } ] }\n'],
    SFA209: ['users: { q: { buddy_presence: no, buddies: { r: { hint: 1 } } } }\n'],
    SFA210: [`users: { q: { direction: incoming } }\n${OUT.replace('911', '1')}`],
    SFA211: ['users: { q: { autoreply: a }, r: { autoreply: b } }\n'],
    SFA212: ['users: { q: { allow: [g729] } }\n'],
    SFA213: [`${OUTGOING}${OUT}`],
    SFA214: ['', '[out]\nexten => _900.,1,Dial(Skype/q@+${EXTEN:3})\n'],
    SFA215: ['users: { q: { avatar: /a.jpg } }\n'],
    SFA216: ['users: { q: }\n'],
  };
  const codes = (yaml: string, dialplan: string | undefined) =>
    lint(yaml, dialplan, { ...HOST, isDirectory: () => false }).map((line) => line.split(' ', 1)[0]);

  test.each(Object.keys(LINT_RULES))('%s speaks, and is silenced by its code', (code) => {
    const [yaml = '', dialplan] = SPEAKING[code] ?? [];
    const silenced = `lint: { ignore: [${code}] }\n${yaml}`;
    expect(codes(yaml, dialplan)).toContain(code);
    expect(codes(silenced, dialplan)).toEqual(codes(yaml, dialplan).filter((found) => found !== code));
  });
});
