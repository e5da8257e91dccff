import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type RawAmi, rawSession } from '../../helpers/raw-ami.ts';
import { isCallOf, PEER, type Suite, USER } from '../suite.ts';

export function rights(suite: Suite): void {
  describe('rights', () => {
    let system: RawAmi;
    beforeEach(async () => {
      system = await rawSession(suite.pbx.amiSystem);
    });
    afterEach(() => system.close());

    it.each([
      ['Getvar', 'Variable: SKYPE_ACCOUNT_PROPERTY(james_bond,status)'],
      ['Setvar', 'Variable: x', 'Value: y'],
      ['Command', 'Command: skype show users'],
      ['Originate', 'Channel: Skype/james_bond@echo123', 'Application: Wait'],
      ['Redirect', 'Channel: x', 'Exten: wait', 'Context: test', 'Priority: 1'],
    ])('class system does not run %s', async (action, ...lines) => {
      const answer = await system.ask(`Action: ${action}`, ...lines);
      expect([answer.get('response'), answer.get('message')]).toEqual(['Error', 'Permission denied']);
    });

    it('class system runs the Skype actions and hears the driver, but no calls', async () => {
      await suite.befriend();
      const parts = await system.list('SkypeBuddylistComplete', 'Action: SkypeBuddies', `User: ${USER}`);
      expect(parts[0]?.get('response')).toBe('Success');
      await suite.pbx.drive.incomingCall(PEER, USER);
      await suite.pbx.drive.presence(PEER, 'Away');
      await system.event('SkypeBuddyStatus', (block) => block.get('buddystatus') === 'Away');
      await suite.pbx.drive.presence(PEER, 'Online');
      const channel = (await suite.ami.event('Newchannel', isCallOf(USER, PEER))).get('channel');
      await suite.ami.ask('Action: Hangup', `Channel: ${channel}`);
      await suite.ami.event('Hangup', (block) => block.get('channel') === channel);
      await system.ask('Action: Ping');
      expect(system.waiting().filter((block) => block.get('channel') !== '')).toEqual([]);
    });

    it('lists only what may be run', async () => {
      const mine = (await system.ask('Action: ListCommands')).headers.map(([name]) => name);
      const all = (await suite.ami.ask('Action: ListCommands')).headers.map(([name]) => name);
      expect(mine).toEqual(expect.arrayContaining(['ping', 'skypebuddies']));
      expect(mine).not.toContain('command');
      expect(all).toEqual(expect.arrayContaining(['command', 'originate', 'skypechatsend']));
    });
  });
}
