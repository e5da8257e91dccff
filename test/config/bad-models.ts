/** Models with mistakes, and every line that is printed about them. */
export type BadModel = readonly [name: string, yaml: string, lines: readonly string[]];

/** Mistakes in the section of one user: these stand from line 4, column 5 on. */
export const BAD_USERS: readonly BadModel[] = [
  [
    'an unknown option, with the one that was meant',
    'contxt: demo',
    [`SFA110 m.yaml:4:5: users.james_bond.contxt: found unknown key 'contxt': did you mean 'context'?`],
  ],
  [
    'an unknown option that resembles none',
    'colour: red',
    [
      "SFA110 m.yaml:4:5: users.james_bond.colour: found unknown key 'colour', allowed: secret, context, exten, disallow, allow, direction, auth_policy, buddy_autoadd, buddy_presence, mohinterpret, mohsuggest, autoreply, webpresence, birthday, country, homepage, avatar, gender, setvar, profile, buddies, lint",
    ],
  ],
  [
    'a context with a blank',
    'context: "a b"',
    [
      'SFA112 m.yaml:4:14: users.james_bond.context: found "a b", allowed: a context: ASCII letters, digits and _ . -, at most 70, and not general or globals',
    ],
  ],
  [
    'a context that is no context in extensions.conf',
    'context: general',
    [
      'SFA112 m.yaml:4:14: users.james_bond.context: found "general", allowed: a context: ASCII letters, digits and _ . -, at most 70, and not general or globals',
    ],
  ],
  [
    'a key without a value',
    'context:',
    [
      'SFA112 m.yaml:4:5: users.james_bond.context: found nothing, allowed: a context: ASCII letters, digits and _ . -, at most 70, and not general or globals',
    ],
  ],
  [
    'the same key twice',
    `context: a
    context: b`,
    ['SFA102 m.yaml:5:5: users.james_bond.context: found the same key twice, allowed: every key once'],
  ],
  [
    'a key of the language',
    '__proto__: { secret: x }',
    ["SFA105 m.yaml:4:5: users.james_bond.__proto__: found key '__proto__', allowed: other keys"],
  ],
  [
    'a line feed',
    'autoreply: "a\\nb"',
    [
      'SFA113 m.yaml:4:16: users.james_bond.autoreply: found LF in the text, allowed: text on one line, without CR, LF and NUL',
    ],
  ],
  [
    'a carriage return',
    'homepage: "a\\rb"',
    [
      'SFA113 m.yaml:4:15: users.james_bond.homepage: found CR in the text, allowed: text on one line, without CR, LF and NUL',
    ],
  ],
  [
    'a NUL',
    'country: "a\\0b"',
    [
      'SFA113 m.yaml:4:14: users.james_bond.country: found NUL in the text, allowed: text on one line, without CR, LF and NUL',
    ],
  ],
  [
    'a line feed in a setvar',
    'setvar: { NAME: "a\\nsecret = b" }',
    [
      'SFA113 m.yaml:4:21: users.james_bond.setvar.NAME: found LF in the text, allowed: text on one line, without CR, LF and NUL',
    ],
  ],
  [
    'a line feed in a plain secret',
    'secret: "hunter2\\n[x]"',
    [
      'SFA113 m.yaml:4:13: users.james_bond.secret: found LF in the text, allowed: text on one line, without CR, LF and NUL',
    ],
  ],
  [
    'a block scalar with its newline',
    `autoreply: |
      On a mission`,
    [
      'SFA113 m.yaml:4:16: users.james_bond.autoreply: found LF in the text, allowed: text on one line, without CR, LF and NUL',
    ],
  ],
  [
    'half of a surrogate pair',
    'autoreply: "\\uD83D"',
    [
      'SFA113 m.yaml:4:16: users.james_bond.autoreply: found half of a surrogate pair in the text, allowed: characters that UTF-8 can carry',
    ],
  ],
  [
    'a blank in front',
    'autoreply: " hello"',
    [
      'SFA114 m.yaml:4:16: users.james_bond.autoreply: found a blank or control character at an end of the text, allowed: text that begins and ends with other characters, because Asterisk drops these',
    ],
  ],
  [
    'a control character behind',
    'autoreply: "hello\\e"',
    [
      'SFA114 m.yaml:4:16: users.james_bond.autoreply: found a blank or control character at an end of the text, allowed: text that begins and ends with other characters, because Asterisk drops these',
    ],
  ],
  [
    'empty text',
    'autoreply: ""',
    [
      'SFA112 m.yaml:4:16: users.james_bond.autoreply: found "", allowed: text that is not empty; leave the key out otherwise',
    ],
  ],
  [
    'a secret as a list',
    'secret: [hunter2]',
    [
      'SFA112 m.yaml:4:13: users.james_bond.secret: found a list, allowed: text, { env: NAME } or { file: PATH }',
    ],
  ],
  [
    'a secret in braces without a key',
    'secret: { hunter2 }',
    [
      'SFA112 m.yaml:4:13: users.james_bond.secret: found a mapping with another key, allowed: text, { env: NAME } or { file: PATH }',
    ],
  ],
  [
    'a secret without a value',
    'secret:',
    [
      'SFA112 m.yaml:4:5: users.james_bond.secret: found nothing, allowed: text, { env: NAME } or { file: PATH }',
    ],
  ],
  [
    'a variable that is not set',
    'secret: { env: NOT_SET }',
    [
      'SFA130 m.yaml:4:13: users.james_bond.secret: found environment variable NOT_SET, which is not set, allowed: one that is',
    ],
  ],
  [
    'a variable that is empty',
    'secret: { env: EMPTY }',
    [
      'SFA130 m.yaml:4:13: users.james_bond.secret: found environment variable EMPTY, which is empty, allowed: a secret',
    ],
  ],
  [
    'a variable with a line feed',
    'secret: { env: TWO_LINES }',
    [
      'SFA113 m.yaml:4:13: users.james_bond.secret: found environment variable TWO_LINES with LF in the text, allowed: text on one line, without CR, LF and NUL',
    ],
  ],
  [
    'a file that is not there',
    'secret: { file: absent.secret }',
    [
      'SFA130 m.yaml:4:13: users.james_bond.secret: found file absent.secret, which cannot be read, allowed: one that can',
    ],
  ],
  [
    'a secret as text',
    'secret: hunter2',
    [
      'SFA131 m.yaml:4:13: users.james_bond.secret: warning: found a secret as plain text, better: { env: NAME } or { file: PATH }',
    ],
  ],
  [
    'a word that is no direction',
    'direction: in',
    ['SFA112 m.yaml:4:16: users.james_bond.direction: found "in", allowed: incoming, outgoing, both'],
  ],
  [
    'a list as text',
    'allow: ulaw,alaw',
    [
      'SFA112 m.yaml:4:12: users.james_bond.allow: found "ulaw,alaw", allowed: a list of codecs, such as [ulaw, alaw]',
    ],
  ],
  [
    'a comma in an item',
    'allow: [ulaw, "a,b"]',
    ['SFA112 m.yaml:4:19: users.james_bond.allow[1]: found "a,b", allowed: ulaw, alaw, g729, all'],
  ],
  [
    'an item twice',
    'allow: [ulaw, alaw, ulaw]',
    [
      'SFA121 m.yaml:4:25: users.james_bond.allow[2]: found an item that stands twice, allowed: every item once',
    ],
  ],
  [
    'an empty list',
    'allow: []',
    [
      'SFA112 m.yaml:4:12: users.james_bond.allow: found an empty list, allowed: a list of codecs, such as [ulaw, alaw]',
    ],
  ],
  [
    'disallow beside allow',
    `disallow: [g729]
    allow: [ulaw]`,
    [
      'SFA122 m.yaml:4:15: users.james_bond.disallow: found a list beside allow, allowed: [all], which is what stands before every allow',
    ],
  ],
  [
    'a policy that is none, unquoted because it may be a password',
    'auth_policy: [accept, opensesame]',
    [
      'SFA112 m.yaml:4:27: users.james_bond.auth_policy[1]: found other text, allowed: accept, accept.<password> without a comma, { accept: <secret> }, deny, block or ignore, in a list',
    ],
  ],
  [
    'a policy with a comma in its password',
    'auth_policy: ["accept.open,sesame"]',
    [
      'SFA112 m.yaml:4:19: users.james_bond.auth_policy[0]: found other text, allowed: accept, accept.<password> without a comma, { accept: <secret> }, deny, block or ignore, in a list',
    ],
  ],
  [
    'a word for buddy_autoadd',
    'buddy_autoadd: yes',
    [
      'SFA112 m.yaml:4:20: users.james_bond.buddy_autoadd: found "yes", allowed: no, or a list of hints, buddies',
    ],
  ],
  [
    'a number for a boolean',
    'webpresence: 1',
    [
      'SFA112 m.yaml:4:18: users.james_bond.webpresence: found "1", allowed: yes or no (also true, false, on, off)',
    ],
  ],
  [
    'the 31st of February',
    'birthday: 20230231',
    [
      'SFA112 m.yaml:4:15: users.james_bond.birthday: found "20230231", allowed: a date as yyyymmdd, such as 19201111',
    ],
  ],
  [
    'a gender beyond the manual',
    'gender: male',
    ['SFA112 m.yaml:4:13: users.james_bond.gender: found "male", allowed: 1, 2'],
  ],
  [
    'a relative path',
    'avatar: bond.jpg',
    ['SFA112 m.yaml:4:13: users.james_bond.avatar: found "bond.jpg", allowed: an absolute path'],
  ],
  [
    'a pattern as extension',
    'exten: _X.',
    [
      'SFA112 m.yaml:4:12: users.james_bond.exten: found "_X.", allowed: an extension: ASCII letters, digits and * # + _ . : @ -, at most 79, no _ in front',
    ],
  ],
  [
    'a comma in an extension',
    'exten: "6001,1"',
    [
      'SFA112 m.yaml:4:12: users.james_bond.exten: found "6001,1", allowed: an extension: ASCII letters, digits and * # + _ . : @ -, at most 79, no _ in front',
    ],
  ],
  [
    'an equals sign in a variable',
    'setvar: { "A=B": c }',
    [
      'SFA112 m.yaml:4:15: users.james_bond.setvar.A=B: found key "A=B", allowed: a channel variable, SKYPE_CALL_PROPERTY(topic or token), SKYPE_ACCOUNT_PROPERTY of a property that can be written, or another FUNCTION(argument) that can',
    ],
  ],
  [
    'a property that can only be read',
    'setvar: { "SKYPE_ACCOUNT_PROPERTY(skypeout_balance)": 1 }',
    [
      'SFA112 m.yaml:4:15: users.james_bond.setvar.SKYPE_ACCOUNT_PROPERTY(skypeout_balance): found key "SKYPE_ACCOUNT_PROPERTY(skypeout_balance)", allowed: a channel variable, SKYPE_CALL_PROPERTY(topic or token), SKYPE_ACCOUNT_PROPERTY of a property that can be written, or another FUNCTION(argument) that can',
    ],
  ],
  [
    'a property set twice',
    `setvar: { "SKYPE_ACCOUNT_PROPERTY(about)": x }
    profile: { about: y }`,
    [
      'SFA122 m.yaml:4:15: users.james_bond.setvar.SKYPE_ACCOUNT_PROPERTY(about): found a property that profile.about sets too, allowed: one of the two',
    ],
  ],
  [
    'an unknown property',
    'profile: { mood: x }',
    [
      "SFA110 m.yaml:4:16: users.james_bond.profile.mood: found unknown key 'mood', allowed: fullname, country, province, city, phone_home, phone_office, phone_mobile, email, homepage, about, birthday, gender, mood_text, availability",
    ],
  ],
  [
    'an availability in the wrong case',
    'profile: { availability: online }',
    [
      'SFA112 m.yaml:4:30: users.james_bond.profile.availability: found "online", allowed: Unknown, Offline, Online, Away, Not Available, Do Not Disturb, Invisible, Skype Me, Connecting',
    ],
  ],
  [
    'a buddy with a blank',
    'buddies: { "dr evil": }',
    [
      'SFA112 m.yaml:4:16: users.james_bond.buddies.dr evil: found key "dr evil", allowed: a Skype name or +number: ASCII letters, digits and _ . , : + @ -',
    ],
  ],
  [
    'a hint for a name with a comma',
    'buddies: { "dr,evil": { hint: 6001 } }',
    [
      'SFA112 m.yaml:4:35: users.james_bond.buddies.dr,evil.hint: found a hint for "dr,evil", allowed: names without a comma, which would end the hint',
    ],
  ],
  [
    'two hints of one extension',
    'buddies: { austin_powers: { hint: 6001 }, dr_evil: { hint: 6001 } }',
    [
      'SFA121 m.yaml:4:64: users.james_bond.buddies.dr_evil.hint: found a second hint for "6001" in context "skype-hints", allowed: one, and users.james_bond.buddies.austin_powers.hint is there already',
    ],
  ],
  [
    'a buddy twice',
    'buddies: { austin_powers: , Austin_Powers: }',
    [
      'SFA121 m.yaml:4:33: users.james_bond.buddies.Austin_Powers: found "Austin_Powers" beside "austin_powers", allowed: names that differ without case',
    ],
  ],
  [
    'buddies as a list',
    'buddies: [austin_powers]',
    ['SFA112 m.yaml:4:14: users.james_bond.buddies: found a list, allowed: a mapping'],
  ],
  [
    'a tag',
    'exten: !!int 7',
    ['SFA104 m.yaml:4:18: users.james_bond.exten: found a YAML tag, allowed: values without tags'],
  ],
];

/** Whole files with mistakes. */
export const BAD_FILES: readonly BadModel[] = [
  ['an empty file', '', ['SFA112 m.yaml:1:1: (document): found nothing, allowed: a mapping']],
  ['a list', '- james_bond', ['SFA112 m.yaml:1:1: (document): found a list, allowed: a mapping']],
  ['another version', 'version: 2', ['SFA112 m.yaml:1:10: version: found "2", allowed: 1']],
  [
    'a version misspelt',
    'vresion: 1',
    [
      'SFA111 m.yaml:1:1: version: found nothing, required: 1',
      `SFA110 m.yaml:1:1: vresion: found unknown key 'vresion': did you mean 'version'?`,
    ],
  ],
  [
    'a tab',
    `version: 1
users:
	james_bond:`,
    ['SFA101 m.yaml:3:1: (document): found no valid YAML: Tabs are not allowed as indentation'],
  ],
  [
    'a bracket left open',
    `version: 1
users: [`,
    [
      'SFA101 m.yaml:2:9: (document): found no valid YAML: Flow sequence in block collection must be sufficiently indented and end with a ]',
    ],
  ],
  [
    'two documents',
    `version: 1
---
version: 1
`,
    ['SFA101 m.yaml:2:1: (document): found a second document, allowed: one document in a file'],
  ],
  [
    'an alias of nothing',
    `version: 1
users: *nobody`,
    ['SFA103 m.yaml:2:8: users: found an alias (*), allowed: aliases of an anchor (&) before them'],
  ],
  [
    'a password that reads like an alias',
    `version: 1
users: { james_bond: { secret: *hunter2 } }`,
    [
      'SFA103 m.yaml:2:32: users.james_bond.secret: found an alias (*), allowed: aliases of an anchor (&) before them',
    ],
  ],
  [
    'a password that reads like a tag',
    `version: 1
users: { james_bond: { secret: !hunter2 } }`,
    ['SFA104 m.yaml:2:24: users.james_bond.secret: found a YAML tag, allowed: values without tags'],
  ],
  [
    'a mapping as key',
    `version: 1
? { a: b }
: c`,
    ['SFA101 m.yaml:2:3: (document): found no valid YAML: With stringKeys, all keys must be strings'],
  ],
  [
    'an account called general',
    `version: 1
users: { general: }`,
    [
      'SFA112 m.yaml:2:10: users.general: found key "general", allowed: an account name: ASCII letters, digits and _ . , : -, at most 64, and not "general"',
    ],
  ],
  [
    'accounts that differ in case',
    `version: 1
users: { james_bond: , James_Bond: }`,
    [
      'SFA121 m.yaml:2:24: users.James_Bond: found "James_Bond" beside "james_bond", allowed: names that differ without case',
    ],
  ],
  [
    'mistakes in [general]',
    `version: 1
general:
  default_user: nobody
  bind_port: 70000
  bind_address: 1.2.3
  https_proxy: "proxy:http"
  debug: 2
  bindport: 1`,
    [
      'SFA120 m.yaml:3:17: general.default_user: found "nobody", allowed: an account of users',
      'SFA112 m.yaml:4:14: general.bind_port: found "70000", allowed: a whole number from 0 to 65535',
      'SFA112 m.yaml:5:17: general.bind_address: found "1.2.3", allowed: an IP address',
      'SFA112 m.yaml:6:16: general.https_proxy: found "proxy:http", allowed: a host name or IPv4 address, with :port if needed',
      'SFA112 m.yaml:7:10: general.debug: found "2", allowed: yes or no (also true, false, on, off)',
      `SFA110 m.yaml:8:3: general.bindport: found unknown key 'bindport': did you mean 'bind_port'?`,
    ],
  ],
  [
    'an account misspelt',
    `version: 1
users: { james_bond: }
routes: { incoming: [ { user: jmaes_bond, dial: PJSIP/a } ] }`,
    [
      `SFA120 m.yaml:3:31: routes.incoming[0].user: found "jmaes_bond", allowed: an account of users: did you mean 'james_bond'?`,
    ],
  ],
  [
    'an account in another case',
    `version: 1
users: { james_bond: }
hints: { extra: [ { exten: 1, user: James_Bond, buddy: dr_evil } ] }`,
    [
      `SFA120 m.yaml:3:37: hints.extra[0].user: found "James_Bond", allowed: an account of users: did you mean 'james_bond'?`,
    ],
  ],
  [
    'an account that cannot be an extension',
    `version: 1
users: { _bond: }
routes: { incoming: [ { user: _bond, dial: PJSIP/a } ] }`,
    [
      'SFA112 m.yaml:3:31: routes.incoming[0].user: found "_bond" without exten, allowed: an account whose name can be an extension, or one with exten',
    ],
  ],
  [
    'mistakes in incoming routes',
    `version: 1
users: { james_bond: }
routes:
  incoming:
    - { user: james_bond, dial: "PJSIP/a,30" }
    - { user: james_bond, dial: [PJSIP/a, "PJSIP/b&SIP/c"], timeout: 0 }`,
    [
      'SFA112 m.yaml:5:33: routes.incoming[0].dial: found "PJSIP/a,30", allowed: a device such as PJSIP/shoe-phone, or a list of them; no blanks and none of , & $ " \\ ( )',
      'SFA121 m.yaml:6:15: routes.incoming[1].user: found a second route for "james_bond" in context "skype-in-default", allowed: one, and routes.incoming[0].user is there already',
      'SFA112 m.yaml:6:43: routes.incoming[1].dial[1]: found "PJSIP/b&SIP/c", allowed: a device such as PJSIP/shoe-phone, or a list of them; no blanks and none of , & $ " \\ ( )',
      'SFA112 m.yaml:6:70: routes.incoming[1].timeout: found "0", allowed: a whole number from 1 to 86400',
    ],
  ],
  [
    'mistakes in outgoing routes',
    `version: 1
users: { james_bond: }
routes:
  outgoing:
    - { context: out, exten: 1, originator: james_bond }
    - { context: out, exten: 1, originator: james_bond, to: dr_evil, strip: 1 }
    - { context: out, exten: _9X., originator: james_bond, strip: 3 }
    - { context: out, exten: _9.X, originator: james_bond, strip: 1 }
    - { context: out, exten: 2, originator: james_bond, to: "a&b" }
    - { context: out, exten: 3, originator: james_bond, to: dr_evil, topic: "\${SHELL(id)}" }`,
    [
      'SFA111 m.yaml:5:7: routes.outgoing[0]: found neither to nor strip, required: one of the two',
      'SFA121 m.yaml:6:30: routes.outgoing[1].exten: found a second route for "1" in context "out", allowed: one, and routes.outgoing[0].exten is there already',
      'SFA122 m.yaml:6:70: routes.outgoing[1].strip: found strip beside to, allowed: one of the two',
      'SFA122 m.yaml:7:67: routes.outgoing[2].strip: found "3", allowed: less than the 3 characters that "_9X." takes at least',
      'SFA112 m.yaml:8:30: routes.outgoing[3].exten: found "_9.X", allowed: an extension: ASCII letters, digits and * # + _ . : @ -, at most 79, no _ in front; or a pattern: _ and X, Z, N, digits, [sets], . or ! last',
      'SFA112 m.yaml:9:61: routes.outgoing[4].to: found "a&b", allowed: a Skype name or +number without a comma, which would end it in the dialplan',
      'SFA116 m.yaml:10:77: routes.outgoing[5].topic: found "${SHELL(id)}", allowed: text without ${ and $[, which Asterisk expands and knows no escape for',
    ],
  ],
  [
    "names of methods, which are nobody's",
    `version: 1
routes: { incoming: [ { user: constructor, dial: PJSIP/a } ] }`,
    ['SFA120 m.yaml:2:31: routes.incoming[0].user: found "constructor", allowed: an account of users'],
  ],
];
