import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { nameFromPbx } from '../../src/model/skype-name.ts';
import type { Store, StoreWriter } from '../../src/store/port.ts';
import { chat } from '../helpers/store.ts';

/** What every store does, whatever lies under it. */
export function storeContract(name: string, open: () => Promise<Store>): void {
  describe(`Store contract: ${name}`, () => {
    let store: Store;
    beforeEach(async () => {
      store = await open();
    });
    afterEach(() => store.close());
    const write = (work: (tx: StoreWriter) => Promise<void>) => store.transaction(work);
    const status = (text: string) =>
      ({ type: 'account.status', user: nameFromPbx('james_bond'), status: text }) as const;

    it('numbers events from 1 without holes and gives them back whole, in order', async () => {
      expect(await store.lastSeq()).toBe(0);
      await write(async (tx) => {
        expect((await tx.appendEvent('main', 1000, status('Logged In'))).seq).toBe(1);
        expect((await tx.appendEvent('main', null, status('Logged Out'))).seq).toBe(2);
      });
      expect(await store.lastSeq()).toBe(2);
      expect(await store.eventsAfter(0, 10)).toEqual([
        { seq: 1, receivedAt: 1000, pbx: 'main', event: status('Logged In') },
        { seq: 2, receivedAt: null, pbx: 'main', event: status('Logged Out') },
      ]);
      expect((await store.eventsAfter(0, 1)).map(({ seq }) => seq)).toEqual([1]);
      expect((await store.eventsAfter(1, 10)).map(({ seq }) => seq)).toEqual([2]);
      expect(await store.eventsAfter(2, 10)).toEqual([]);
    });

    it('writes nothing of a transaction that fails', async () => {
      const failing = write(async (tx) => {
        await tx.insertChat(chat({ id: 'a' }));
        await tx.appendEvent('main', 1, status('Logged In'));
        throw new Error('power cut');
      });
      await expect(failing).rejects.toThrow('power cut');
      expect(await store.chat('a')).toBeNull();
      expect(await store.lastSeq()).toBe(0);
    });

    it('keeps the last status of an account, its name without case', async () => {
      await write((tx) =>
        tx.putAccount({ pbx: 'main', user: 'James_Bond', status: 'Logged Out', updatedAt: 1 }),
      );
      await write((tx) =>
        tx.putAccount({ pbx: 'main', user: 'james_bond', status: 'Logged In', updatedAt: 2 }),
      );
      expect(await store.accounts()).toEqual([
        { pbx: 'main', user: 'James_Bond', status: 'Logged In', updatedAt: 2 },
      ]);
    });

    it("keeps a buddy's full name when a later row has none", async () => {
      const row = { pbx: 'main', user: 'james_bond', buddy: 'austin_powers', updatedAt: 1 };
      await write((tx) => tx.putBuddy({ ...row, fullname: 'Austin Powers', status: 'Offline' }));
      await write((tx) => tx.putBuddy({ ...row, fullname: null, status: 'Online' }));
      expect(await store.buddies('main', 'JAMES_BOND')).toEqual([
        { ...row, fullname: 'Austin Powers', status: 'Online' },
      ]);
      await write((tx) => tx.removeBuddy('main', 'james_bond', 'Austin_Powers'));
      expect(await store.buddies('main', 'james_bond')).toEqual([]);
    });

    it('pages chats, newest first, without loss or repetition', async () => {
      await write(async (tx) => {
        for (let index = 1; index <= 5; index += 1) await tx.insertChat(chat({ id: `c${index}` }));
        await tx.insertChat(chat({ id: 'other', peer: 'q_branch' }));
      });
      const ids: string[] = [];
      let cursor: string | undefined;
      do {
        const page = await store.chats({ user: 'James_Bond', peer: 'AUSTIN_POWERS', limit: 2, cursor });
        ids.push(...page.items.map(({ id }) => id));
        cursor = page.next ?? undefined;
      } while (cursor !== undefined);
      expect(ids).toEqual(['c5', 'c4', 'c3', 'c2', 'c1']);
      await expect(
        store.chats({ user: 'james_bond', limit: 2, cursor: 'x; DROP TABLE chats' }),
      ).rejects.toMatchObject({
        code: 'REQUEST_INVALID',
      });
    });

    it('finds the oldest unconfirmed send with that exact text', async () => {
      await write(async (tx) => {
        await tx.insertChat(chat({ id: 'queued' }));
        await tx.insertChat(chat({ id: 'first', state: 'sent' }));
        await tx.insertChat(chat({ id: 'second', state: 'unknown' }));
        await tx.insertChat(chat({ id: 'received', direction: 'in', state: null, origin: 'other' }));
      });
      const find = (text = 'hello') => store.unconfirmedSend('main', 'James_Bond', 'austin_powers', text);
      expect((await find())?.id).toBe('first');
      await write((tx) => tx.changeChat('first', { confirmed: true }));
      expect((await find())?.id).toBe('second');
      expect(await find('Hello')).toBeNull();
    });

    it('lists the outbox of a PBX, oldest first', async () => {
      await write(async (tx) => {
        await tx.insertChat(chat({ id: 'b' }));
        await tx.insertChat(chat({ id: 'a' }));
        await tx.insertChat(chat({ id: 'elsewhere', pbx: 'other' }));
        await tx.insertChat(chat({ id: 'gone', state: 'sent' }));
      });
      expect((await store.chatsInState('main', 'queued')).map(({ id }) => id)).toEqual(['b', 'a']);
    });

    it('keeps texts of every script, and what looks like SQL', async () => {
      const text = "'; DROP TABLE chats; --\n日本 🎸 ${x}";
      await write((tx) => tx.insertChat(chat({ id: 'x', text })));
      expect((await store.chat('x'))?.text).toBe(text);
    });

    it('knows a token by its hash alone', async () => {
      const token = { id: 't', name: 'script', hash: 'ab12', createdAt: 5 };
      await write((tx) => tx.putToken(token));
      expect(await store.tokenByHash('ab12')).toEqual(token);
      expect(await store.tokenByHash('ab')).toBeNull();
    });
  });
}
