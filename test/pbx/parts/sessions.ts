import { describe, expect, it } from 'vitest';
import { openRawAmi, rawSession } from '../../helpers/raw-ami.ts';
import { PEER, type Suite, USER } from '../suite.ts';

export function sessions(suite: Suite): void {
  describe('sessions', () => {
    it('refuses a wrong key and hangs up', async () => {
      const other = await openRawAmi(suite.pbx.ami);
      expect((await other.login(suite.pbx.ami.username, 'nonsense')).get('response')).toBe('Error');
      await other.closed;
    });

    it('takes the secret in clear, too', async () => {
      const other = await openRawAmi(suite.pbx.ami);
      const { username, secret } = suite.pbx.ami;
      const answer = await other.ask('Action: Login', `Username: ${username}`, `Secret: ${secret}`);
      expect(answer.get('response')).toBe('Success');
      other.close();
    });

    it('refuses everything before login', async () => {
      const other = await openRawAmi(suite.pbx.ami);
      for (const action of [['Action: SkypeBuddies', `User: ${USER}`], ['Action: Ping']]) {
        expect((await other.ask(...action)).get('response')).toBe('Error');
      }
      other.close();
    });

    it('says goodbye and closes', async () => {
      expect((await suite.ami.ask('Action: Logoff')).get('response')).toBe('Goodbye');
      await suite.ami.closed;
    });

    it('answers a ping', async () => {
      expect((await suite.ami.ask('Action: Ping')).get('response')).toMatch(/^(Success|Pong)$/);
    });

    it('refuses an unknown action and goes on', async () => {
      expect((await suite.ami.ask('Action: SkypeDance')).get('response')).toBe('Error');
      expect((await suite.ami.ask('ACTION: pInG')).get('response')).toMatch(/^(Success|Pong)$/);
    });

    it('takes the first of repeated headers', async () => {
      const answer = await suite.ami.ask('Action: SkypeBuddies', `User: ${USER}`, 'User: nobody_at_all');
      expect(answer.get('response')).toBe('Success');
    });

    it('survives a line that is too long', async () => {
      suite.ami.write(`Action: Ping\r\nX-Long: ${'x'.repeat(5000)}\r\n\r\n`);
      expect((await suite.ami.ask('Action: Ping')).get('response')).toMatch(/^(Success|Pong)$/);
    });

    it('sends no events to whoever switched them off', async () => {
      await suite.befriend();
      await suite.ami.ask('Action: Events', 'EventMask: off');
      await suite.pbx.drive.presence(PEER, 'Away');
      // A second session sees the event, so it is over for the first one.
      const other = await rawSession(suite.pbx.ami);
      await suite.pbx.drive.presence(PEER, 'Do Not Disturb');
      await other.event('SkypeBuddyStatus', (block) => block.get('buddystatus') === 'Do Not Disturb');
      await suite.ami.ask('Action: Events', 'EventMask: on');
      await suite.pbx.drive.presence(PEER, 'Skype Me');
      await suite.ami.event('SkypeBuddyStatus', (block) => block.get('buddystatus') === 'Skype Me');
      const missed = suite.ami.untaken('SkypeBuddyStatus').map((block) => block.get('buddystatus'));
      expect(missed).not.toContain('Away');
      expect(missed).not.toContain('Do Not Disturb');
      await suite.pbx.drive.presence(PEER, 'Online');
      other.close();
    });
  });
}
