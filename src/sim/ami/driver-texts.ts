import type { Refusal } from '../skype/notices.ts';
import type { PropertyProblem } from '../skype/properties.ts';

/**
 * The driver's own words. The manual shows only `Properties set` and the list's message (3.5.1, 3.5.4); all others
 * are ours, and no client may lean on them. They are one value so that another set can stand in.
 */
export interface DriverTexts {
  readonly propertiesSet: string;
  readonly buddyAdded: string;
  readonly buddyPresent: string;
  readonly buddyRemoved: string;
  readonly buddiesFollow: string;
  readonly messageSent: string;
  readonly badBase64: string;
  readonly badUtf8: string;
  readonly noProperties: string;
  missing(header: string): string;
  badEncoding(name: string): string;
  property(name: string, problem: PropertyProblem): string;
  refusal(refusal: Refusal, user: string, buddy: string): string;
}

const PROPERTY_PROBLEMS: Readonly<Record<PropertyProblem, string>> = {
  unknown: 'there is no such property',
  'read-only': 'it is read-only',
  'invalid-birthday': 'a birthday is YYYYMMDD',
  'invalid-gender': 'a gender is 1 or 2',
  'invalid-word': 'the value is not one of its words',
};

/** The words of the simulated driver. */
export const DRIVER_TEXTS: DriverTexts = {
  propertiesSet: 'Properties set',
  buddyAdded: 'Buddy is on the list now',
  buddyPresent: 'Buddy was on the list before',
  buddyRemoved: 'Buddy is off the list',
  buddiesFollow: 'Skype buddy status list will follow',
  messageSent: 'Chat is on its way',
  badBase64: 'Message is no base64 of UTF-8 text',
  badUtf8: 'Message is no UTF-8 text',
  noProperties: 'No property given',
  missing: (header) => `${header} is missing`,
  badEncoding: (name) => `Encoding '${name}' is not known`,
  property: (name, problem) => `Property '${name}' stays as it is: ${PROPERTY_PROBLEMS[problem]}`,
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
