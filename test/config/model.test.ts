import { inspect } from 'node:util';
import { describe, expect, test } from 'vitest';
import { loadModel, parseModel, secretSources } from '../../src/config/model/load.ts';
import { GENERAL_OPTIONS, USER_OPTIONS } from '../../src/config/model/options.ts';

const FULL = 'fixtures/models/full.yaml';
const ENV = {
  HTTPS_PROXY_PASSWORD: 'p',
  JAMES_SECRET: 'j',
  DESK_SECRET: 'd',
  SMART_SECRET: 's',
  ECHO_MESSAGE: 'e',
  AMI_SECRET: 'a',
  BOARD_SECRET: 'b',
};

/** The value of an option in a model of one user. */
function userOption(yaml: string): unknown {
  const { model, problems } = parseModel('m.yaml', `version: 1\nusers:\n  james_bond: { ${yaml} }\n`);
  expect(problems).toEqual([]);
  const { name: _name, ...options } = model?.users[0] ?? { name: '' };
  return Object.values(options)[0];
}

describe('text keeps the spelling of the source', () => {
  test.each([
    ['exten: 007', '007'],
    ['birthday: 19201111', '19201111'],
    ['country: no', 'no'],
    ['country: null', 'null'],
    ['homepage: ~', '~'],
    ['autoreply: 1e5', '1e5'],
    ['autoreply: 0x1F', '0x1F'],
    ['autoreply: +12564286000', '+12564286000'],
    ['autoreply: 2011-07-26', '2011-07-26'],
    ["autoreply: 'it''s'", "it's"],
  ])('%s', (yaml, value) => {
    expect(userOption(yaml)).toBe(value);
  });
});

describe('booleans', () => {
  test.each([
    ['yes', true],
    ['true', true],
    ['on', true],
    ['Yes', true],
    ['"yes"', true],
    ['no', false],
    ['FALSE', false],
    ['off', false],
  ])('%s', (word, value) => {
    expect(userOption(`webpresence: ${word}`)).toBe(value);
  });
});

describe('buddy_autoadd', () => {
  test.each([
    ['no', ['no']],
    ['off', ['no']],
    ['[hints]', ['hints']],
    ['[buddies, hints]', ['buddies', 'hints']],
  ])('%s', (yaml, value) => {
    expect(userOption(`buddy_autoadd: ${yaml}`)).toEqual(value);
  });
});

describe('an example with everything', () => {
  const loaded = loadModel(FULL, secretSources(ENV, FULL));

  test('has no mistakes', () => {
    expect(loaded.problems).toEqual([]);
  });

  test('holds every option', () => {
    expect(Object.keys(loaded.model?.general ?? {})).toEqual(Object.keys(GENERAL_OPTIONS));
    expect(Object.keys(loaded.model?.users[0] ?? {})).toEqual(
      expect.arrayContaining([...Object.keys(USER_OPTIONS), 'setvar', 'profile', 'buddies']),
    );
  });

  test('finds a secret in a file beside the model, without the newline at its end', () => {
    expect(loaded.secrets.get('general.socks5_proxy_password')).toBe('opensesame');
  });

  test('loads without any source of secrets', () => {
    const without = loadModel(FULL);
    expect(without.problems).toEqual([]);
    expect(without.model).not.toBeNull();
    expect([...without.secrets.keys()]).toEqual([
      'users.james_bond.auth_policy[0]',
      'users.james_bond.buddies.austin_powers.auth_message',
    ]);
  });
});

test('what may be empty may be left out', () => {
  const { model, problems } = parseModel('m.yaml', 'version: 1\nusers:\n  echo123:\n');
  expect(problems).toEqual([]);
  expect(model).toEqual({
    version: 1,
    general: {},
    users: [{ name: 'echo123' }],
    hints: { context: 'skype-hints', extra: [] },
    routes: { incoming: [], outgoing: [], transfer: null },
    managers: [],
  });
});

test('aliases share settings', () => {
  const yaml = 'version: 1\nusers:\n  a: { allow: &codecs [ulaw] }\n  b: { allow: *codecs }\n';
  expect(parseModel('m.yaml', yaml).model?.users.map((user) => user.allow)).toEqual([['ulaw'], ['ulaw']]);
});

test('a plain secret is warned about, and hides from whoever prints the model', () => {
  const { model, problems, secrets } = parseModel(
    'm.yaml',
    'version: 1\nusers: { james_bond: { secret: hunter2 } }\n',
  );
  expect(problems.map(({ severity, code }) => [severity, code])).toEqual([['warning', 'SFA131']]);
  expect(secrets.get('users.james_bond.secret')).toBe('hunter2');
  expect(JSON.stringify(model)).not.toContain('hunter2');
  expect(inspect(model, { depth: null })).not.toContain('hunter2');
  expect(String(model?.users[0]?.secret)).not.toContain('hunter2');
});
