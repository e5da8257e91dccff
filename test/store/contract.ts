import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { nameFromPbx } from '../../src/model/skype-name.ts';
import type { CallQuery, Store, StoreWriter } from '../../src/store/port.ts';
import { call, chat } from '../helpers/store.ts';

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

    it('gives back what was not to wait for the disk, before and after it is brought there', async () => {
      await store.transaction((tx) => tx.insertChat(chat({ id: 'a' })), { durable: false });
      expect(await store.chat('a')).toEqual(chat({ id: 'a' }));
      await store.flush();
      await write((tx) => tx.insertChat(chat({ id: 'b' })));
      expect((await store.chatsInState('main', 'queued')).map(({ id }) => id)).toEqual(['a', 'b']);
    });

    it('gives skipped numbers to nobody, from the first one on', async () => {
      await write((tx) => tx.skipSeqs(10));
      await write(async (tx) => {
        expect((await tx.appendEvent('main', 1, status('Logged In'))).seq).toBe(11);
        await tx.skipSeqs(5);
        expect((await tx.appendEvent('main', 1, status('Logged In'))).seq).toBe(17);
      });
      expect(await store.lastSeq()).toBe(17);
    });

    it('keeps the last status of an account, its name without case', async () => {
      await write((tx) =>
        tx.putAccount({ pbx: 'main', user: 'James_Bond', status: 'Logged Out', updatedAt: 1 }),
      );
      await write((tx) =>
        tx.putAccount({ pbx: 'main', user: 'james_bond', status: 'Logged In', updatedAt: 2 }),
      );
      expect(await store.accounts()).toEqual([
        { pbx: 'main', user: 'James_Bond', status: 'Logged In', updatedAt: 2, listedAt: null },
      ]);
      expect(await store.account('main', 'JAMES_BOND')).toMatchObject({ status: 'Logged In' });
      expect(await store.account('other', 'james_bond')).toBeNull();
    });

    it("keeps a buddy's full name when a later row has none", async () => {
      const row = { pbx: 'main', user: 'james_bond', buddy: 'austin_powers', updatedAt: 1, listed: true };
      await write((tx) => tx.putBuddy({ ...row, fullname: 'Austin Powers', status: 'Offline' }));
      await write((tx) => tx.putBuddy({ ...row, fullname: null, status: 'Online', listed: false }));
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

    it('removes what is older than the retention, but for chats that wait and what is young', async () => {
      await write(async (tx) => {
        await tx.insertChat(chat({ id: 'old', at: 10, state: 'sent' }));
        await tx.insertChat(chat({ id: 'waiting', at: 10 }));
        await tx.insertChat(chat({ id: 'young', at: 99, state: 'sent' }));
        await tx.appendEvent('main', 10, status('Logged In'));
        await tx.appendEvent('main', 99, status('Logged Out'));
        await tx.putClaim({ user: 'a', key: 'k', fingerprint: 'f', chatId: 'old', at: 10 });
      });
      expect(await store.transaction((tx) => tx.purge(50, 100))).toBe(3);
      expect(await store.transaction((tx) => tx.purge(50, 100))).toBe(0);
      expect(
        await Promise.all(['old', 'waiting', 'young'].map(async (id) => (await store.chat(id))?.id)),
      ).toEqual([undefined, 'waiting', 'young']);
      expect((await store.eventsAfter(0, 10)).map(({ seq }) => seq)).toEqual([2]);
      expect(await store.claim('a', 'k')).toBeNull();
      // Numbers are never given twice, although their events are gone.
      await store.transaction((tx) => tx.purge(100, 100));
      expect(await store.lastSeq()).toBe(2);
    });

    it('erases a person, found by any case of the name', async () => {
      const user = nameFromPbx('james_bond');
      const peer = nameFromPbx('Dr_Evil');
      await write(async (tx) => {
        await tx.insertChat(chat({ id: 'a', peer, text: 'sharks' }));
        await tx.insertChat(chat({ id: 'b', peer: 'q_branch', text: 'sharks' }));
        await tx.appendEvent('main', 1, { type: 'chat', user, peer, direction: 'in', text: 'x' });
        await tx.putBuddy({
          pbx: 'main',
          user,
          buddy: peer,
          fullname: null,
          status: 'Online',
          updatedAt: 1,
          listed: true,
        });
      });
      expect(await store.transaction((tx) => tx.erasePerson('dr_evil'))).toEqual({
        chats: 1,
        events: 1,
        buddies: 1,
        calls: 0,
      });
      expect((await store.chats({ user, search: 'sharks', limit: 10 })).items.map(({ id }) => id)).toEqual([
        'b',
      ]);
      expect((await store.events({ person: 'dr_evil', limit: 10 })).items).toEqual([]);
    });

    it('gives calls by pages, newest first, in which a change moves none, and all living ones', async () => {
      await write(async (tx) => {
        for (const id of ['a', 'b', 'c', 'd']) await tx.putCall(call({ id }));
        for (const id of ['b', 'c']) await tx.putCall(call({ id, state: 'ended', cause: 'hangup' }));
      });
      const page = async (query: Partial<CallQuery>) => {
        const { items, next } = await store.calls({ limit: 10, ...query });
        return { ids: items.map(({ id }) => id).join(''), next };
      };
      expect(await page({})).toEqual({ ids: 'dcba', next: null });
      const first = await page({ limit: 3 });
      expect(first.ids).toBe('dcb');
      expect(await page({ limit: 3, cursor: first.next ?? '' })).toEqual({ ids: 'a', next: null });
      expect(await page({ active: true })).toEqual({ ids: 'da', next: null });
      expect(await page({ active: false, limit: 1 })).toMatchObject({ ids: 'c', next: expect.any(String) });
      expect((await store.livingCalls()).map(({ id }) => id)).toEqual(['a', 'd']);
      expect(await store.call('b')).toEqual(call({ id: 'b', state: 'ended', cause: 'hangup' }));
      await expect(page({ cursor: 'x' })).rejects.toMatchObject({ code: 'REQUEST_INVALID' });
    });

    it('undoes a part of a transaction that fails, and keeps the rest', async () => {
      await write(async (tx) => {
        await tx.insertChat(chat({ id: 'before' }));
        const part = tx.attempt(async () => {
          await tx.insertChat(chat({ id: 'part' }));
          throw new Error('no');
        });
        await expect(part).rejects.toThrow('no');
        await tx.insertChat(chat({ id: 'after' }));
      });
      expect((await store.chatsInState('main', 'queued')).map(({ id }) => id)).toEqual(['before', 'after']);
    });

    it('remembers what a key was used for, the account without case', async () => {
      const claim = { user: 'James_Bond', key: 'k', fingerprint: 'f', chatId: 'c', at: 1 };
      await write((tx) => tx.putClaim(claim));
      expect(await store.claim('james_bond', 'k')).toEqual(claim);
      expect(await store.claim('james_bond', 'K')).toBeNull();
    });

    it('lists conversations, the latest first', async () => {
      await write(async (tx) => {
        await tx.insertChat(chat({ id: '1', peer: 'a', text: 'first', at: 1 }));
        await tx.insertChat(chat({ id: '2', peer: 'b', text: 'second', at: 2 }));
        await tx.insertChat(chat({ id: '3', peer: 'A', text: 'third', at: 3 }));
      });
      const { items, next } = await store.conversations({ user: 'james_bond', limit: 10 });
      expect(items.map(({ chats, lastText, lastAt }) => [chats, lastText, lastAt])).toEqual([
        [2, 'third', 3],
        [1, 'second', 2],
      ]);
      expect(next).toBeNull();
    });

    it('knows a token by its hash alone', async () => {
      const token = {
        id: 't',
        name: 'script',
        hash: 'ab12',
        scopes: ['chat:send', 'chat:read'],
        accounts: ['sales_*'],
        createdAt: 5,
        expiresAt: 90,
        lastUsedAt: null,
      };
      await write((tx) => tx.putToken(token));
      expect(await store.tokenByHash('ab12')).toEqual(token);
      expect(await store.tokenByHash('ab')).toBeNull();
      await write((tx) => tx.noteTokenUse('t', 7));
      expect(await store.tokens()).toEqual([{ ...token, lastUsedAt: 7 }]);
      expect(await store.transaction((tx) => tx.removeToken('t'))).toBe(true);
      expect(await store.transaction((tx) => tx.removeToken('t'))).toBe(false);
      expect(await store.tokens()).toEqual([]);
    });
  });
}
