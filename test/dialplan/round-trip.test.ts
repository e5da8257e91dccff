import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { hasErrors } from '../../src/config/diagnostic.ts';
import { parseModel } from '../../src/config/model/load.ts';
import { contextsOf } from '../../src/dialplan/conf/dialplan.ts';
import { textFiles } from '../../src/dialplan/conf/files.ts';
import { readConf as readAsAsterisk } from '../../src/dialplan/conf/reader.ts';
import type { GeneratedFile } from '../../src/dialplan/generate.ts';
import { type ConfigurationOracle, holdModel, runProvisioningOracle } from '../lab/provisioning-oracle.ts';
import { anyText, type HostileValues, hostileValues, modelOf } from './arbitrary-models.ts';
import { readConf, readStep } from './asterisk-reader.ts';

/** What no line of a file can carry to Asterisk and back. */
function lost(value: string): boolean {
  return /[\r\n\0]|^[\u0000-\u0020]|[\u0000-\u0020]$/.test(value) || !value.isWellFormed();
}

const GOOD: HostileValues = {
  secret: 's',
  password: 'p',
  autoreply: 'a',
  homepage: 'h',
  proxyUser: 'u',
  variable: 'v',
  mood: 'm',
  topic: 't',
  token: 'k',
  name: 'austin_powers',
  exten: '6001',
  context: 'skype-out',
  device: 'PJSIP/shoe-phone',
};

/** The small reader of the tests as an Asterisk: written from descriptions, and not from the printer. */
function testOracle(): ConfigurationOracle {
  let files: readonly GeneratedFile[] = [];
  const textOf = (name: string) => files.find((file) => file.name === name)?.text ?? '';
  return {
    install: async (installed) => {
      files = installed;
    },
    getConfig: async (file) =>
      readConf(textOf(file))
        .filter(({ name }) => name !== '#')
        .map(({ name, values }) => ({ name, lines: values })),
    reloadDialplan: async () => {},
    dialplanShow: async (context) => {
      const numbers = new Map<string, number>();
      return readConf(textOf('extensions_skype.conf'))
        .filter(({ name }) => name === context)
        .flatMap(({ values }) => values.map(([, value]) => readStep(value)))
        .map(({ exten, priority, application, data }) => {
          if (priority === 'hint')
            return { exten, priority, application: hintOf(application, data), data: '' };
          const number = (numbers.get(exten) ?? 0) + 1;
          numbers.set(exten, number);
          return { exten, priority: String(number), application, data };
        });
    },
  };
}

/** A device holds no bracket; what would look like data of an application belongs to it. */
function hintOf(application: string, data: string): string {
  return data === '' ? application : `${application}(${data})`;
}

/** The reader of the product, which `sfa import` and the laboratory's simulator use. */
function productOracle(): ConfigurationOracle {
  const oracle = testOracle();
  let files: Record<string, string> = {};
  const read = (name: string) => readAsAsterisk(`/e/${name}`, { files: textFiles(files) });
  return {
    ...oracle,
    install: async (installed) => {
      files = Object.fromEntries(installed.map(({ name, text }) => [`/e/${name}`, text]));
    },
    getConfig: async (file) => {
      const { sections, problems } = read(file);
      expect(problems).toEqual([]);
      return sections.map(({ name, entries }) => ({
        name,
        lines: entries.map(({ key, value }) => [key, value] as const),
      }));
    },
    dialplanShow: async (context) => {
      const numbers = new Map<string, number>();
      return (contextsOf(read('extensions_skype.conf')).get(context)?.steps ?? []).map(
        ({ exten, priority, application, data }) => {
          if (priority === 'hint') return { exten, priority, application, data };
          const number = (numbers.get(exten) ?? 0) + 1;
          numbers.set(exten, number);
          return { exten, priority: String(number), application, data };
        },
      );
    },
  };
}

describe('any text in a value', () => {
  test.each([
    ['a reader written for tests', testOracle()],
    ['the reader of sfa import', productOracle()],
  ])('is read back by %s as it was, or refused', async (_name, oracle) => {
    const { accepted, refused } = await runProvisioningOracle(oracle, { models: 1_000 });
    // A test that refuses everything would prove nothing.
    expect(accepted).toBeGreaterThan(50);
    expect(refused).toBeGreaterThan(50);
  });

  test('is read back in each place alone', async () => {
    const oracle = testOracle();
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...(Object.keys(GOOD) as (keyof HostileValues)[])),
        hostileValues,
        async (place, values) => {
          await holdModel(oracle, { ...GOOD, [place]: values[place] });
        },
      ),
      { numRuns: 1_000 },
    );
  });

  test('is refused where it stands, and only what Asterisk would not read back', () => {
    fc.assert(
      fc.property(anyText, anyText, anyText, (autoreply, mood, topic) => {
        const loaded = parseModel('m.yaml', modelOf({ ...GOOD, autoreply, mood, topic }));
        const refused = [...new Set(loaded.problems.map((problem) => problem.key))].sort();
        const expected = [
          ...(lost(topic) || /\$[{[]/.test(topic) ? ['routes.outgoing[0].topic'] : []),
          ...(lost(autoreply) ? ['users.james_bond.autoreply'] : []),
          ...(lost(mood) ? ['users.james_bond.setvar.SKYPE_ACCOUNT_PROPERTY(mood_text)'] : []),
        ];
        expect(refused).toEqual(expected);
        expect(hasErrors(loaded.problems)).toBe(expected.length > 0);
      }),
      { numRuns: 1_000 },
    );
  });

  test('never shows a secret in a message', () => {
    fc.assert(
      fc.property(fc.constantFrom('\r', '\n', '\0', ' ', '\ud800'), (breaker) => {
        const secret = `hunter2${breaker}`;
        const { problems } = parseModel('m.yaml', modelOf({ ...GOOD, secret, password: secret }));
        expect(problems.map(({ key }) => key)).toEqual([
          'users.james_bond.secret',
          'users.james_bond.auth_policy[0]',
        ]);
        expect(JSON.stringify(problems)).not.toContain('hunter2');
      }),
    );
  });
});

describe('lines of 8,190 bytes', () => {
  const withReply = (autoreply: string) => parseModel('m.yaml', modelOf({ ...GOOD, autoreply }));

  test('are written and read', async () => {
    const autoreply = 'é'.repeat((8190 - 'autoreply = '.length) / 2);
    expect(withReply(autoreply).problems).toEqual([]);
    expect(await holdModel(productOracle(), { ...GOOD, autoreply })).toBe(true);
  });

  test('are the longest, the backslash of an escape counted', () => {
    const reply = `${'x'.repeat(8190 - 'autoreply = '.length - 1)};`;
    expect(withReply(reply).problems.map((problem) => problem.message)).toEqual([
      'found 8179 bytes, allowed: at most 8178, because Asterisk skips longer lines',
    ]);
  });
});
