import { z } from 'zod';
import { CompanionError } from '../../model/errors.ts';
import { RW_ACCOUNT_PROPERTIES } from '../../model/status.ts';
import { utf8Length } from '../../model/text.ts';
import { type ActionLimits, ASTERISK_22_LIMITS, escapeVariableValue } from '../wire/encoder.ts';
import type { AmiHeader } from '../wire/message.ts';
import { defineAction } from './action.ts';
import { chatText, line, oneOf, skypeName, variables } from './input.ts';

export type { AmiAction, ReplyShape } from './action.ts';
export { command, loginUser, logoffUser } from './cli.ts';
export { ping } from './core-actions.ts';
export { getAccountProperty } from './properties.ts';

/**
 * The most bytes of UTF-8 text that one `SkypeChatSend` carries: what base64 leaves of a line. 759 on
 * Asterisk 22, whose lines hold 1,022 bytes.
 */
export function chatLimitBytes(limits: ActionLimits = ASTERISK_22_LIMITS): number {
  return Math.floor((limits.lineBytes - 'Message: '.length) / 4) * 3;
}

/**
 * Sends a chat. The text always travels as base64, so that newlines and every script arrive unchanged.
 * Its answer is not shown in the manual: a good response is taken for acceptance by the driver.
 *
 * @throws CompanionError `CHAT_TOO_LONG` with `limitBytes` when the text does not fit into one line.
 */
export const skypeChatSend = defineAction({
  name: 'SkypeChatSend',
  source: 'manual 3.5.6',
  reply: 'response',
  input: z.tuple([
    z.object({ user: skypeName('user'), to: skypeName('to'), text: chatText('text') }),
    z.custom<ActionLimits>().optional(),
  ]),
  headers: ({ user, to, text }, limits) => {
    const bytes = utf8Length(text);
    const limitBytes = chatLimitBytes(limits);
    if (bytes > limitBytes) {
      throw new CompanionError(
        'CHAT_TOO_LONG',
        `a text of ${bytes} bytes was found, at most ${limitBytes} bytes of UTF-8 are allowed`,
        { bytes, limitBytes },
      );
    }
    return [
      ['User', user],
      ['Skypename', to],
      ['Encoding', 'base64'],
      ['Message', Buffer.from(text, 'utf8').toString('base64')],
    ];
  },
});

/** Sets properties of an account; values are escaped for Asterisk's argument parser. */
export const skypeAccountProperty = defineAction({
  name: 'SkypeAccountProperty',
  source: 'manual 3.5.1',
  reply: 'response',
  input: z.tuple([
    skypeName('user'),
    variables('properties', oneOf('a property that can be written', RW_ACCOUNT_PROPERTIES)),
  ]),
  headers: (user, properties) => [
    ['User', user],
    ...Object.entries(properties).map(
      ([name, value]): AmiHeader => ['Variable', `${name}=${escapeVariableValue(value)}`],
    ),
  ],
});

/** Adds a buddy. `authMessage` may be a password of `accept.<password>`: never log it. */
export const skypeAddBuddy = defineAction({
  name: 'SkypeAddBuddy',
  source: 'manual 3.5.2',
  reply: 'response',
  input: z.tuple([skypeName('user'), skypeName('buddy'), line('authMessage').optional()]),
  headers: (user, buddy, authMessage) => [
    ['User', user],
    ['Buddy', buddy],
    ...(authMessage === undefined ? [] : [['AuthMsg', authMessage] as const]),
  ],
});

/** Removes a buddy. */
export const skypeRemoveBuddy = defineAction({
  name: 'SkypeRemoveBuddy',
  source: 'manual 3.5.3',
  reply: 'response',
  input: z.tuple([skypeName('user'), skypeName('buddy')]),
  headers: (user, buddy) => [
    ['User', user],
    ['Buddy', buddy],
  ],
});

/** Lists an account's buddies; see `buddyListOf` for what comes back. */
export const skypeBuddies = defineAction({
  name: 'SkypeBuddies',
  source: 'manual 3.5.4',
  reply: { entryEvent: 'SkypeBuddyEntry', completeEvent: 'SkypeBuddylistComplete' },
  input: z.tuple([skypeName('user')]),
  headers: (user) => [['User', user]],
});

/** Reads one buddy's profile, as lower-case headers of the response; see `buddyProfileOf`. */
export const skypeBuddy = defineAction({
  name: 'SkypeBuddy',
  source: 'manual 3.5.5',
  reply: 'response',
  input: z.tuple([skypeName('user'), skypeName('buddy')]),
  headers: (user, buddy) => [
    ['User', user],
    ['Buddy', buddy],
  ],
});

/** Lists the licences. Only patched drivers had it: probe before (`probeLicences`). */
export const skypeLicenseList = defineAction({
  name: 'SkypeLicenseList',
  source: 'clients of patched drivers',
  reply: { entryEvent: 'SkypeLicense', completeEvent: 'SkypeLicenseListComplete' },
  input: z.tuple([]),
  headers: () => [],
});

/** Reads how many calls are licensed. Only patched drivers had it: probe before (`probeLicences`). */
export const skypeLicenseStatus = defineAction({
  name: 'SkypeLicenseStatus',
  source: 'clients of patched drivers',
  reply: 'response',
  input: z.tuple([]),
  headers: () => [],
});
