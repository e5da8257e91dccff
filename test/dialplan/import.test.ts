import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { hasErrors } from '../../src/config/diagnostic.ts';
import { loadModel, parseModel, secretSources } from '../../src/config/model/load.ts';
import { textFiles } from '../../src/dialplan/conf/files.ts';
import { type GeneratedFile, generate } from '../../src/dialplan/generate.ts';
import { type ImportedModel, importConfiguration, printSecrets } from '../../src/dialplan/import/import.ts';

/** Generates from an imported model with its own secrets. */
function generateFrom({ yaml, secrets }: ImportedModel, modelFile: string): GeneratedFile[] {
  const env = Object.fromEntries(secrets.map(({ name, value }) => [name, value]));
  const loaded = parseModel(modelFile, yaml ?? '', { env, readFile: () => '' });
  expect(loaded.problems).toEqual([]);
  if (loaded.model === null) throw new Error('no model');
  return generate(loaded.model, loaded.secrets, { modelFile });
}

function importFiles(files: readonly { name: string; text: string }[]): ImportedModel {
  return importConfiguration(
    '/e',
    textFiles(Object.fromEntries(files.map(({ name, text }) => [`/e/${name}`, text]))),
  );
}

describe('generate, import, generate', () => {
  const env = {
    HTTPS_PROXY_PASSWORD: "it's;--#",
    JAMES_SECRET: 'a\\;b',
    DESK_SECRET: '1e5',
    SMART_SECRET: '>86',
    ECHO_MESSAGE: 'x',
    AMI_SECRET: '$HOME `x` "y"',
    BOARD_SECRET: 'z',
    Q_SECRET: 'q',
    MONEYPENNY_SECRET: 'm',
    RECEPTION_SECRET: 'r',
    SALES_SECRET: 's',
  };

  test.each([
    'fixtures/models/full.yaml',
    'fixtures/models/example.yaml',
    'examples/demo.yaml',
    'examples/pbx.yaml',
    'lab/model.yaml',
  ])('%s gives the same bytes', (file) => {
    const { model, secrets, problems } = loadModel(file, secretSources(env, file));
    expect(hasErrors(problems)).toBe(false);
    if (model === null) throw new Error('no model');
    const files = generate(model, secrets, { modelFile: file });
    const imported = importFiles(files);
    expect(imported.notes).toEqual([]);
    expect(generateFrom(imported, file)).toEqual(files);
  });
});

describe('an office that was configured by hand', () => {
  const directory = 'fixtures/asterisk/office';
  const imported = importConfiguration(directory);

  test('becomes this model', async () => {
    await expect(imported.yaml).toMatchFileSnapshot('../golden/import/office.yaml');
    expect(imported.secrets).toEqual([
      { name: 'SFA_SOCKS5_PROXY_PASSWORD', value: 'open;sesame' },
      { name: 'SFA_RECEPTION_AUTH_PASSWORD', value: 'club' },
      { name: 'SFA_RECEPTION_SECRET', value: `it's "7;--` },
      { name: 'SFA_BOB_AUTH_PASSWORD', value: 'club' },
      { name: 'SFA_BOB_SECRET', value: 'bob' },
      { name: 'SFA_CAROL_SECRET', value: 'carol' },
    ]);
  });

  test('is told what becomes of its lines', () => {
    const root = join(process.cwd(), directory);
    expect(
      imported.notes.map(
        ({ kind, file, line, message }) => `${kind} ${file.replace(`${root}/`, '')}:${line}: ${message}`,
      ),
    ).toEqual([
      'lost chan_skype.conf:9: stunaddr is no option of [general]',
      'lost chan_skype.conf:26: found "female", allowed: 1, 2',
      'lost chan_skype.conf:30: 1 of 1 items of allow, which the driver does not know',
      'lost chan_skype.conf:32: found key "SKYPE_ACCOUNT_PROPERTY(skypeout_balance)", allowed: a channel variable, SKYPE_CALL_PROPERTY(topic or token), SKYPE_ACCOUNT_PROPERTY of a property that can be written, or another FUNCTION(argument) that can',
      'lost chan_skype.conf:34: [bob] stands twice, and the driver reads the first alone',
      'lost chan_skype.conf:39: found #exec /usr/local/bin/more-accounts, which was not run',
      'moved extensions.conf:9: the hint of 100 is generated in [phones]',
      'lost extensions.conf:11: hint Skype:reception@dave&PJSIP/102: the model has hints of the form Skype:user@buddy',
      'lost extensions.conf:12: hint Skype:nobody@dave: there is no account nobody',
      'moved extensions.conf:16: the steps of 200 are generated in [skype-calls]',
      'moved extensions.conf:18: the steps of 201 are generated in [skype-calls]',
      'moved extensions.conf:19: the steps of _900X. are generated in [skype-calls]',
      'kept extensions.conf:20: Dial(Skype/bob@alice,30,tT) of 202 in [skype-calls]: the model has no timeout and options for calls to Skype',
      'kept extensions.conf:22: Dial(Skype/bob@alice) of 203 in [skype-calls]: the model has no NoOp() in such an extension',
      'moved extensions.conf:25: the steps of 100 are generated in [from-skype]',
    ]);
  });

  test('generates', async () => {
    const [chanSkype, extensions] = generateFrom(imported, 'office.yaml');
    await expect(chanSkype?.text).toMatchFileSnapshot('../golden/import/chan_skype.conf');
    await expect(extensions?.text).toMatchFileSnapshot('../golden/import/extensions_skype.conf');
  });
});

describe('lists of codecs are followed line by line', () => {
  test.each([
    ['disallow=all\nallow=alaw\nallow=ulaw', { allow: ['alaw', 'ulaw'] }],
    ['disallow = all\nallow = all', { allow: ['all'] }],
    ['allow=g729', { allow: ['ulaw', 'alaw', 'g729'] }],
    ['disallow=g729', { disallow: ['g729'] }],
    ['allow=ulaw\ndisallow=all', { disallow: ['all'] }],
    ['disallow=g729,alaw\nallow=alaw', { allow: ['ulaw', 'alaw'] }],
  ])('%j', (lines, codecs) => {
    const { yaml } = importFiles([{ name: 'chan_skype.conf', text: `[q]\n${lines}\n` }]);
    const user = parseModel('m.yaml', yaml ?? '').model?.users[0];
    expect(user).toEqual({ name: 'q', ...codecs });
  });
});

test('secrets are quoted for a shell', () => {
  expect(printSecrets([{ name: 'A', value: `it's $HOME` }])).toBe(`A='it'\\''s $HOME'\n`);
});

test('a configuration that Asterisk would refuse is none', () => {
  const imported = importFiles([{ name: 'chan_skype.conf', text: '[general\n' }]);
  expect(imported.yaml).toBeNull();
  expect(imported.notes).toEqual([
    {
      kind: 'lost',
      file: '/e/chan_skype.conf',
      line: 1,
      message: 'found a section without ]: Asterisk refuses the whole file',
    },
  ]);
});
