import { describe, expect, it } from 'vitest';
import type { RawBlock } from '../../helpers/raw-ami.ts';
import { PEER, type Suite, USER } from '../suite.ts';

const TEXTS = [
  ['plain', 'Skype For Asterisk rocks!'],
  ['lines and quotes', 'Don\'t\r\nRead\n"This"; ${x}, \\n [a]'],
  ['emoji', 'γειά 🎸👩‍👩‍👧'],
] as const;

export function chats(suite: Suite): void {
  describe('chats', () => {
    const base64 = (text: string) => Buffer.from(text, 'utf8').toString('base64');

    it.each(TEXTS)('sends %s and echoes it', async (_, text) => {
      const encoded = ['Encoding: base64', `Message: ${base64(text)}`];
      const answer = await suite.act('SkypeChatSend', `Skypename: ${PEER}`, ...encoded);
      expect(answer.get('response')).toBe('Success');
      await suite.ami.event(
        'SkypeChatMessage',
        (block) =>
          block.get('to') === PEER && block.get('from') === USER && block.get('message') === base64(text),
      );
    });

    it('sends plain text without an encoding', async () => {
      const answer = await suite.act('SkypeChatSend', `Skypename: ${PEER}`, 'Message: Hello there');
      expect(answer.get('response')).toBe('Success');
      await suite.ami.event('SkypeChatMessage', (block) => block.get('message') === base64('Hello there'));
    });

    it.each(TEXTS)('receives %s', async (_, text) => {
      await suite.pbx.drive.chat(PEER, USER, text);
      const fits = (block: RawBlock) =>
        (block.get('username') || block.get('to')) === USER &&
        block.get('from') === PEER &&
        block.get('message') === base64(text);
      await suite.ami.event('SkypeChatMessage', fits);
    });

    it.each([
      ['no recipient', ['Message: x']],
      ['no text', [`Skypename: ${PEER}`]],
      ['an encoding that there is not', [`Skypename: ${PEER}`, 'Encoding: rot13', 'Message: x']],
      ['base64 that is none', [`Skypename: ${PEER}`, 'Encoding: base64', 'Message: %%%']],
    ])('refuses %s', async (_, lines) => {
      expect((await suite.act('SkypeChatSend', ...lines)).get('response')).toBe('Error');
    });

    it('passes the texts of two sessions on in order', async () => {
      const texts = Array.from({ length: 20 }, (_, at) => `number ${at}`);
      for (const text of texts) await suite.pbx.drive.chat(PEER, USER, text);
      for (const text of texts) {
        const block = await suite.ami.event('SkypeChatMessage', (found) => found.get('from') === PEER);
        expect(Buffer.from(block.get('message'), 'base64').toString('utf8')).toBe(text);
      }
    });
  });
}
