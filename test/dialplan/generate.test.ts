import { describe, expect, test } from 'vitest';
import { hasErrors } from '../../src/config/diagnostic.ts';
import { loadModel, parseModel, secretSources } from '../../src/config/model/load.ts';
import { textFiles } from '../../src/dialplan/conf/files.ts';
import { generate } from '../../src/dialplan/generate.ts';
import { importConfiguration } from '../../src/dialplan/import/import.ts';

const FULL = 'fixtures/models/full.yaml';
const ENV = {
  HTTPS_PROXY_PASSWORD: 'swordfish;--#',
  JAMES_SECRET: 'a\\;b',
  DESK_SECRET: '1e5',
  SMART_SECRET: '>86',
  ECHO_MESSAGE: 'hello',
  AMI_SECRET: 'ami;secret',
  BOARD_SECRET: 'board',
};

/** Generates from YAML text that has to be valid. */
function generateText(yaml: string): [chanSkype: string, extensions: string] {
  const { model, secrets, problems } = parseModel('pbx.yaml', yaml);
  expect(problems).toEqual([]);
  if (model === null) throw new Error('no model');
  const [chanSkype, extensions] = generate(model, secrets, { modelFile: 'pbx.yaml' });
  return [chanSkype?.text ?? '', extensions?.text ?? ''];
}

describe('goldens', () => {
  test.each(['example', 'full'])('%s', async (name) => {
    const file = `fixtures/models/${name}.yaml`;
    const { model, secrets, problems } = loadModel(file, secretSources(ENV, file));
    expect(hasErrors(problems)).toBe(false);
    if (model === null) throw new Error('no model');
    const files = generate(model, secrets, { modelFile: file });
    expect(generate(model, secrets, { modelFile: file })).toEqual(files);
    for (const generated of files) {
      await expect(generated.text).toMatchFileSnapshot(`../golden/${name}/${generated.name}`);
    }
  });

  test('--explicit', async () => {
    const { model, secrets } = loadModel(FULL, secretSources(ENV, FULL));
    if (model === null) throw new Error('no model');
    const [file] = generate(model, secrets, { modelFile: FULL, explicit: true });
    await expect(file?.text).toMatchFileSnapshot('../golden/explicit/chan_skype.conf');
  });
});

test('what the model does not say is left out', () => {
  const [chanSkype, extensions] = generateText('version: 1\nusers: { james_bond: }\n');
  expect(chanSkype).toContain('\n[general]\n\n[james_bond]\n\n#tryinclude chan_skype_local.conf\n');
  expect(extensions).toMatch(/^(;.*\n)+\n#tryinclude extensions_skype_local\.conf\n$/);
});

test('what the model says is written even where it is the default', () => {
  const [chanSkype] = generateText('version: 1\ngeneral: { debug: no, bind_port: 0 }\n');
  expect(chanSkype).toContain('[general]\ndebug = no\nbind_port = 0\n');
});

test('allow has disallow = all in front, asked for or not', () => {
  const [chanSkype] = generateText('version: 1\nusers: { james_bond: { allow: [ulaw] } }\n');
  expect(chanSkype).toContain('[james_bond]\ndisallow = all\nallow = ulaw\n');
});

describe('incoming calls', () => {
  const route = (user: string, more = '') =>
    generateText(
      `version: 1\nusers: { james_bond: { ${user} } }\nroutes: { incoming: [ { user: james_bond, dial: PJSIP/a${more} } ] }\n`,
    )[1];

  test('go to the name of the account in the context default', () => {
    expect(route('')).toContain('[skype-in-default]\nexten => james_bond,1,Dial(PJSIP/a)\n');
  });

  test('go to context and exten, by way of an include', () => {
    const text = route('context: demo, exten: 007');
    expect(text).toContain('[skype-in-demo]\nexten => 007,1,Dial(PJSIP/a)\nexten => 007,n,Hangup()\n');
    expect(text).toContain(
      '\n;   include => skype-in-demo    ; in [demo], where the driver sends the calls\n',
    );
  });

  test('go straight to the generated context when the account names it', () => {
    const text = route('context: skype-in', ', context: skype-in');
    expect(text).toContain('[skype-in]\nexten => james_bond,1,Dial(PJSIP/a)\n');
    expect(text).not.toContain('include => ');
  });

  test('of accounts in different contexts may share an extension', () => {
    const [, text] = generateText(
      'version: 1\nusers: { a: { context: x, exten: s }, b: { context: y, exten: s } }\n' +
        'routes: { incoming: [ { user: a, dial: PJSIP/a }, { user: b, dial: PJSIP/b } ] }\n',
    );
    expect(text).toContain('[skype-in-x]\nexten => s,1,Dial(PJSIP/a)\n');
    expect(text).toContain('[skype-in-y]\nexten => s,1,Dial(PJSIP/b)\n');
  });
});

test.each([
  ['', 'system,call'],
  ['command: yes', 'system,call,command'],
  ['originate: yes', 'system,call,originate'],
  ['command: yes, originate: yes', 'system,call,command,originate'],
])('a manager user with { %s } may write %s, and is imported so', (options, rights) => {
  const yaml = `version: 1\nusers: { q: }\nmanager: { sfa: { secret: { env: SFA_SECRET }, ${options} } }\n`;
  const env = { SFA_SECRET: 's' };
  const generated = (text: string) => {
    const { model, secrets } = parseModel('m.yaml', text, { env, readFile: () => '' });
    if (model === null) throw new Error('no model');
    return generate(model, secrets, { modelFile: 'm.yaml' });
  };
  const files = generated(yaml);
  expect(files.find(({ name }) => name === 'manager_skype.conf')?.text).toContain(`\nwrite = ${rights}\n`);
  const texts = Object.fromEntries(files.map(({ name, text }) => [`/e/${name}`, text]));
  const imported = importConfiguration('/e', textFiles(texts));
  expect(generated((imported.yaml ?? '').replace(/env: \w+/g, 'env: SFA_SECRET'))).toEqual(files);
});

test('a secret that was not resolved is no empty secret', () => {
  const { model, secrets } = parseModel('m.yaml', 'version: 1\nusers: { a: { secret: { env: A } } }\n');
  if (model === null) throw new Error('no model');
  expect(() => generate(model, secrets, { modelFile: 'm.yaml' })).toThrow(
    expect.objectContaining({
      code: 'CONFIG_INVALID',
      message: 'users.a.secret: the secret was not resolved',
    }),
  );
});

test('the name of the model cannot leave the comment', () => {
  const { model, secrets } = parseModel('m.yaml', 'version: 1\n');
  if (model === null) throw new Error('no model');
  const [file] = generate(model, secrets, { modelFile: 'dir/a\n[x];--.yaml' });
  expect(file?.text.split('\n')[0]).toBe('; Generated by chan-skype-companion from a\\n[x];--.yaml.');
});
