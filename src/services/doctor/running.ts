import type { SkypeName } from '../../model/skype-name.ts';
import type { Expectations, WantedInclude } from '../provisioning/expectations.ts';
import type { PbxControl } from '../provisioning/pbx-control.ts';
import { ACCOUNTS_AT_ONCE } from '../reconcile/reconcile.ts';
import { Slots } from '../reconcile/slots.ts';
import { count, type Finding, fine, someOf, unknown, wrong } from './findings.ts';

/** Looks whether a running PBX has what its files promise: accounts, hints, contexts, includes. */
export async function checkRunning(
  pbx: string,
  control: PbxControl,
  expected: Expectations,
): Promise<Finding[]> {
  const slots = new Slots(ACCOUNTS_AT_ONCE);
  const ask = <Item, Answer>(items: readonly Item[], question: (item: Item) => Promise<Answer>) =>
    Promise.all(items.map((item) => slots.run(async () => ({ item, answer: await question(item) }))));
  const accounts = await ask(expected.accounts, ({ user }) => control.accountStatus(user));
  const hints = await ask(expected.hints, (place) => control.hasHint(place));
  const contexts = await ask(expected.contexts, (context) => control.includesOf(context));
  const callers = await ask(expected.includes, (wanted) => reaches(control, wanted));
  return [
    ...accountFindings(pbx, accounts),
    ...hintFindings(pbx, hints),
    ...contextFindings(pbx, contexts),
    ...includeFindings(pbx, callers),
  ];
}

type Asked<Item, Answer> = readonly { readonly item: Item; readonly answer: Answer }[];

function accountFindings(
  pbx: string,
  accounts: Asked<{ user: SkypeName; canLogIn: boolean }, string | null>,
): Finding[] {
  if (accounts.length === 0) return [];
  if (accounts.some(({ answer }) => answer === null)) {
    const message = 'the accounts cannot be looked at: the manager user may not use Getvar';
    return [unknown('SFA334', pbx, message, 'give it the right call in manager.conf')];
  }
  const absent = accounts.flatMap(({ item, answer }) => (answer === '' ? [item.user] : []));
  const there = accounts.flatMap(({ item, answer }) => (answer === '' ? [] : [{ ...item, status: answer }]));
  return [
    absent.length === 0
      ? fine('SFA334', pbx, `the running driver has all ${count(accounts.length, 'account')}`)
      : wrong(
          'SFA334',
          pbx,
          `${count(absent.length, 'account')} not in the running driver: ${someOf(absent)}`,
          { items: absent },
        ),
    ...(there.length === 0 ? [] : [loginFinding(pbx, there)]),
  ];
}

function loginFinding(
  pbx: string,
  accounts: readonly { user: SkypeName; canLogIn: boolean; status: string | null }[],
): Finding {
  const able = accounts.filter(({ canLogIn }) => canLogIn);
  const out = able.filter(({ status }) => status !== 'Logged In');
  const silent = accounts.filter(({ canLogIn }) => !canLogIn).map(({ user }) => user);
  const passwordless = silent.length === 0 ? '' : `; without a password in the files: ${someOf(silent)}`;
  if (out.length === 0)
    return fine('SFA335', pbx, `${count(able.length, 'account')} logged in${passwordless}`);
  const states = out.map(({ user, status }) => `${user} (${status})`);
  const message = `${count(out.length, 'account')} not logged in: ${someOf(states)}${passwordless}`;
  return wrong('SFA335', pbx, message, { items: out.map(({ user }) => user) });
}

function hintFindings(
  pbx: string,
  hints: Asked<{ exten: string; context: string }, boolean | null>,
): Finding[] {
  if (hints.length === 0) return [];
  if (hints.some(({ answer }) => answer === null)) {
    const message = 'the hints cannot be looked at: the manager user may not use ExtensionState';
    return [unknown('SFA336', pbx, message, 'give it the right call or reporting in manager.conf')];
  }
  const missing = hints.flatMap(({ item, answer }) => (answer ? [] : [`${item.exten}@${item.context}`]));
  if (missing.length === 0) return [fine('SFA336', pbx, `${count(hints.length, 'hint')} registered`)];
  const message = `${count(missing.length, 'hint')} not registered: ${someOf(missing)}`;
  return [wrong('SFA336', pbx, message, { items: missing })];
}

function contextFindings(
  pbx: string,
  contexts: Asked<string, readonly string[] | 'absent' | null>,
): Finding[] {
  if (contexts.length === 0) return [];
  if (contexts.some(({ answer }) => answer === null)) return [contextsUnknown('SFA337', pbx)];
  const missing = contexts.flatMap(({ item, answer }) => (answer === 'absent' ? [item] : []));
  if (missing.length === 0) {
    return [fine('SFA337', pbx, `${count(contexts.length, 'generated context')} in the running dialplan`)];
  }
  const message = `${count(missing.length, 'generated context')} not in the running dialplan: ${someOf(missing)}`;
  return [wrong('SFA337', pbx, message, { items: missing })];
}

/** Whether a context includes another one, itself or through others; `absent` when it is not there. */
async function reaches(
  control: PbxControl,
  { context, includes }: WantedInclude,
): Promise<boolean | 'absent' | null> {
  const seen = new Set<string>();
  const next = [context];
  for (let name = next.shift(); name !== undefined; name = next.shift()) {
    if (seen.has(name)) continue;
    seen.add(name);
    const found = await control.includesOf(name);
    if (found === null) return null;
    if (found === 'absent') {
      if (name === context) return 'absent';
      continue;
    }
    if (found.includes(includes)) return true;
    next.push(...found);
  }
  return false;
}

function includeFindings(pbx: string, callers: Asked<WantedInclude, boolean | 'absent' | null>): Finding[] {
  if (callers.length === 0) return [];
  if (callers.some(({ answer }) => answer === null)) return [contextsUnknown('SFA338', pbx)];
  const missing = callers.filter(({ answer }) => answer !== true);
  if (missing.length === 0) return [fine('SFA338', pbx)];
  return missing.map(({ item: { context, includes }, answer }) => {
    const where =
      answer === 'absent' ? `there is no context ${context}` : `[${context}] does not include ${includes}`;
    return wrong('SFA338', pbx, `${where}, so calls from Skype end there`, {
      remedy: `write "include => ${includes}" in [${context}] of extensions.conf, then dialplan reload`,
      items: [context],
    });
  });
}

function contextsUnknown(code: 'SFA337' | 'SFA338', pbx: string): Finding {
  const message = 'contexts cannot be looked at: the manager user may not use ShowDialPlan';
  return unknown(code, pbx, message, 'give it the right reporting in manager.conf');
}
