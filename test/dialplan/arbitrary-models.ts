import fc from 'fast-check';

// Random models for the property tests and for the laboratory: every printable and control character, with
// a weight on those that mean something to Asterisk.

const SPECIAL = [
  ...';-\\"\'$({[]}),&=>#/ \t\r\n\0\u0001\u001b\u007f\u0085\u00a0\u2028|%:@!~+*<.',
  '${',
  '$[',
  ';--',
  '--;',
  '=>',
  '\r\n[x]\r\n',
  '\n#include "x"\n',
  '\ud800',
  'é',
  '🕵',
];

const unit = fc.oneof(
  { weight: 3, arbitrary: fc.string({ unit: 'grapheme-ascii', minLength: 1, maxLength: 1 }) },
  { weight: 2, arbitrary: fc.constantFrom(...SPECIAL) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }) },
  { weight: 1, arbitrary: fc.integer({ min: 0, max: 0x1f }).map((code) => String.fromCharCode(code)) },
);

/** Any text, most of it hostile. */
export const anyText = fc.string({ unit, minLength: 1, maxLength: 12 });

/** One time in `times`; not at the ends of the range, which fast-check likes best. */
function seldom<T>(times: number, odd: fc.Arbitrary<T>, usual: fc.Arbitrary<T>): fc.Arbitrary<T> {
  return fc
    .tuple(fc.integer({ min: 0, max: times - 1 }), odd, usual)
    .map(([draw, rare, common]) => (draw === Math.floor(times / 2) ? rare : common));
}

/** A text that a line can carry, and sometimes one that it cannot: about half of all models are accepted. */
const text = seldom(
  20,
  anyText,
  anyText.map((value) => `x${value.replace(/[\r\n\0]|\$(?=[{[])|[\ud800-\udfff]/g, '')}x`),
);

/** What a model says in the places where text is free, and in some where it is not. */
export interface HostileValues {
  readonly secret: string;
  readonly password: string;
  readonly autoreply: string;
  readonly homepage: string;
  readonly proxyUser: string;
  readonly variable: string;
  readonly mood: string;
  readonly topic: string;
  readonly token: string;
  readonly name: string;
  readonly exten: string;
  readonly context: string;
  readonly device: string;
}

/** Names are mostly right, or few models would be accepted. */
function name(right: string) {
  return seldom(40, anyText, fc.constant(right));
}

export const hostileValues: fc.Arbitrary<HostileValues> = fc.record({
  secret: text,
  // A comma would end the item of its list.
  password: seldom(
    20,
    text,
    text.map((value) => value.replaceAll(',', '.')),
  ),
  autoreply: text,
  homepage: text,
  proxyUser: text,
  variable: text,
  mood: text,
  topic: text,
  token: text,
  name: name('austin_powers'),
  exten: name('6001'),
  context: name('skype-out'),
  device: name('PJSIP/shoe-phone'),
});

/** The model as JSON, which is YAML too: `JSON.stringify` knows nothing of our printer. */
export function modelOf(values: HostileValues): string {
  return JSON.stringify({
    version: 1,
    lint: { ignore: ['SFA131'] },
    general: { socks5_proxy_user: values.proxyUser },
    users: {
      james_bond: {
        secret: values.secret,
        auth_policy: [{ accept: values.password }, 'deny'],
        autoreply: values.autoreply,
        homepage: values.homepage,
        setvar: { PLAIN: values.variable, 'SKYPE_ACCOUNT_PROPERTY(mood_text)': values.mood },
        buddies: { [values.name]: { hint: values.exten } },
      },
    },
    routes: {
      incoming: [{ user: 'james_bond', dial: values.device }],
      outgoing: [
        {
          context: values.context,
          exten: values.exten,
          originator: 'james_bond',
          to: values.name,
          topic: values.topic,
          token: values.token,
        },
      ],
    },
  });
}

/** What Asterisk has to read out of the generated files: lines by section, and steps as applications with data. */
export interface Expected {
  readonly chanSkype: Readonly<Record<string, readonly (readonly [key: string, value: string])[]>>;
  readonly steps: readonly ExpectedStep[];
}

export interface ExpectedStep {
  readonly context: string;
  readonly exten: string;
  /** `hint`, or the number of the step. */
  readonly priority: string;
  readonly application: string;
  readonly data: string;
}

export function expectedOf(values: HostileValues): Expected {
  const step = (context: string, exten: string, priority: string, application: string, data = '') => ({
    context,
    exten,
    priority,
    application,
    data,
  });
  const { exten, context } = values;
  return {
    chanSkype: {
      general: [['socks5_proxy_user', values.proxyUser]],
      james_bond: [
        ['secret', values.secret],
        ['auth_policy', `accept.${values.password},deny`],
        ['autoreply', values.autoreply],
        ['homepage', values.homepage],
        ['setvar', `PLAIN=${values.variable}`],
        ['setvar', `SKYPE_ACCOUNT_PROPERTY(mood_text)=${values.mood}`],
      ],
    },
    steps: [
      step('skype-hints', exten, 'hint', `Skype:james_bond@${values.name}`),
      step('skype-in-default', 'james_bond', '1', 'Dial', values.device),
      step('skype-in-default', 'james_bond', '2', 'Hangup'),
      step(context, exten, '1', 'Set', `SKYPE_CALL_PROPERTY(topic)=${values.topic}`),
      step(context, exten, '2', 'Set', `SKYPE_CALL_PROPERTY(token)=${values.token}`),
      step(context, exten, '3', 'Dial', `Skype/james_bond@${values.name}`),
      step(context, exten, '4', 'Hangup'),
    ],
  };
}
