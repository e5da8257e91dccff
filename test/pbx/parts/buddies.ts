import { describe, expect, it } from 'vitest';
import type { RawBlock } from '../../helpers/raw-ami.ts';
import { isCallOf, PEER, type Suite, USER } from '../suite.ts';

export function buddies(suite: Suite): void {
  describe('buddies', () => {
    it('adds one, sees it, tells about it and removes it', async () => {
      await suite.act('SkypeRemoveBuddy', `Buddy: ${PEER}`);
      const answer = await suite.act('SkypeAddBuddy', `Buddy: ${PEER}`, 'AuthMsg: Please authorize me!');
      expect(answer.get('response')).toBe('Success');
      await suite.ami.event('SkypeBuddyStatus', (block) => block.get('buddy') === `Skype/${USER}@${PEER}`);
      await suite.befriend();
      const shown = await suite.act('SkypeBuddy', `Buddy: ${PEER}`);
      expect([shown.get('response'), shown.get('availability')]).toEqual(['Success', 'Online']);
      expect((await suite.act('SkypeRemoveBuddy', `Buddy: ${PEER}`)).get('response')).toBe('Success');
      expect((await suite.buddies()).map((entry) => entry.get('buddy'))).not.toContain(PEER);
    });

    it('lists with the ActionID in every part, and counts', async () => {
      await suite.befriend();
      const parts = await suite.ami.list('SkypeBuddylistComplete', 'Action: SkypeBuddies', `User: ${USER}`);
      const [answer, ...rest] = parts;
      const end = rest.pop();
      expect(answer?.get('response')).toBe('Success');
      expect(end?.get('listitems')).toBe(String(rest.length));
      expect(new Set(rest.map((entry) => entry.get('event')))).toEqual(new Set(['SkypeBuddyEntry']));
      for (const entry of rest) {
        expect(entry.get('buddy')).not.toBe('');
        expect(entry.get('status')).not.toBe('');
      }
    });

    it.each(['SkypeBuddy', 'SkypeRemoveBuddy'])(
      '%s refuses somebody who is not on the list',
      async (action) => {
        expect((await suite.act(action, 'Buddy: nobody_at_all')).get('response')).toBe('Error');
      },
    );

    it('enumerates them in the dialplan function, on the channel that asks', async () => {
      await suite.befriend();
      await suite.pbx.drive.incomingCall(PEER, USER);
      const channel = (await suite.ami.event('Newchannel', isCallOf(USER, PEER))).get('channel');
      const read = async (expression: string) =>
        (await suite.ami.ask('Action: Getvar', `Channel: ${channel}`, `Variable: ${expression}`)).get(
          'value',
        );
      const id = await read(`SKYPE_BUDDIES(${USER})`);
      const names: string[] = [];
      for (let entry = await read(`SKYPE_BUDDY_FETCH(${id})`); entry !== ''; ) {
        names.push(entry.split(',')[0] ?? '');
        entry = await read(`SKYPE_BUDDY_FETCH(${id})`);
      }
      expect(names).toEqual((await suite.buddies()).map((entry) => entry.get('buddy')));
      await suite.ami.ask('Action: Hangup', `Channel: ${channel}`);
    });

    it('has nothing to fetch for whoever has no channel', async () => {
      await suite.befriend();
      const read = async (expression: string) =>
        (await suite.ami.ask('Action: Getvar', `Variable: ${expression}`)).get('value');
      const id = await read(`SKYPE_BUDDIES(${USER})`);
      expect(id).toMatch(/^\d+$/);
      expect(await read(`SKYPE_BUDDY_FETCH(${id})`)).toBe('');
      expect(await read('SKYPE_BUDDIES(nobody_at_all)')).toBe('');
    });

    it('moves a hint when somebody comes and goes', async () => {
      await suite.befriend();
      const state = async () =>
        (await suite.ami.ask('Action: ExtensionState', 'Exten: 6001', 'Context: skype-hints')).get('status');
      const isHint = (block: RawBlock) => block.get('exten') === '6001';
      await suite.pbx.drive.presence(PEER, 'Offline');
      await suite.ami.event('ExtensionStatus', (block) => isHint(block) && block.get('status') !== '0');
      expect(await state()).not.toBe('0');
      await suite.pbx.drive.presence(PEER, 'Online');
      await suite.ami.event('ExtensionStatus', (block) => isHint(block) && block.get('status') === '0');
      expect(await state()).toBe('0');
    });

    it('refuses to add nobody', async () => {
      expect((await suite.act('SkypeAddBuddy', 'Buddy: nobody_at_all')).get('response')).toBe('Error');
      expect((await suite.buddies()).map((entry) => entry.get('buddy'))).not.toContain('nobody_at_all');
    });

    it.each(['Away', 'Not Available', 'Offline (Voicemail Enabled)', 'Online'])(
      'tells that somebody is %s',
      async (status) => {
        await suite.befriend();
        await suite.pbx.drive.presence(PEER, status === 'Online' ? 'Away' : 'Online');
        await suite.pbx.drive.presence(PEER, status);
        const fits = (block: RawBlock) =>
          block.get('buddy') === `Skype/${USER}@${PEER}` && block.get('buddystatus') === status;
        await suite.ami.event('SkypeBuddyStatus', fits);
        await suite.pbx.drive.presence(PEER, 'Online');
      },
    );
  });
}
