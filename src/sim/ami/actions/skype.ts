import type { Account } from '../../skype/members.ts';
import type { Refusal } from '../../skype/notices.ts';
import { type ActionContext, failure, listing, type ManagerAction, success, successWith } from '../action.ts';
import { parseVariables } from '../arguments.ts';
import type { Field } from '../blocks.ts';

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
    module: 'chan_skype',
    run(context) {
      const user = context.request.text('User');
      if (user === '') return failure(context, context.world.variation.texts.missing('User'));
      const account = context.world.community.account(user);
      if (!account) return refused(context, 'user-unknown', user);
      if (!account.loggedIn) return refused(context, 'user-logged-out', user);
      return run(context, account);
    },
  };
}

function refused(context: ActionContext, refusal: Refusal, user: string, buddyName = ''): string {
  return failure(context, context.world.variation.texts.refusal(refusal, user, buddyName));
}

/** Manual 3.5.1. Properties are set in order; the first that cannot be set ends it, what went before stays. */
function accountProperty(context: ActionContext, account: Account): string {
  const { request, world } = context;
  const assignments = parseVariables(request.all('Variable'));
  if (assignments.length === 0) return failure(context, world.variation.texts.noProperties);
  for (const { name, value } of assignments) {
    const problem = world.community.setProperty(account, name, value);
    if (problem !== null) return failure(context, world.variation.texts.property(name, problem));
  }
  return success(context, world.variation.texts.propertiesSet);
}

/** Manual 3.5.2. */
function addBuddy(context: ActionContext, account: Account): string {
  const { request, world } = context;
  const name = request.text('Buddy');
  if (name === '') return failure(context, world.variation.texts.missing('Buddy'));
  const refusal = world.community.addBuddy(account, name, request.text('AuthMsg'));
  if (refusal === 'buddy-present' && world.variation.repeatedBuddy === 'Success') {
    return success(context, world.variation.texts.buddyPresent);
  }
  return refusal === null
    ? success(context, world.variation.texts.buddyAdded)
    : refused(context, refusal, account.name, name);
}

/** Manual 3.5.3. */
function removeBuddy(context: ActionContext, account: Account): string {
  const { request, world } = context;
  const name = request.text('Buddy');
  if (name === '') return failure(context, world.variation.texts.missing('Buddy'));
  const refusal = world.community.removeBuddy(account, name);
  return refusal === null
    ? success(context, world.variation.texts.buddyRemoved)
    : refused(context, refusal, account.name, name);
}

/** Manual 3.5.4. */
function buddies(context: ActionContext, account: Account): string {
  const { community, variation } = context.world;
  const entries = [...account.buddies].map((entry) => {
    const known = entry.authorised ? community.member(entry.name).profile.get('fullname') : undefined;
    const fullname = known ?? (variation.emptyFullname ? '' : undefined);
    const fields: readonly Field[] = [
      ['Buddy', entry.name],
      ...(fullname === undefined ? [] : [['Fullname', fullname] as const]),
      ['Status', community.buddyStatus(entry)],
    ];
    return { event: 'SkypeBuddyEntry', fields };
  });
  return listing(context, variation.texts.buddiesFollow, entries, 'SkypeBuddylistComplete');
}

/** Manual 3.5.5: lower-case properties in free form; of somebody who has not authorised, only the status. */
function buddy(context: ActionContext, account: Account): string {
  const { request, world } = context;
  const name = request.text('Buddy');
  if (name === '') return failure(context, world.variation.texts.missing('Buddy'));
  const entry = account.buddies.get(name);
  if (!entry) return refused(context, 'buddy-unknown', account.name, name);
  return successWith(context, [
    ...(world.variation.namesBuddy ? [['skypename', entry.name] as const] : []),
    ['availability', world.community.buddyStatus(entry)],
    ...(entry.authorised ? world.community.member(entry.name).profile : []),
  ]);
}

/** Manual 3.5.6. Without `Encoding` the text is the line itself; with `base64` it may hold line breaks. */
function chatSend(context: ActionContext, account: Account): string {
  const { request, world } = context;
  const to = request.text('Skypename');
  if (to === '') return failure(context, world.variation.texts.missing('Skypename'));
  const message = request.raw('Message');
  if (message.length === 0) return failure(context, world.variation.texts.missing('Message'));
  const encoding = request.text('Encoding').toLowerCase();
  if (encoding !== '' && encoding !== 'base64')
    return failure(context, world.variation.texts.badEncoding(encoding));
  const text = encoding === 'base64' ? decodeBase64(message) : decodeUtf8(message);
  if (text === null)
    return failure(
      context,
      encoding === '' ? world.variation.texts.badUtf8 : world.variation.texts.badBase64,
    );
  const refusal = world.community.sendChat(account, to, text);
  return refusal === null
    ? success(context, world.variation.texts.messageSent)
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
