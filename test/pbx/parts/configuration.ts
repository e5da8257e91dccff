import { describe, expect, it } from 'vitest';
import { isCallOf, PEER, type Suite, USER } from '../suite.ts';

export function configuration(suite: Suite): void {
  describe('configuration', () => {
    it('shows the sections and secrets of a file', async () => {
      const answer = await suite.ami.ask(
        'Action: GetConfig',
        'Filename: chan_skype.conf',
        ...(suite.isModern() ? [`Category: ${USER}`] : []),
      );
      expect(answer.get('response')).toBe('Success');
      const values = answer.headers.map(([, value]) => value);
      expect(values).toContain(USER);
      expect(values).toContainEqual(expect.stringMatching(/^secret=./));
    });

    it('refuses a file that there is not', async () => {
      const answer = await suite.ami.ask('Action: GetConfig', 'Filename: nothing.conf');
      expect(answer.get('response')).toBe('Error');
    });

    it('reloads the driver without touching a call', async () => {
      await suite.pbx.drive.incomingCall(PEER, USER);
      const channel = (await suite.ami.event('Newchannel', isCallOf(USER, PEER))).get('channel');
      await suite.ami.ask('Action: Command', 'Command: module reload chan_skype.so');
      if (suite.isModern()) {
        const refused = await suite.ami.ask('Action: Reload', 'Module: chan_skype');
        expect(refused.get('response')).toBe('Error');
      }
      expect((await suite.ami.ask('Action: Hangup', `Channel: ${channel}`)).get('response')).toBe('Success');
      await suite.ami.event('Hangup', (block) => block.get('channel') === channel);
    });
  });
}
