import { describe, expect, it } from 'vitest';
import { parseModel } from '../../src/config/model/load.ts';
import { accountsOf, type KnownAccount } from '../../src/services/directory.ts';
import {
  changesAnything,
  type LiveAccount,
  planAccount,
  planRemoval,
} from '../../src/services/reconcile/live-plan.ts';
import { account, name } from '../helpers/service.ts';

const JAMES = account('james_bond', {
  profile: { city: 'London', mood_text: 'On a mission' },
  buddies: [
    { buddy: name('austin_powers'), authMessage: 'sesame' },
    { buddy: name('echo123'), authMessage: null },
  ],
});
const LOGGED_IN: LiveAccount = {
  status: 'Logged In',
  properties: { city: 'London', mood_text: 'On a mission' },
  buddies: [name('echo123'), name('austin_powers')],
};

describe('planAccount', () => {
  it('finds nothing to do where all is as the model says', () => {
    const plan = planAccount(JAMES, LOGGED_IN, true);
    expect(plan).toEqual({
      user: 'james_bond',
      status: 'Logged In',
      login: null,
      set: [],
      add: [],
      remove: [],
      strangers: [],
    });
    expect(changesAnything(plan)).toBe(false);
  });

  it('sets only what differs', () => {
    const live = { ...LOGGED_IN, properties: { city: 'London', mood_text: '' } };
    expect(planAccount(JAMES, live, false).set).toEqual([
      { property: 'mood_text', from: '', to: 'On a mission' },
    ]);
  });

  it('sets everything where nothing can be read', () => {
    expect(planAccount(JAMES, { ...LOGGED_IN, properties: null }, false).set).toEqual([
      { property: 'city', from: null, to: 'London' },
      { property: 'mood_text', from: null, to: 'On a mission' },
    ]);
  });

  it('compares names without case, and shows no text that asks for authorization', () => {
    const plan = planAccount(JAMES, { ...LOGGED_IN, buddies: [name('Austin_Powers')] }, true);
    expect(plan).toMatchObject({ add: ['echo123'], remove: [], strangers: [] });
    expect(JSON.stringify(planAccount(JAMES, { ...LOGGED_IN, buddies: [] }, true))).not.toContain('sesame');
  });

  it.each(['Logged Out', 'Logged Out and Password Saved'])('logs in who is %s', (status) => {
    const live = { status, properties: null, buddies: null };
    expect(planAccount(JAMES, live, false)).toMatchObject({ login: 'in', set: [], add: [] });
    expect(planAccount({ ...JAMES, canLogIn: false }, live, false)).toMatchObject({ login: null });
  });

  it.each(['Logging In', 'Connecting to Server', 'A new word', null])(
    'asks nothing of an account that is %s',
    (status) => {
      const plan = planAccount(JAMES, { status, properties: null, buddies: null }, true);
      expect(changesAnything(plan)).toBe(false);
    },
  );

  describe('strangers', () => {
    const strangers = (of: KnownAccount, buddies: string[], prune: boolean) => {
      const plan = planAccount(of, { ...LOGGED_IN, buddies: buddies.map(name) }, prune);
      return { remove: plan.remove, strangers: plan.strangers, changes: changesAnything(plan) };
    };

    it('stay and are told, and go when asked to prune', () => {
      const list = ['echo123', 'austin_powers', 'dr_evil'];
      expect(strangers(JAMES, list, false)).toEqual({
        remove: [],
        strangers: ['dr_evil'],
        changes: false,
      });
      expect(strangers(JAMES, list, true)).toEqual({ remove: ['dr_evil'], strangers: [], changes: true });
    });

    it('are not those whom a hint needs, nor anybody where the model says nothing of the list', () => {
      const { model } = parseModel(
        'm.yaml',
        `version: 1
users:
  james_bond: { secret: x, buddies: { echo123: } }
  q_branch: { secret: x }
  nobody_listed: { secret: x, buddies: {} }
hints: { extra: [{ exten: 1, user: james_bond, buddy: dr_evil }] }
`,
      );
      if (model === null) throw new Error('the model is good');
      const [james, q, empty] = accountsOf('main', model) as [KnownAccount, KnownAccount, KnownAccount];
      expect(strangers(james, ['echo123', 'dr_evil', 'fat_bastard'], true).remove).toEqual(['fat_bastard']);
      expect(strangers(q, ['dr_evil'], true).remove).toEqual([]);
      expect(strangers(empty, ['dr_evil'], true).remove).toEqual(['dr_evil']);
    });
  });
});

it('logs off an account that the model has no more, unless it is out already', () => {
  expect(planRemoval(name('m_office'), 'Logged In').login).toBe('off');
  expect(planRemoval(name('m_office'), 'Logged Out').login).toBeNull();
  expect(planRemoval(name('m_office'), null).login).toBeNull();
});
