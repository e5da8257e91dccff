import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CompanionError } from '../../src/model/errors.ts';
import { nameFromPbx } from '../../src/model/skype-name.ts';
import { AccountStates } from '../../src/services/account-states.ts';
import { EventHub } from '../../src/services/hub.ts';
import { silentLogger } from '../../src/services/logger.ts';
import { type ExplainRefusal, Outbox } from '../../src/services/outbox.ts';
import { Recorder } from '../../src/services/recorder.ts';
import type { Store } from '../../src/store/port.ts';
import { FakeLink } from '../helpers/fake-link.ts';
import { chat, memoryStore } from '../helpers/store.ts';
import { until } from '../helpers/until.ts';

const disconnected = (written: boolean) => new CompanionError('AMI_DISCONNECTED', 'gone', { written });

describe('Outbox', () => {
  let store: Store;
  let recorder: Recorder;
  let link: FakeLink;
  let outbox: Outbox;
  let states: AccountStates;
  let now: number;
  let explain: ExplainRefusal;

  beforeEach(async () => {
    store = await memoryStore();
    let ids = 0;
    recorder = new Recorder(store, await EventHub.open(store), () => `id-${++ids}`);
    link = new FakeLink();
    states = new AccountStates();
    now = 1_000;
    explain = async (refusal) => refusal;
    outbox = new Outbox({
      link,
      store,
      recorder,
      states,
      explain: (refusal, user) => explain(refusal, user),
      clock: { now: () => now },
      log: silentLogger,
    });
    states.onNoted(() => outbox.wake());
    accountIs('Logged In');
  });
  afterEach(async () => {
    await outbox.stop(0);
    await recorder.idle();
    await store.close();
  });

  const accountIs = (status: string, user = 'james_bond') => states.note('main', user, status);
  const put = async (...chats: Parameters<typeof chat>[0][]) => {
    await store.transaction(async (tx) => {
      for (const each of chats) await tx.insertChat(chat(each));
    });
    for (const each of chats) if (each.state === undefined) outbox.accept(chat(each));
  };
  const stateOf = async (id: string) => (await store.chat(id))?.state;
  const asked = (index: number) => {
    const found = link.asked[index];
    if (!found) throw new Error(`nothing was asked at ${index}`);
    return found;
  };

  it('marks a chat as sending before it is on the wire, and sent on success', async () => {
    await put({ id: 'a', text: 'ü\nx' });
    outbox.wake();
    await until(() => link.asked.length === 1);
    expect(await stateOf('a')).toBe('sending');
    expect(asked(0).action).toEqual({
      name: 'SkypeChatSend',
      headers: [
        ['User', 'james_bond'],
        ['Skypename', 'austin_powers'],
        ['Encoding', 'base64'],
        ['Message', 'w7wKeA=='],
      ],
      reply: 'response',
    });
    const settled = outbox.settled('a', 10_000);
    asked(0).answer();
    await settled;
    expect(await stateOf('a')).toBe('sent');
  });

  it('sends a conversation in order and others beside it', async () => {
    await put({ id: 'a1', text: '1' }, { id: 'a2', text: '2' }, { id: 'b1', peer: 'q_branch' });
    outbox.wake();
    await until(() => link.asked.length === 2);
    expect(await Promise.all(['a1', 'a2', 'b1'].map(stateOf))).toEqual(['sending', 'queued', 'sending']);
    asked(0).answer();
    await until(() => link.asked.length === 3);
    expect(asked(2).action.headers).toContainEqual(['Message', 'Mg==']);
  });

  it.each([
    [disconnected(true), 'unknown'],
    [new CompanionError('AMI_TIMEOUT', 'late'), 'unknown'],
    [new CompanionError('PBX_REFUSED', 'no'), 'rejected'],
    [new CompanionError('AMI_PERMISSION_DENIED', 'no'), 'rejected'],
  ])('%s leaves the chat %s, and it is not sent again', async (error, state) => {
    await put({ id: 'a' });
    outbox.wake();
    await until(() => link.asked.length === 1);
    const settled = outbox.settled('a', 10_000);
    asked(0).fail(error);
    await settled;
    expect(await stateOf('a')).toBe(state);
    outbox.wake();
    await put({ id: 'b', peer: 'q_branch' });
    outbox.wake();
    await until(() => link.asked.length === 2);
    expect(asked(1).action.headers).toContainEqual(['Skypename', 'q_branch']);
  });

  it('keeps a chat that surely was not written, and sends it when the PBX is back', async () => {
    await put({ id: 'a' });
    outbox.wake();
    await until(() => link.asked.length === 1);
    link.state = 'disconnected';
    asked(0).fail(disconnected(false));
    await until(async () => (await stateOf('a')) === 'queued');
    link.state = 'ready';
    outbox.wake();
    await until(() => link.asked.length === 2);
  });

  it('waits for the account to log in', async () => {
    accountIs('Logged Out');
    await put({ id: 'a' }, { id: 'b', user: 'q_branch', peer: 'x' });
    accountIs('Logged In', 'Q_Branch');
    await until(() => link.asked.length === 1);
    expect(asked(0).action.headers).toContainEqual(['User', 'q_branch']);
    expect(await stateOf('a')).toBe('queued');
    accountIs('Logged In');
    await until(() => link.asked.length === 2);
  });

  it('knows of no login after the connection was lost', async () => {
    states.forget('main');
    await put({ id: 'a' });
    outbox.wake();
    await recorder.idle();
    expect(link.asked).toEqual([]);
    accountIs('Logged In');
    await until(() => link.asked.length === 1);
  });

  it.each([
    [new CompanionError('AMI_DISCONNECTED', 'gone', { written: false })],
    [new CompanionError('AMI_TIMEOUT', 'never had its turn', { written: false })],
  ])('keeps the order of a conversation when %s was not written', async (error) => {
    await put({ id: 'a', text: '1' }, { id: 'b', text: '2' });
    await until(() => link.asked.length === 1);
    asked(0).fail(error);
    await until(() => link.asked.length === 2);
    expect(asked(1).action.headers).toContainEqual(['Message', 'MQ==']);
    asked(1).answer();
    await until(() => link.asked.length === 3);
    expect(asked(2).action.headers).toContainEqual(['Message', 'Mg==']);
  });

  it.each(['MODULE_ABSENT', 'AMI_PERMISSION_DENIED', 'ACCOUNT_UNKNOWN'] as const)(
    'treats a refusal that turns out to be %s as such',
    async (code) => {
      explain = async () => new CompanionError(code, 'that is why');
      await put({ id: 'a' });
      await until(() => link.asked.length === 1);
      asked(0).fail(new CompanionError('PBX_REFUSED', 'no'));
      const state = code === 'MODULE_ABSENT' ? 'queued' : 'rejected';
      await until(async () => (await stateOf('a')) === state);
      expect((await store.chat('a'))?.reason).toBe('that is why');
    },
  );

  it('keeps a refused chat when the PBX then says that the account is logged out', async () => {
    explain = async () => new CompanionError('ACCOUNT_LOGGED_OUT', 'logged out');
    await put({ id: 'a' });
    await until(() => link.asked.length === 1);
    asked(0).fail(new CompanionError('PBX_REFUSED', 'no'));
    await until(async () => (await stateOf('a')) === 'queued');
    accountIs('Logged In');
    await until(() => link.asked.length === 2);
  });

  it('expires a chat whose time is over, tells it, and never sends it', async () => {
    accountIs('Logged Out');
    await put({ id: 'a', expiresAt: 1_005 }, { id: 'b' });
    const settled = outbox.settled('a', 10_000);
    now = 1_006;
    expect(await settled).toMatchObject({ id: 'a', state: 'expired' });
    accountIs('Logged In');
    await until(() => link.asked.length === 1);
    asked(0).answer();
    await until(async () => (await stateOf('b')) === 'sent');
    expect((await store.eventsAfter(0, 10)).map(({ event }) => event)).toEqual([
      {
        type: 'chat.state',
        id: 'a',
        user: 'james_bond',
        peer: 'austin_powers',
        state: 'expired',
        reason: expect.any(String),
      },
    ]);
  });

  it('takes up what an earlier run left, in its order', async () => {
    await store.transaction(async (tx) => {
      await tx.insertChat(chat({ id: 'a', text: '1' }));
      await tx.insertChat(chat({ id: 'b', text: '2' }));
    });
    await outbox.recover();
    outbox.wake();
    await until(() => link.asked.length === 1);
    expect(asked(0).action.headers).toContainEqual(['Message', 'MQ==']);
  });

  it('waits for the answer to what is on the wire when it stops', async () => {
    await put({ id: 'a' });
    await until(() => link.asked.length === 1);
    const stopped = outbox.stop(10_000);
    asked(0).answer();
    await stopped;
    expect(await stateOf('a')).toBe('sent');
  });

  it('calls unknown what an earlier run was sending', async () => {
    await put({ id: 'a', state: 'sending' });
    await outbox.recover();
    expect(await store.chat('a')).toMatchObject({ state: 'unknown', reason: expect.any(String) });
  });

  it('an echo that comes before the answer proves the chat, whatever the answer was', async () => {
    await put({ id: 'a' });
    outbox.wake();
    await until(() => link.asked.length === 1);
    const echo = {
      type: 'chat',
      user: nameFromPbx('james_bond'),
      peer: nameFromPbx('Austin_Powers'),
      direction: 'out',
      text: 'hello',
    } as const;
    await recorder.record([{ pbx: 'main', at: 2, event: echo }]);
    expect(await stateOf('a')).toBe('sent');
    const settled = outbox.settled('a', 10_000);
    asked(0).fail(disconnected(true));
    await settled;
    expect(await stateOf('a')).toBe('sent');
    // A second echo belongs to nobody here: somebody wrote the same text elsewhere.
    await recorder.record([{ pbx: 'main', at: 3, event: echo }]);
    const { items } = await store.chats({ user: 'james_bond', limit: 10 });
    expect(items.map(({ origin, state }) => `${origin} ${state}`)).toEqual(['other sent', 'own sent']);
  });
});
