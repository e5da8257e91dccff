import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CompanionError } from '../../src/model/errors.ts';
import { nameFromPbx } from '../../src/model/skype-name.ts';
import { EventHub } from '../../src/services/hub.ts';
import { silentLogger } from '../../src/services/logger.ts';
import { Outbox } from '../../src/services/outbox.ts';
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

  beforeEach(async () => {
    store = await memoryStore();
    let ids = 0;
    recorder = new Recorder(store, await EventHub.open(store), () => `id-${++ids}`);
    link = new FakeLink();
    outbox = new Outbox({ link, store, recorder, log: silentLogger });
    await accountIs('Logged In');
  });
  afterEach(async () => {
    outbox.stop();
    await recorder.idle();
    await store.close();
  });

  const accountIs = (status: string) =>
    recorder.record([
      { pbx: 'main', at: 1, event: { type: 'account.status', user: nameFromPbx('james_bond'), status } },
    ]);
  const put = (...chats: Parameters<typeof chat>[0][]) =>
    store.transaction(async (tx) => {
      for (const each of chats) await tx.insertChat(chat(each));
    });
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
    await accountIs('Logged Out');
    await put({ id: 'a' }, { id: 'b', user: 'q_branch', peer: 'x' });
    await store.transaction((tx) =>
      tx.putAccount({ pbx: 'main', user: 'Q_Branch', status: 'Logged In', updatedAt: 1 }),
    );
    outbox.wake();
    await until(() => link.asked.length === 1);
    expect(asked(0).action.headers).toContainEqual(['User', 'q_branch']);
    expect(await stateOf('a')).toBe('queued');
    await accountIs('Logged In');
    outbox.wake();
    await until(() => link.asked.length === 2);
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
