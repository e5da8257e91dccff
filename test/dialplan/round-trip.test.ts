import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { hasErrors } from '../../src/config/diagnostic.ts';
import { parseModel } from '../../src/config/model/load.ts';
import { generate } from '../../src/dialplan/generate.ts';
import { readConf, readStep } from './asterisk-reader.ts';

const SPECIAL = [
  ...';-\\"\'$({[]}),&=>#/ \t\r\n\0\u0001\u001b\u007f\u0085\u00a0\u2028|%:@!~',
  '${',
  '$[',
  ';--',
  '--;',
  '\ud800',
  'é',
  '🕵',
];
const unit = fc.oneof(
  { weight: 3, arbitrary: fc.string({ unit: 'grapheme-ascii', minLength: 1, maxLength: 1 }) },
  { weight: 2, arbitrary: fc.constantFrom(...SPECIAL) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }) },
);
const text = fc.string({ unit, minLength: 1, maxLength: 12 });

/** What no line of a file can carry to Asterisk and back. */
function lost(value: string): boolean {
  return /[\r\n\0]|^[\u0000-\u0020]|[\u0000-\u0020]$/.test(value) || !value.isWellFormed();
}

// JSON is YAML, and JSON.stringify knows nothing of our printer.
function load(values: { autoreply: string; mood: string; secret: string; topic: string }) {
  const model = {
    version: 1,
    users: {
      james_bond: {
        secret: { env: 'JAMES_SECRET' },
        autoreply: values.autoreply,
        setvar: { 'SKYPE_ACCOUNT_PROPERTY(mood_text)': values.mood },
        homepage: 'last',
      },
    },
    routes: {
      outgoing: [
        {
          context: 'skype-out',
          exten: 6001,
          originator: 'james_bond',
          to: 'austin_powers',
          topic: values.topic,
        },
      ],
    },
  };
  return parseModel('m.yaml', JSON.stringify(model), {
    env: { JAMES_SECRET: values.secret },
    readFile: () => '',
  });
}

describe('any text in a value', () => {
  test('is read back by Asterisk as it was, or refused where it stands', () => {
    fc.assert(
      fc.property(text, text, text, text, (autoreply, mood, secret, topic) => {
        const loaded = load({ autoreply, mood, secret, topic });
        const refused = [...new Set(loaded.problems.map((problem) => problem.key))].sort();
        const expected = [
          ...(lost(topic) || /\$[{[]/.test(topic) ? ['routes.outgoing[0].topic'] : []),
          ...(lost(autoreply) ? ['users.james_bond.autoreply'] : []),
          ...(lost(secret) ? ['users.james_bond.secret'] : []),
          ...(lost(mood) ? ['users.james_bond.setvar.SKYPE_ACCOUNT_PROPERTY(mood_text)'] : []),
        ];
        expect(refused).toEqual(expected);
        expect(hasErrors(loaded.problems)).toBe(expected.length > 0);
        if (loaded.model === null || hasErrors(loaded.problems)) return;

        const files = generate(loaded.model, loaded.secrets, { modelFile: 'm.yaml' });
        expect(readConf(files[0]?.text ?? '')).toEqual([
          { name: '#', values: [['#', '#tryinclude chan_skype_local.conf']] },
          { name: 'general', values: [] },
          {
            name: 'james_bond',
            values: [
              ['secret', secret],
              ['autoreply', autoreply],
              ['homepage', 'last'],
              ['setvar', `SKYPE_ACCOUNT_PROPERTY(mood_text)=${mood}`],
            ],
          },
        ]);
        const [, context, ...others] = readConf(files[1]?.text ?? '');
        expect(others).toEqual([]);
        expect(context?.values.map(([, value]) => readStep(value))).toEqual([
          { exten: '6001', priority: '1', application: 'Set', data: `SKYPE_CALL_PROPERTY(topic)=${topic}` },
          { exten: '6001', priority: 'n', application: 'Dial', data: 'Skype/james_bond@austin_powers' },
          { exten: '6001', priority: 'n', application: 'Hangup', data: '' },
        ]);
      }),
      { numRuns: 2_000 },
    );
  });

  test('never shows a secret in a message', () => {
    fc.assert(
      fc.property(fc.constantFrom('\r', '\n', '\0', ' '), (breaker) => {
        const secret = `hunter2${breaker}`;
        const inModel = parseModel(
          'm.yaml',
          JSON.stringify({ version: 1, users: { james_bond: { secret } } }),
        );
        const inEnvironment = load({ autoreply: 'a', mood: 'b', secret, topic: 'c' });
        expect(inModel.problems).toHaveLength(1);
        expect(inEnvironment.problems).toHaveLength(1);
        expect(JSON.stringify([...inModel.problems, ...inEnvironment.problems])).not.toContain('hunter2');
      }),
    );
  });
});

describe('lines of 8,190 bytes', () => {
  const withReply = (autoreply: string) => load({ autoreply, mood: 'b', secret: 's', topic: 'c' });

  test('are written and read', () => {
    const reply = 'é'.repeat((8190 - 'autoreply = '.length) / 2);
    const { model, secrets, problems } = withReply(reply);
    expect(problems).toEqual([]);
    if (model === null) throw new Error('refused');
    const [file] = generate(model, secrets, { modelFile: 'm.yaml' });
    expect(readConf(file?.text ?? '')[2]?.values[1]).toEqual(['autoreply', reply]);
  });

  test('are the longest, the backslash of an escape counted', () => {
    const reply = `${'x'.repeat(8190 - 'autoreply = '.length - 1)};`;
    expect(withReply(reply).problems.map((problem) => problem.message)).toEqual([
      'found 8179 bytes, allowed: at most 8178, because Asterisk skips longer lines',
    ]);
  });
});
