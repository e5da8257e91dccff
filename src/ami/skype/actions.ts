import { CompanionError } from '../../model/errors.ts';
import type { SkypeName } from '../../model/skype-name.ts';
import type { AccountProperty, WritableAccountProperty } from '../../model/status.ts';
import { utf8Length } from '../../model/text.ts';
import { type ActionLimits, ASTERISK_22_LIMITS, escapeVariableValue } from '../wire/encoder.ts';
import type { AmiHeader } from '../wire/message.ts';

/** How an action is answered: by one response, or by events up to a named one. */
export type ReplyShape = 'response' | { readonly completeEvent: string };

/** An action to send; the link adds the ActionID. */
export interface AmiAction {
  readonly name: string;
  readonly headers: readonly AmiHeader[];
  readonly reply: ReplyShape;
}

function action(name: string, headers: readonly AmiHeader[], reply: ReplyShape = 'response'): AmiAction {
  return { name, headers, reply };
}

/**
 * The most bytes of UTF-8 text that one `SkypeChatSend` carries: what base64 leaves of a line. 759 on
 * Asterisk 22, whose lines hold 1,022 bytes.
 */
export function chatLimitBytes(limits: ActionLimits = ASTERISK_22_LIMITS): number {
  return Math.floor((limits.lineBytes - 'Message: '.length) / 4) * 3;
}

/**
 * Sends a chat (manual 3.5.6). The text always travels as base64, so that newlines and every script
 * arrive unchanged.
 *
 * @throws CompanionError `CHAT_TOO_LONG` with `limitBytes` when the text does not fit into one line.
 */
export function skypeChatSend(
  chat: { user: SkypeName; to: SkypeName; text: string },
  limits: ActionLimits = ASTERISK_22_LIMITS,
): AmiAction {
  const bytes = utf8Length(chat.text);
  const limitBytes = chatLimitBytes(limits);
  if (bytes > limitBytes) {
    throw new CompanionError(
      'CHAT_TOO_LONG',
      `a text of ${bytes} bytes was found, at most ${limitBytes} bytes of UTF-8 are allowed`,
      { bytes, limitBytes },
    );
  }
  return action('SkypeChatSend', [
    ['User', chat.user],
    ['Skypename', chat.to],
    ['Encoding', 'base64'],
    ['Message', Buffer.from(chat.text, 'utf8').toString('base64')],
  ]);
}

/** Sets properties of an account (manual 3.5.1); values are escaped for Asterisk's argument parser. */
export function skypeAccountProperty(
  user: SkypeName,
  properties: Partial<Record<WritableAccountProperty, string>>,
): AmiAction {
  const variables = Object.entries(properties).map(
    ([name, value]): AmiHeader => ['Variable', `${name}=${escapeVariableValue(value)}`],
  );
  return action('SkypeAccountProperty', [['User', user], ...variables]);
}

/** Adds a buddy (manual 3.5.2). `authMessage` may be a password of `accept.<password>`: never log it. */
export function skypeAddBuddy(user: SkypeName, buddy: SkypeName, authMessage?: string): AmiAction {
  const headers: AmiHeader[] = [
    ['User', user],
    ['Buddy', buddy],
  ];
  if (authMessage !== undefined) headers.push(['AuthMsg', authMessage]);
  return action('SkypeAddBuddy', headers);
}

/** Removes a buddy (manual 3.5.3). */
export function skypeRemoveBuddy(user: SkypeName, buddy: SkypeName): AmiAction {
  return action('SkypeRemoveBuddy', [
    ['User', user],
    ['Buddy', buddy],
  ]);
}

/** Lists an account's buddies (manual 3.5.4): `SkypeBuddyEntry` events up to `SkypeBuddylistComplete`. */
export function skypeBuddies(user: SkypeName): AmiAction {
  return action('SkypeBuddies', [['User', user]], { completeEvent: 'SkypeBuddylistComplete' });
}

/** Reads one buddy's profile (manual 3.5.5), as lower-case headers of the response. */
export function skypeBuddy(user: SkypeName, buddy: SkypeName): AmiAction {
  return action('SkypeBuddy', [
    ['User', user],
    ['Buddy', buddy],
  ]);
}

/**
 * Runs a CLI command. Its response says Success although the command failed in some cases (Asterisk 22
 * seen): ask the PBX afterwards what became of it.
 */
export function command(line: string): AmiAction {
  return action('Command', [['Command', line]]);
}

/** Logs an account in: `skype login user X` (manual 4.2.1); there is no action for it. */
export function loginUser(user: SkypeName): AmiAction {
  return command(`skype login user ${user}`);
}

/** Logs an account off: `skype logoff user X` (manual 4.2.2). */
export function logoffUser(user: SkypeName): AmiAction {
  return command(`skype logoff user ${user}`);
}

/** Reads an account property (manual 3.3.4); the value is the response's `Value` header. */
export function getAccountProperty(user: SkypeName, property: AccountProperty): AmiAction {
  return action('Getvar', [['Variable', `SKYPE_ACCOUNT_PROPERTY(${user},${property})`]]);
}

export function ping(): AmiAction {
  return action('Ping', []);
}
