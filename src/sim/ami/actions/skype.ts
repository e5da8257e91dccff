import type { Account } from '../../skype/members.ts';
import type { Refusal } from '../../skype/notices.ts';
import { type ActionContext, failure, type ManagerAction, success, successWith } from '../action.ts';
import { parseVariables } from '../arguments.ts';
import { type Field, list } from '../blocks.ts';

/** The six actions of manual 3.5, all of class system; shapes as Asterisk 22 prints them. */
export const SKYPE_ACTIONS: readonly ManagerAction[] = [
  action('SkypeAccountProperty', 'Set properties of a Skype account.', accountProperty),
  action('SkypeAddBuddy', 'Add a buddy to the list of a Skype account.', addBuddy),
  action('SkypeRemoveBuddy', 'Remove a buddy from the list of a Skype account.', removeBuddy),
  action('SkypeBuddies', 'List the buddies of a Skype account.', buddies),
  action('SkypeBuddy', 'Show the profile of a buddy.', buddy),
  action('SkypeChatSend', 'Send a Skype chat message.', chatSend),
];

/** Every one of them works on an account that must exist and be logged in. */
function action(
  name: string,
  synopsis: string,
  run: (context: ActionContext, account: Account) => string,
): ManagerAction {
  return {
    name,
    synopsis,
    rights: ['system'],
    run(context) {
      const user = context.request.text('User');
      if (user === '') return failure(context, context.world.texts.missing('User'));
      const account = context.world.community.account(user);
      if (!account) return refused(context, 'user-unknown', user);
      if (!account.loggedIn) return refused(context, 'user-logged-out', user);
      return run(context, account);
    },
  };
}

function refused(context: ActionContext, refusal: Refusal, user: string, buddyName = ''): string {
  return failure(context, context.world.texts.refusal(refusal, user, buddyName));
}

/** Manual 3.5.1. Properties are set in order; the first that cannot be set ends it, what went before stays. */
function accountProperty(context: ActionContext, account: Account): string {
  const { request, world } = context;
  const assignments = parseVariables(request.all('Variable'));
  if (assignments.length === 0) return failure(context, world.texts.noProperties);
  for (const { name, value } of assignments) {
    const problem = world.community.setProperty(account, name, value);
    if (problem !== null) return failure(context, world.texts.property(name, problem));
  }
  return success(context, world.texts.propertiesSet);
}

/** Manual 3.5.2. A buddy that is on the list already is no error (Asterisk 22 with a stand-in driver). */
function addBuddy(context: ActionContext, account: Account): string {
  const { request, world } = context;
  const name = request.text('Buddy');
  if (name === '') return failure(context, world.texts.missing('Buddy'));
  const refusal = world.community.addBuddy(account, name, request.text('AuthMsg'));
  if (refusal === 'buddy-present') return success(context, world.texts.buddyPresent);
  return refusal === null
    ? success(context, world.texts.buddyAdded)
    : refused(context, refusal, account.name, name);
}

/** Manual 3.5.3. */
function removeBuddy(context: ActionContext, account: Account): string {
  const { request, world } = context;
  const name = request.text('Buddy');
  if (name === '') return failure(context, world.texts.missing('Buddy'));
  const refusal = world.community.removeBuddy(account, name);
  return refusal === null
    ? success(context, world.texts.buddyRemoved)
    : refused(context, refusal, account.name, name);
}

/** Manual 3.5.4: `Fullname` only when it is known. */
function buddies(context: ActionContext, account: Account): string {
  const { community, texts } = context.world;
  const entries = [...account.buddies].map((entry): Field[] => {
    const fullname = entry.authorised ? community.member(entry.name).profile.get('fullname') : undefined;
    return [
      ['Buddy', entry.name],
      ...(fullname === undefined ? [] : [['Fullname', fullname] as const]),
      ['Status', community.buddyStatus(entry)],
    ];
  });
  return list(context.actionId, texts.buddiesFollow, 'SkypeBuddyEntry', 'SkypeBuddylistComplete', entries);
}

/** Manual 3.5.5: lower-case properties in free form; of somebody who has not authorised, only the status. */
function buddy(context: ActionContext, account: Account): string {
  const { request, world } = context;
  const name = request.text('Buddy');
  if (name === '') return failure(context, world.texts.missing('Buddy'));
  const entry = account.buddies.get(name);
  if (!entry) return refused(context, 'buddy-unknown', account.name, name);
  return successWith(context, [
    ['skypename', entry.name],
    ['availability', world.community.buddyStatus(entry)],
    ...(entry.authorised ? world.community.member(entry.name).profile : []),
  ]);
}

/** Manual 3.5.6. Without `Encoding` the text is the line itself; with `base64` it may hold line breaks. */
function chatSend(context: ActionContext, account: Account): string {
  const { request, world } = context;
  const to = request.text('Skypename');
  if (to === '') return failure(context, world.texts.missing('Skypename'));
  const message = request.raw('Message');
  if (message.length === 0) return failure(context, world.texts.missing('Message'));
  const encoding = request.text('Encoding').toLowerCase();
  if (encoding !== '' && encoding !== 'base64') return failure(context, world.texts.badEncoding(encoding));
  const text = encoding === 'base64' ? decodeBase64(message) : decodeUtf8(message);
  if (text === null) return failure(context, encoding === '' ? world.texts.badUtf8 : world.texts.badBase64);
  const refusal = world.community.sendChat(account, to, text);
  return refusal === null
    ? success(context, world.texts.messageSent)
    : refused(context, refusal, account.name);
}

const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

function decodeBase64(bytes: Buffer): string | null {
  const text = bytes.toString('latin1');
  return BASE64.test(text) ? decodeUtf8(Buffer.from(text, 'base64')) : null;
}

/** Null for bytes that are no UTF-8, and for NUL, which would end a C string unseen. */
function decodeUtf8(bytes: Buffer): string | null {
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    return text.includes('\0') ? null : text;
  } catch {
    return null;
  }
}
