import type { Refusal } from '../skype/notices.ts';
import type { PropertyProblem } from '../skype/properties.ts';

/**
 * The driver's own words. The manual shows only `Properties set` and the list's message (3.5.1, 3.5.4), which all
 * sets keep; the others are ours, and no client may lean on them.
 */
export interface DriverTexts {
  readonly propertiesSet: string;
  readonly buddyAdded: string;
  readonly buddyPresent: string;
  readonly buddyRemoved: string;
  readonly buddiesFollow: string;
  readonly licensesFollow: string;
  readonly messageSent: string;
  readonly badBase64: string;
  readonly badUtf8: string;
  readonly noProperties: string;
  missing(header: string): string;
  badEncoding(name: string): string;
  property(name: string, problem: PropertyProblem): string;
  refusal(refusal: Refusal, user: string, buddy: string): string;
  loggingIn(user: string): string;
  loggedOff(user: string): string;
}

const PROPERTY_PROBLEMS: Readonly<Record<PropertyProblem, string>> = {
  unknown: 'there is no such property',
  'read-only': 'it is read-only',
  'invalid-birthday': 'a birthday is YYYYMMDD',
  'invalid-gender': 'a gender is 1 or 2',
  'invalid-word': 'the value is not one of its words',
};

const OF_THE_MANUAL = {
  propertiesSet: 'Properties set',
  buddiesFollow: 'Skype buddy status list will follow',
} as const;

/** Sentences with the names in quotes. */
const SENTENCES: DriverTexts = {
  ...OF_THE_MANUAL,
  buddyAdded: 'Buddy is on the list now',
  buddyPresent: 'Buddy was on the list before',
  buddyRemoved: 'Buddy is off the list',
  licensesFollow: 'Skype license list will follow',
  messageSent: 'Chat is on its way',
  badBase64: 'Message is no base64 of UTF-8 text',
  badUtf8: 'Message is no UTF-8 text',
  noProperties: 'No property given',
  missing: (header) => `${header} is missing`,
  badEncoding: (name) => `Encoding '${name}' is not known`,
  property: (name, problem) => `Property '${name}' stays as it is: ${PROPERTY_PROBLEMS[problem]}`,
  loggingIn: (user) => `Skype user '${user}' is logging in`,
  loggedOff: (user) => `Skype user '${user}' is logged off`,
  refusal(refusal, user, buddy) {
    switch (refusal) {
      case 'user-unknown':
        return `There is no Skype user '${user}'`;
      case 'user-logged-out':
        return `Skype user '${user}' is logged out`;
      case 'already-logged-in':
        return `Skype user '${user}' is logged in`;
      case 'no-secret':
        return `Skype user '${user}' has no secret`;
      case 'buddy-invalid':
        return `'${buddy}' is no Skype name`;
      case 'buddy-unknown':
        return `There is no buddy '${buddy}'`;
      case 'buddy-present':
        return this.buddyPresent;
    }
  },
};

/** Codes with colons and numbers, as embedded firmware likes them. */
const CODES: DriverTexts = {
  ...OF_THE_MANUAL,
  buddyAdded: 'SKYPE: 0: ok',
  buddyPresent: 'SKYPE: 17: exists',
  buddyRemoved: 'SKYPE: 0: ok',
  licensesFollow: 'SKYPE: 0: list follows',
  messageSent: 'SKYPE: 0: queued',
  badBase64: 'SKYPE: 22: b64',
  badUtf8: 'SKYPE: 22: utf8',
  noProperties: 'SKYPE: 22: empty',
  missing: (header) => `SKYPE: 22: ${header.toLowerCase()}`,
  badEncoding: () => 'SKYPE: 22: encoding',
  property: (name, problem) => `SKYPE: ${problem === 'read-only' ? 1 : 22}: ${name}`,
  refusal: (refusal) => `SKYPE: 2: ${refusal}`,
  loggingIn: () => 'SKYPE: 0: pending',
  loggedOff: () => 'SKYPE: 0: done',
};

/** Says as little as possible: failures cannot be told apart, and even success sounds like one. */
const TERSE: DriverTexts = {
  ...OF_THE_MANUAL,
  buddyAdded: 'No error',
  buddyPresent: 'Failed',
  buddyRemoved: 'No error',
  licensesFollow: 'No error',
  messageSent: 'Not failed',
  badBase64: 'Failed',
  badUtf8: 'Failed',
  noProperties: 'Failed',
  missing: () => 'Failed',
  badEncoding: () => 'Failed',
  property: () => 'Failed',
  refusal: () => 'Failed',
  loggingIn: () => '',
  loggedOff: () => '',
};

export const DRIVER_TEXT_SETS = [SENTENCES, CODES, TERSE] as const;
