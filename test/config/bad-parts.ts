import type { BadModel } from './bad-models.ts';

/** Models with mistakes in what several parts share: defaults, policies, routes, managers, lint. */
export const BAD_PARTS: readonly BadModel[] = [
  [
    'a rule that is not there',
    'version: 1\nlint: { ignore: [SFA999] }',
    [
      'SFA112 m.yaml:2:18: lint.ignore[0]: found "SFA999", allowed: SFA131, SFA201, SFA202, SFA203, SFA204, SFA205, SFA206, SFA207, SFA208, SFA209, SFA210, SFA211, SFA212, SFA213, SFA214, SFA215, SFA216',
    ],
  ],
  [
    'a code that is no rule',
    'version: 1\nlint: { ignore: [SFA112] }',
    [
      'SFA112 m.yaml:2:18: lint.ignore[0]: found "SFA112", allowed: SFA131, SFA201, SFA202, SFA203, SFA204, SFA205, SFA206, SFA207, SFA208, SFA209, SFA210, SFA211, SFA212, SFA213, SFA214, SFA215, SFA216',
    ],
  ],
  [
    'a password that all share',
    'version: 1\ndefaults: { secret: hunter2 }',
    [
      "SFA110 m.yaml:2:13: defaults.secret: found unknown key 'secret', allowed: context, exten, disallow, allow, direction, auth_policy, buddy_autoadd, buddy_presence, mohinterpret, mohsuggest, autoreply, webpresence, birthday, country, homepage, avatar, gender, setvar, profile, lint",
    ],
  ],
  [
    'a shared property of one account',
    'version: 1\ndefaults: { setvar: { "SKYPE_ACCOUNT_PROPERTY(q,city)": Paris } }\nusers: { james_bond: , q: { context: demo, exten: 7 } }\n',
    [
      'SFA122 m.yaml:2:23: defaults.setvar.SKYPE_ACCOUNT_PROPERTY(q,city): found a property of the account "q", allowed: no account in defaults',
    ],
  ],
  [
    'a property of another account',
    'version: 1\nusers: { q: { setvar: { "SKYPE_ACCOUNT_PROPERTY(r,city)": Paris } } }',
    [
      'SFA122 m.yaml:2:25: users.q.setvar.SKYPE_ACCOUNT_PROPERTY(r,city): found a property of the account "r", allowed: "q" or no account',
    ],
  ],
  [
    'a property twice in setvar',
    'version: 1\nusers: { q: { setvar: { "SKYPE_ACCOUNT_PROPERTY(q,city)": Paris, "skype_account_property(CITY)": Rome } } }',
    [
      'SFA121 m.yaml:2:66: users.q.setvar.skype_account_property(CITY): found a property that "SKYPE_ACCOUNT_PROPERTY(q,city)" sets too, allowed: every property once',
    ],
  ],
  [
    'a property in setvar and in the shared profile',
    'version: 1\ndefaults: { profile: { city: Rome } }\nusers: { q: { setvar: { "SKYPE_ACCOUNT_PROPERTY(city)": Paris } } }',
    [
      'SFA122 m.yaml:3:25: users.q.setvar.SKYPE_ACCOUNT_PROPERTY(city): found a property that profile.city sets too, allowed: one of the two',
    ],
  ],
  [
    'a property that cannot hold its value',
    'version: 1\nusers: { q: { setvar: { "SKYPE_ACCOUNT_PROPERTY(birthday)": today, "SKYPE_ACCOUNT_PROPERTY(gender)": 3, "SKYPE_ACCOUNT_PROPERTY(status)": Here } } }',
    [
      'SFA112 m.yaml:2:61: users.q.setvar.SKYPE_ACCOUNT_PROPERTY(birthday): found "today", allowed: a date as yyyymmdd, such as 19201111',
      'SFA112 m.yaml:2:102: users.q.setvar.SKYPE_ACCOUNT_PROPERTY(gender): found "3", allowed: 1, 2',
      'SFA112 m.yaml:2:139: users.q.setvar.SKYPE_ACCOUNT_PROPERTY(status): found "Here", allowed: Logged Out, Logged Out and Password Saved, Connecting to P2P Network, Connecting to Server, Logging In, Initializing, Logged In, Logging Out',
    ],
  ],
  [
    'call properties that can only be read',
    'version: 1\nusers: { q: { setvar: { "SKYPE_CALL_PROPERTY(skypename)": x, "CHANNEL(skype_city)": x, "CALLERID(num)": x } } }',
    [
      'SFA112 m.yaml:2:25: users.q.setvar.SKYPE_CALL_PROPERTY(skypename): found key "SKYPE_CALL_PROPERTY(skypename)", allowed: a channel variable, SKYPE_CALL_PROPERTY(topic or token), SKYPE_ACCOUNT_PROPERTY of a property that can be written, or another FUNCTION(argument) that can',
      'SFA112 m.yaml:2:62: users.q.setvar.CHANNEL(skype_city): found key "CHANNEL(skype_city)", allowed: a channel variable, SKYPE_CALL_PROPERTY(topic or token), SKYPE_ACCOUNT_PROPERTY of a property that can be written, or another FUNCTION(argument) that can',
      'SFA112 m.yaml:2:88: users.q.setvar.CALLERID(num): found key "CALLERID(num)", allowed: a channel variable, SKYPE_CALL_PROPERTY(topic or token), SKYPE_ACCOUNT_PROPERTY of a property that can be written, or another FUNCTION(argument) that can',
    ],
  ],
  [
    'an account property that is not there',
    'version: 1\nusers: { q: { setvar: { "SKYPE_ACCOUNT_PROPERTY(mood)": x } } }',
    [
      'SFA112 m.yaml:2:25: users.q.setvar.SKYPE_ACCOUNT_PROPERTY(mood): found key "SKYPE_ACCOUNT_PROPERTY(mood)", allowed: a channel variable, SKYPE_CALL_PROPERTY(topic or token), SKYPE_ACCOUNT_PROPERTY of a property that can be written, or another FUNCTION(argument) that can',
    ],
  ],
  [
    'policies with mistakes, none of them quoted',
    'version: 1\nusers: { q: { auth_policy: [{ accept: [hunter2] }, { acept: hunter2 }, accept., { accept: "hunter2,x" }, deny, deny] } }',
    [
      'SFA112 m.yaml:2:29: users.q.auth_policy[0]: found other text, allowed: accept, accept.<password> without a comma, { accept: <secret> }, deny, block or ignore, in a list',
      'SFA112 m.yaml:2:52: users.q.auth_policy[1]: found other text, allowed: accept, accept.<password> without a comma, { accept: <secret> }, deny, block or ignore, in a list',
      'SFA112 m.yaml:2:72: users.q.auth_policy[2]: found other text, allowed: accept, accept.<password> without a comma, { accept: <secret> }, deny, block or ignore, in a list',
      'SFA112 m.yaml:2:81: users.q.auth_policy[3]: found a comma in the password, allowed: passwords without one',
    ],
  ],
  [
    'a policy whose password is not set',
    'version: 1\nusers: { q: { auth_policy: [{ accept: { env: NOT_SET } }] } }',
    [
      'SFA130 m.yaml:2:29: users.q.auth_policy[0]: found environment variable NOT_SET, which is not set, allowed: one that is',
    ],
  ],
  [
    'a policy whose password is too long',
    `version: 1\nusers: { q: { auth_policy: ["accept.${'x'.repeat(241)}"] } }`,
    ['SFA115 m.yaml:2:29: users.q.auth_policy[0]: found 241 bytes, allowed: at most 240'],
  ],
  [
    'no policy',
    'version: 1\nusers: { q: { auth_policy: [] } }',
    [
      'SFA112 m.yaml:2:28: users.q.auth_policy: found an empty list, allowed: accept, accept.<password> without a comma, { accept: <secret> }, deny, block or ignore, in a list',
    ],
  ],
  [
    'a request for authorization that no header carries',
    `version: 1\nusers: { q: { buddies: { r: { auth_message: "${'x'.repeat(1014)}" } } } }`,
    ['SFA115 m.yaml:2:45: users.q.buddies.r.auth_message: found 1014 bytes, allowed: at most 1013'],
  ],
  [
    'a request for authorization without a text',
    'version: 1\nusers: { q: { buddies: { r: { auth_message: } } } }',
    [
      'SFA112 m.yaml:2:31: users.q.buddies.r.auth_message: found nothing, allowed: text, { env: NAME } or { file: PATH }',
    ],
  ],
  [
    'a profile that no header carries',
    `version: 1\nusers: { q: { profile: { about: '${'"'.repeat(600)}' } } }`,
    [
      'SFA115 m.yaml:2:33: users.q.profile.about: found 1200 bytes, allowed: at most 1006, which is what an AMI header carries',
    ],
  ],
  [
    'a route that leads nowhere',
    'version: 1\nusers: { james_bond: , q: { context: demo, exten: 7 } }\nroutes: { incoming: [ { user: q } ] }',
    [
      'SFA111 m.yaml:3:23: routes.incoming[0]: found neither dial nor app nor continue, required: at least one of them',
    ],
  ],
  [
    'a timeout without a device',
    'version: 1\nusers: { james_bond: , q: { context: demo, exten: 7 } }\nroutes: { incoming: [ { user: q, app: sfa, timeout: 30 } ] }',
    [
      'SFA122 m.yaml:3:44: routes.incoming[0].timeout: found timeout without dial, allowed: timeout where something rings',
    ],
  ],
  [
    'routes that lead back to themselves',
    'version: 1\nusers: { james_bond: , q: { context: demo, exten: 7 } }\nroutes: { incoming: [ { user: q, continue: demo }, { user: james_bond, dial: PJSIP/a, continue: { context: skype-in-default } } ] }',
    [
      'SFA122 m.yaml:3:44: routes.incoming[0].continue: found "demo", allowed: another context, because this one leads back to this route for ever',
      'SFA122 m.yaml:3:97: routes.incoming[1].continue: found "skype-in-default", allowed: another context, because this one leads back to this route for ever',
    ],
  ],
  [
    'a continuation in another shape',
    'version: 1\nusers: { james_bond: , q: { context: demo, exten: 7 } }\nroutes: { incoming: [ { user: q, continue: [a] } ] }',
    [
      'SFA112 m.yaml:3:44: routes.incoming[0].continue: found a list, allowed: a context, or { context, exten }',
    ],
  ],
  [
    'an application with an argument',
    'version: 1\nusers: { james_bond: , q: { context: demo, exten: 7 } }\nroutes: { incoming: [ { user: q, app: "sfa,x" } ] }',
    [
      'SFA112 m.yaml:3:39: routes.incoming[0].app: found "sfa,x", allowed: the name of a Stasis application, such as sfa',
    ],
  ],
  [
    'a context of transfers that a route uses',
    'version: 1\nusers: { james_bond: , q: { context: demo, exten: 7 } }\nroutes: { transfer: { context: out }, outgoing: [ { context: out, exten: s, originator: q, to: r } ] }',
    [
      'SFA121 m.yaml:3:21: routes.transfer: found a second route for "s" in context "out", allowed: one, and routes.outgoing[0].exten is there already',
    ],
  ],
  [
    'a transfer that is neither yes nor no',
    'version: 1\nroutes: { transfer: maybe }',
    ['SFA112 m.yaml:2:21: routes.transfer: found "maybe", allowed: yes, no or { context }'],
  ],
  [
    'a token with an expansion',
    'version: 1\nusers: { james_bond: , q: { context: demo, exten: 7 } }\nroutes: { outgoing: [ { context: out, exten: 1, originator: q, to: r, token: "$[1]" } ] }',
    [
      'SFA116 m.yaml:3:78: routes.outgoing[0].token: found "$[1]", allowed: text without ${ and $[, which Asterisk expands and knows no escape for',
    ],
  ],
  [
    'two hints in a context of their own',
    'version: 1\nusers: { james_bond: , q: { context: demo, exten: 7 } }\nhints: { extra: [ { exten: 1, user: q, buddy: a, context: x }, { exten: 1, user: q, buddy: b, context: x } ] }',
    [
      'SFA121 m.yaml:3:73: hints.extra[1].exten: found a second hint for "1" in context "x", allowed: one, and hints.extra[0].exten is there already',
    ],
  ],
  [
    'mistakes in manager users',
    'version: 1\nmanager: { general: { secret: hunter2 }, sfa: { command: maybe, deny: [here], permit: [300.0.0.1], read: all } }',
    [
      'SFA112 m.yaml:2:12: manager.general: found key "general", allowed: a manager user: ASCII letters, digits and _ . -, at most 64, and not general',
      'SFA131 m.yaml:2:31: manager.general.secret: warning: found a secret as plain text, better: { env: NAME } or { file: PATH }',
      'SFA111 m.yaml:2:42: manager.sfa.secret: found nothing, required: text, { env: NAME } or { file: PATH }',
      'SFA112 m.yaml:2:58: manager.sfa.command: found "maybe", allowed: yes or no (also true, false, on, off)',
      'SFA112 m.yaml:2:72: manager.sfa.deny[0]: found "here", allowed: networks such as 127.0.0.1/255.255.255.255 or ::1/128, in a list',
      'SFA112 m.yaml:2:88: manager.sfa.permit[0]: found "300.0.0.1", allowed: networks such as 127.0.0.1/255.255.255.255 or ::1/128, in a list',
      "SFA110 m.yaml:2:100: manager.sfa.read: found unknown key 'read', allowed: secret, command, originate, deny, permit, lint",
    ],
  ],
  [
    'a manager without a password',
    'version: 1\nmanager: { sfa: }',
    [
      'SFA111 m.yaml:2:12: manager.sfa.secret: found nothing, required: text, { env: NAME } or { file: PATH }',
    ],
  ],
  [
    'defaults that contradict each other',
    'version: 1\ndefaults: { allow: [ulaw], disallow: [g729] }',
    [
      'SFA122 m.yaml:2:38: defaults.disallow: found a list beside allow, allowed: [all], which is what stands before every allow',
    ],
  ],
  [
    'an IPv6 proxy without a name',
    'version: 1\ngeneral: { socks5_proxy: "::1", rtp_address: localhost, engine_directory: tmp }',
    [
      'SFA112 m.yaml:2:26: general.socks5_proxy: found "::1", allowed: a host name or IPv4 address, with :port if needed',
      'SFA112 m.yaml:2:46: general.rtp_address: found "localhost", allowed: an IP address',
      'SFA112 m.yaml:2:75: general.engine_directory: found "tmp", allowed: an absolute path',
    ],
  ],
];
