import { describe, expect, test } from 'vitest';
import { parseModel } from '../../src/config/model/load.ts';
import { GENERAL_OPTIONS, USER_OPTIONS } from '../../src/config/model/options.ts';
import { generate } from '../../src/dialplan/generate.ts';

/** Every option of the manual's tables (3.1): what the model says, and the lines of `chan_skype.conf`. */
const GENERAL: readonly (readonly [option: string, yaml: string, lines: string])[] = [
  ['engine_directory', '/opt/skype;1', 'engine_directory = /opt/skype\\;1'],
  ['default_user', 'james_bond', 'default_user = james_bond'],
  ['debug', 'on', 'debug = yes'],
  ['bind_address', '192.0.2.1', 'bind_address = 192.0.2.1'],
  ['rtp_address', '::1', 'rtp_address = ::1'],
  ['bind_port', '65535', 'bind_port = 65535'],
  ['disable_tcpauto', 'TRUE', 'disable_tcpauto = yes'],
  ['disable_udp', 'off', 'disable_udp = no'],
  ['https_proxy', 'proxy.example.com', 'https_proxy = proxy.example.com'],
  ['https_proxy_user', '0x1F', 'https_proxy_user = 0x1F'],
  ['https_proxy_password', '{ env: PASSWORD }', 'https_proxy_password = >#\\;--"'],
  ['socks5_proxy', '192.0.2.1:1080', 'socks5_proxy = 192.0.2.1:1080'],
  ['socks5_proxy_user', 'a b', 'socks5_proxy_user = a b'],
  ['socks5_proxy_password', '{ file: password }', 'socks5_proxy_password = from a file'],
];

const USER: readonly (readonly [option: string, yaml: string, lines: string])[] = [
  ['secret', '{ env: PASSWORD }', 'secret = >#\\;--"'],
  ['context', 'from-skype', 'context = from-skype'],
  ['exten', '007', 'exten = 007'],
  ['disallow', '[g729]', 'disallow = g729'],
  ['allow', '[alaw, ulaw]', 'disallow = all\nallow = alaw,ulaw'],
  ['direction', 'incoming', 'direction = incoming'],
  [
    'auth_policy',
    '[{ accept: { env: PASSWORD } }, accept.a b, deny, block, ignore, accept]',
    'auth_policy = accept.>#\\;--",accept.a b,deny,block,ignore,accept',
  ],
  ['buddy_autoadd', 'no', 'buddy_autoadd = no'],
  ['buddy_autoadd', '[hints]', 'buddy_autoadd = hints'],
  ['buddy_autoadd', '[buddies]', 'buddy_autoadd = buddies'],
  ['buddy_autoadd', '[buddies, hints]', 'buddy_autoadd = buddies,hints'],
  ['buddy_presence', 'no', 'buddy_presence = no'],
  ['mohinterpret', 'passthrough', 'mohinterpret = passthrough'],
  ['mohsuggest', 'jazz', 'mohsuggest = jazz'],
  ['autoreply', '"[away] ${x} \\\\; #"', 'autoreply = [away] ${x} \\\\; #'],
  ['webpresence', 'yes', 'webpresence = yes'],
  ['birthday', '20000229', 'birthday = 20000229'],
  ['country', 'no', 'country = no'],
  ['homepage', 'https://example.com/?a=b', 'homepage = https://example.com/?a=b'],
  ['avatar', '/img/a.jpg', 'avatar = /img/a.jpg'],
  ['gender', '2', 'gender = 2'],
];

const SOURCES = { env: { PASSWORD: '>#;--"' }, readFile: () => 'from a file\n' };

function linesOf(yaml: string, section: string): string {
  const { model, secrets } = parseModel('m.yaml', yaml, SOURCES);
  if (model === null) throw new Error('no model');
  const [file] = generate(model, secrets, { modelFile: 'm.yaml' });
  return file?.text.split(`[${section}]\n`)[1]?.split('\n\n')[0] ?? '';
}

describe('every option is written as the driver reads it', () => {
  test.each(GENERAL)('[general] %s: %s', (option, yaml, lines) => {
    const text = `version: 1\ngeneral: { ${option}: ${yaml} }\nusers: { james_bond: }\n`;
    expect(linesOf(text, 'general')).toBe(lines);
  });

  test.each(USER)('[account] %s: %s', (option, yaml, lines) => {
    expect(linesOf(`version: 1\nusers: { q: { ${option}: ${yaml} } }\n`, 'q')).toBe(lines);
  });

  test('and none is missing here', () => {
    expect(GENERAL.map(([option]) => option)).toEqual(Object.keys(GENERAL_OPTIONS));
    expect([...new Set(USER.map(([option]) => option))]).toEqual(Object.keys(USER_OPTIONS));
  });
});

describe('defaults', () => {
  const DEFAULTS =
    'version: 1\ndefaults: { context: a, allow: [ulaw], setvar: { X: 1, Y: 2 }, auth_policy: [accept.club] }\n';

  test('are what an account says nothing else about', () => {
    expect(linesOf(`${DEFAULTS}users: { q: }\n`, 'q')).toBe(
      'context = a\ndisallow = all\nallow = ulaw\nauth_policy = accept.club\nsetvar = X=1\nsetvar = Y=2',
    );
  });

  test('give way to what it says, variable by variable', () => {
    expect(
      linesOf(`${DEFAULTS}users: { q: { context: b, setvar: { Y: 3 }, auth_policy: [deny] } }\n`, 'q'),
    ).toBe('context = b\ndisallow = all\nallow = ulaw\nauth_policy = deny\nsetvar = X=1\nsetvar = Y=3');
  });

  test('of codecs give way as a whole', () => {
    expect(linesOf(`${DEFAULTS}users: { q: { disallow: [g729] } }\n`, 'q')).toContain(
      'a\ndisallow = g729\nauth',
    );
  });
});
