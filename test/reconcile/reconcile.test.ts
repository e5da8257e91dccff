import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { AmiLink } from '../../src/ami/link/port.ts';
import { connectLink } from '../../src/endpoint.ts';
import { CompanionError } from '../../src/model/errors.ts';
import { accountsBehind } from '../../src/services/reconcile/live-accounts.ts';
import {
  ACCOUNTS_AT_ONCE,
  changedCount,
  type Progress,
  planAccounts,
  reconcileAccounts,
} from '../../src/services/reconcile/reconcile.ts';
import { type SimulatedPbx, startSimulatedPbx } from '../../src/sim/pbx.ts';
import type { AccountSetup } from '../../src/sim/skype/members.ts';
import { account, name } from '../helpers/service.ts';

/** A link that counts what it is asked, and how much of it is on the way at once. */
function counting(link: AmiLink) {
  const asked: string[] = [];
  let onTheWay = 0;
  let most = 0;
  const counted: AmiLink = {
    pbx: link.pbx,
    state: link.state,
    reason: link.reason,
    code: link.code,
    limits: link.limits,
    items: () => link.items(),
    async request(action, options) {
      asked.push(action.name);
      onTheWay += 1;
      most = Math.max(most, onTheWay);
      try {
        return await link.request(action, options);
      } finally {
        onTheWay -= 1;
      }
    },
  };
  return { counted, asked, most: () => most };
}

describe('reconcileAccounts on a simulated PBX', () => {
  let pbx: SimulatedPbx;
  let link: Awaited<ReturnType<typeof connectLink>>;
  async function start(accounts: readonly AccountSetup[]) {
    pbx = await startSimulatedPbx({
      accounts,
      managers: [
        { username: 'sfa', secret: 'x', read: ['all'], write: ['all'] },
        { username: 'system', secret: 'x', read: ['system'], write: ['system'] },
      ],
      ari: { username: 'sfa', password: 'x' },
    });
    link = await connect('sfa');
  }
  const connect = (username: string) =>
    connectLink('main', { ...pbx.ami, username, secret: 'x', link: 'socket', tls: null });
  beforeEach(() => start([{ user: 'james_bond', secret: 'x', buddies: ['dr_evil'] }]));
  afterEach(async () => {
    await link.stop();
    await pbx.stop();
  });

  const JAMES = account('james_bond', {
    profile: { city: 'London', mood_text: 'Shaken, not "stirred"' },
    buddies: [{ buddy: name('echo123'), authMessage: null }],
  });
  const buddies = () => [...(pbx.community.account('james_bond')?.buddies ?? [])].map((buddy) => buddy.name);

  it('plans without a change, then changes, then finds nothing to do', async () => {
    const { counted, asked } = counting(link);
    const [planned] = await planAccounts(accountsBehind(counted), [JAMES], { prune: true });
    expect(planned?.plan).toMatchObject({
      set: [
        { property: 'city', from: '', to: 'London' },
        { property: 'mood_text', from: '', to: 'Shaken, not "stirred"' },
      ],
      add: ['echo123'],
      remove: ['dr_evil'],
    });
    expect(asked.filter((action) => action !== 'Getvar' && action !== 'SkypeBuddies')).toEqual([]);
    const [done] = await reconcileAccounts(accountsBehind(link), [JAMES], { prune: true });
    expect(done).toEqual(planned);
    expect(buddies()).toEqual(['echo123']);
    const [after] = await planAccounts(accountsBehind(link), [JAMES], { prune: true });
    expect(after).toMatchObject({ plan: { set: [], add: [], remove: [], strangers: [] }, error: null });
  });

  it('sets nothing that is as it should be already', async () => {
    await reconcileAccounts(accountsBehind(link), [JAMES], { prune: false });
    const { counted, asked } = counting(link);
    await reconcileAccounts(accountsBehind(counted), [JAMES], { prune: false });
    expect(asked).not.toContain('SkypeAccountProperty');
    expect(asked).not.toContain('SkypeAddBuddy');
    expect(buddies()).toContain('dr_evil');
  });

  it('logs in who is out, and brings him to the model then', async () => {
    await link.stop();
    await pbx.stop();
    await start([{ user: 'james_bond', secret: 'x', loggedIn: false }, { user: 'm_office' }]);
    const outcomes = await reconcileAccounts(
      accountsBehind(link),
      [JAMES, account('m_office', { canLogIn: false }), account('not_there')],
      { prune: false },
    );
    expect(outcomes).toMatchObject([
      { plan: { login: 'in', status: 'Logged Out', add: ['echo123'] }, error: null },
      { plan: { login: null, status: 'Logged Out' }, error: null },
      { plan: { login: null, status: null }, error: null },
    ]);
    expect(pbx.community.account('james_bond')?.loggedIn).toBe(true);
    expect(buddies()).toEqual(['echo123']);
  });

  it('sets the whole profile where the manager user may not read it', async () => {
    const weak = await connect('system');
    try {
      const live = accountsBehind(weak);
      expect((await planAccounts(live, [JAMES], { prune: false }))[0]?.plan?.set).toEqual([
        { property: 'city', from: null, to: 'London' },
        { property: 'mood_text', from: null, to: 'Shaken, not "stirred"' },
      ]);
      expect(await reconcileAccounts(live, [JAMES], { prune: false })).toMatchObject([{ error: null }]);
    } finally {
      await weak.stop();
    }
    expect((await planAccounts(accountsBehind(link), [JAMES], { prune: false }))[0]?.plan?.set).toEqual([]);
  });

  it('tells a failure of one account, and brings the others to the model', async () => {
    const live = accountsBehind(link);
    const outcomes = await reconcileAccounts(
      {
        ...live,
        addBuddy: async (user, buddy, text) => {
          if (buddy === 'refused') throw new Error('no');
          // Taken, and not done.
          if (buddy !== 'ignored') await live.addBuddy(user, buddy, text);
        },
      },
      [
        account('james_bond', { buddies: [{ buddy: name('refused'), authMessage: null }] }),
        account('james_bond', { buddies: [{ buddy: name('ignored'), authMessage: null }] }),
        JAMES,
      ],
      { prune: false },
    );
    expect(outcomes.map(({ error }) => error)).toEqual([
      'no',
      'not on the list although they were added: ignored',
      null,
    ]);
  });

  it('takes a refusal for what it is: nothing, when another was quicker; a reason, when nobody was', async () => {
    const live = accountsBehind(link);
    const refusing = (does: boolean) => ({
      ...live,
      addBuddy: async (...asked: Parameters<typeof live.addBuddy>) => {
        if (does) await live.addBuddy(...asked);
        throw new CompanionError('PBX_REFUSED', 'the buddy is on the list');
      },
    });
    expect(await reconcileAccounts(refusing(false), [JAMES], { prune: false })).toMatchObject([
      { error: 'not on the list although they were added: echo123; the buddy is on the list' },
    ]);
    expect(await reconcileAccounts(refusing(true), [JAMES], { prune: false })).toMatchObject([
      { error: null },
    ]);
  });

  it('works on a thousand accounts a few at a time, tells how far it is, and can be ended', async () => {
    await link.stop();
    await pbx.stop();
    const names = Array.from({ length: 1_000 }, (_, index) => `agent_${index}`);
    await start(names.map((user) => ({ user, secret: 'x', loggedIn: user !== 'agent_7' })));
    const accounts = names.map((user) =>
      account(user, {
        profile: { city: 'London' },
        buddies: [{ buddy: name('echo123'), authMessage: null }],
      }),
    );
    const { counted, most } = counting(link);
    const seen: Progress[] = [];
    const outcomes = await reconcileAccounts(accountsBehind(counted), accounts, {
      prune: false,
      onOutcome: (_outcome, progress) => seen.push(progress),
    });
    expect(outcomes.map(({ user }) => user)).toEqual(names);
    expect(outcomes.filter(({ error }) => error !== null)).toEqual([]);
    expect(changedCount(outcomes)).toBe(1_000);
    expect(most()).toBe(ACCOUNTS_AT_ONCE);
    expect(seen.map(({ done }) => done)).toEqual(names.map((_, index) => index + 1));
    const again = await planAccounts(accountsBehind(counted), accounts, {
      prune: false,
      goOn: () => seen.length < 1_100,
      onOutcome: (_outcome, progress) => seen.push(progress),
    });
    expect(changedCount(again)).toBe(0);
    expect(again.length).toBeLessThan(100 + ACCOUNTS_AT_ONCE);
    expect(most()).toBe(ACCOUNTS_AT_ONCE);
  });
});
