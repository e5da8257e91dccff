import { describe, expect, it } from 'vitest';
import type { RawBlock } from '../../helpers/raw-ami.ts';
import { type Suite, USER } from '../suite.ts';

export function accounts(suite: Suite): void {
  describe('accounts', () => {
    const property = async (property: string) =>
      (await suite.ami.ask('Action: Getvar', `Variable: SKYPE_ACCOUNT_PROPERTY(${USER},${property})`)).get(
        'value',
      );

    it('sets properties, several at once', async () => {
      const answer = await suite.act(
        'SkypeAccountProperty',
        'variable: fullname=James Bond',
        'variable: availability=Skype Me',
      );
      expect(answer.get('response')).toBe('Success');
      expect([await property('fullname'), await property('availability')]).toEqual([
        'James Bond',
        'Skype Me',
      ]);
      await suite.act('SkypeAccountProperty', 'variable: availability=Online');
    });

    it.each(['Shaken, not stirred', 'say "yes" \\ no', 'Æther, 日本 🎸'])(
      'keeps an escaped %j',
      async (text) => {
        const escaped = text.replace(/[\\",]/g, '\\$&');
        await suite.act('SkypeAccountProperty', `variable: mood_text=${escaped}`);
        expect(await property('mood_text')).toBe(text);
      },
    );

    it.each([
      ['a property that there is not', ['variable: shoe_size=44']],
      ['one that can only be read', ['variable: skypeout_balance=1']],
      ['a birthday that is none', ['variable: birthday=someday']],
      ['none at all', []],
    ])('refuses to set %s', async (_, lines) => {
      expect((await suite.act('SkypeAccountProperty', ...lines)).get('response')).toBe('Error');
    });

    it.each([
      'SkypeAccountProperty',
      'SkypeAddBuddy',
      'SkypeRemoveBuddy',
      'SkypeBuddies',
      'SkypeBuddy',
      'SkypeChatSend',
    ])('%s refuses accounts that are missing, unknown or logged out', async (action) => {
      const rest = ['Buddy: echo123', 'Skypename: echo123', 'Message: x', 'variable: about=x'];
      for (const user of [[], ['User: nobody_at_all'], ['User: m_office']]) {
        expect((await suite.ami.ask(`Action: ${action}`, ...user, ...rest)).get('response')).toBe('Error');
      }
    });

    it('logs an account off and in over the console, and tells it', async () => {
      const is = (status: string) => (block: RawBlock) =>
        block.get('username') === 'q_branch' && block.get('status') === status;
      await suite.ami.ask('Action: Command', 'Command: skype logoff user q_branch');
      await suite.ami.event('SkypeAccountStatus', is('Logged Out'));
      await suite.ami.ask('Action: Command', 'Command: skype login user q_branch');
      await suite.ami.event('SkypeAccountStatus', is('Logged In'));
    });

    it('prints every account on the console', async () => {
      const { output } = await suite.ami.ask('Action: Command', 'Command: skype show users');
      for (const user of [USER, 'q_branch', 'm_office']) expect(output).toContain(user);
    });

    it('goes on after a console command that there is not', async () => {
      await suite.ami.ask('Action: Command', 'Command: skype dance');
      expect((await suite.ami.ask('Action: Ping')).get('response')).toMatch(/^(Success|Pong)$/);
    });
  });
}
