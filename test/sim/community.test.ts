import { describe, expect, test } from 'vitest';
import type { Scheduler } from '../../src/sim/scheduler.ts';
import { Community } from '../../src/sim/skype/community.ts';
import type { CommunitySetup } from '../../src/sim/skype/community-setup.ts';
import type { SkypeNotice } from '../../src/sim/skype/notices.ts';

/** Runs tasks when told to, in order of their time. */
function manualScheduler(): Scheduler & { runAll(): void } {
  const tasks: (() => void)[] = [];
  return {
    now: () => 0,
    after: (_, task) => {
      tasks.push(task);
      return () => tasks.splice(tasks.indexOf(task), 1);
    },
    runAll() {
      for (let task = tasks.shift(); task; task = tasks.shift()) task();
    },
  };
}

function community(setup: Omit<CommunitySetup, 'scheduler'>) {
  const scheduler = manualScheduler();
  const skype = new Community({ ...setup, scheduler });
  const told: SkypeNotice[] = [];
  skype.listen((notice) => told.push(notice));
  return { skype, told, scheduler, take: () => told.splice(0).map(short) };
}

function short(notice: SkypeNotice): string {
  switch (notice.type) {
    case 'account-status':
      return `${notice.user} ${notice.status}`;
    case 'buddy-status':
      return `${notice.user}@${notice.buddy} ${notice.status}`;
    case 'chat-sent':
      return `${notice.from}>${notice.to} ${notice.text}`;
    case 'chat-received':
      return `${notice.user}<${notice.from} ${notice.text}`;
  }
}

function account(skype: Community, name: string) {
  const found = skype.account(name);
  if (!found) throw new Error(`no ${name}`);
  return found;
}

test('login tells the account, its list, and those who watch it', () => {
  const { skype, take } = community({
    accounts: [
      { user: 'james', secret: 'x', buddies: ['q'] },
      { user: 'q', secret: 'x', loggedIn: false, buddies: ['james', 'vesper'] },
    ],
    people: [{ name: 'vesper', status: 'Away' }],
  });
  expect(skype.login(account(skype, 'Q'))).toBeNull();
  expect(take()).toEqual(['q Logged In', 'q@james Online', 'q@vesper Away', 'james@q Online']);
  expect(skype.login(account(skype, 'q'))).toBe('already-logged-in');
  expect(skype.logoff(account(skype, 'q'))).toBeNull();
  expect(take()).toEqual(['q Logged Out', 'james@q Offline']);
});

describe('authorisation', () => {
  test.each([
    [['accept.vesper', 'deny'], 'vesper', 'Online'],
    [['accept.vesper', 'deny'], 'please', 'Waiting for Authorization'],
    [['accept.vesper', 'accept'], 'please', 'Online'],
    [['accept.swordfish'], '', 'Waiting for Authorization'],
    [['block', 'accept'], '', 'Waiting for Authorization'],
    [['nonsense'], '', 'Waiting for Authorization'],
  ])('auth_policy %j with %j: %s', (auth_policy, message, status) => {
    const { skype, scheduler } = community({
      accounts: [
        { user: 'james', secret: 'x' },
        { user: 'q', secret: 'x', auth_policy },
      ],
    });
    skype.addBuddy(account(skype, 'james'), 'q', message);
    scheduler.runAll();
    const buddy = account(skype, 'james').buddies.get('q');
    expect(buddy && skype.buddyStatus(buddy)).toBe(status);
  });

  test('buddy_autoadd=buddies adds whoever may see the account', () => {
    const { skype, scheduler } = community({
      accounts: [{ user: 'q', secret: 'x', buddy_autoadd: ['buddies'] }],
    });
    expect(skype.requestAuthorisation('q', 'kronsteen')).toBe('accept');
    scheduler.runAll();
    expect(account(skype, 'q').buddies.get('kronsteen')?.authorised).toBe(true);
  });

  test('a buddy that is gone meanwhile is not announced', () => {
    const { skype, scheduler, take } = community({ accounts: [{ user: 'james', secret: 'x' }] });
    skype.addBuddy(account(skype, 'james'), 'vesper', '');
    skype.removeBuddy(account(skype, 'james'), 'vesper');
    scheduler.runAll();
    expect(take()).toEqual(['james@vesper Waiting for Authorization']);
  });

  test('blocked ones are shown as such', () => {
    const { skype, take } = community({
      accounts: [{ user: 'james', secret: 'x', buddies: ['jaws', '+1256'] }],
    });
    skype.setBlocked('james', 'jaws', true);
    skype.setBlocked('james', '+1256', true);
    skype.setBlocked('james', 'jaws', false);
    expect(take()).toEqual(['james@jaws Blocked', 'james@+1256 Blocked Skypeout', 'james@jaws Online']);
  });
});

test('buddy_presence=no keeps quiet', () => {
  const { skype, take } = community({
    accounts: [{ user: 'james', secret: 'x', buddies: ['jaws'], buddy_presence: false }],
  });
  skype.setPresence('jaws', 'Away');
  expect(take()).toEqual([]);
});

describe('chats', () => {
  test('autoreply answers, and two robots do not go on for ever', () => {
    const { skype, scheduler, take } = community({
      accounts: [
        { user: 'james', secret: 'x', autoreply: 'In a meeting' },
        { user: 'q', secret: 'x', autoreply: 'Q is busy' },
      ],
    });
    skype.sendChat(account(skype, 'james'), 'q', 'hi');
    skype.sendChat(account(skype, 'james'), 'echo123', 'hi');
    scheduler.runAll();
    expect(take()).toEqual([
      'james>q hi',
      'q<james hi',
      'james>echo123 hi',
      'q>james Q is busy',
      'james<q Q is busy',
      'james<echo123 hi',
    ]);
  });

  test('wait for an account that is logged out', () => {
    const { skype, take } = community({ accounts: [{ user: 'q', secret: 'x', loggedIn: false }] });
    expect(skype.writeTo('q', 'james', 'one')).toBeNull();
    expect(skype.writeTo('q', 'james', 'two')).toBeNull();
    expect(skype.writeTo('nobody', 'james', 'two')).toBe('user-unknown');
    expect(take()).toEqual([]);
    skype.login(account(skype, 'q'));
    expect(take()).toEqual(['q Logged In', 'q<james one', 'q<james two']);
  });
});
