import { type EventEmitter, once } from 'node:events';
import { createRequire } from 'node:module';
import { describe, expect, onTestFinished, test } from 'vitest';
import { ERAS, plainVariation } from '../../src/sim/variation/variation.ts';
import { LAB, pbxForTest } from './support.ts';

const load = createRequire(import.meta.url);

type Message = Readonly<Record<string, string>>;

/** The little of asterisk-manager 0.2.0 that is walked through here. */
interface AsteriskManager extends EventEmitter {
  action(
    action: Readonly<Record<string, unknown>>,
    done: (error: Message | null, answer: Message) => void,
  ): void;
  disconnect(): void;
}
const connectManager = load('asterisk-manager') as (
  port: number,
  host: string,
  user: string,
  secret: string,
  events: boolean,
) => AsteriskManager;

/** The little of yana 0.3.0; an answer and everything of its list come through one callback. */
interface Yana extends EventEmitter {
  connect(done: () => void): void;
  send(action: Readonly<Record<string, unknown>>, each: (message: Message) => void): void;
  disconnect(done: () => void): void;
}
const YanaClient = load('yana') as new (options: Readonly<Record<string, unknown>>) => Yana;

describe.each(ERAS)('clients of other people and Asterisk %s', (era) => {
  test('asterisk-manager logs in, sets, sends and hears', async () => {
    const pbx = await pbxForTest({ variation: plainVariation(era) });
    const manager = connectManager(pbx.ami.port, pbx.ami.host, LAB.username, LAB.secret, true);
    onTestFinished(() => manager.disconnect());
    await once(manager, 'connect');
    const ask = (action: Readonly<Record<string, unknown>>) =>
      new Promise<Message>((resolve, reject) =>
        manager.action(action, (error, answer) =>
          error ? reject(new Error(error['message'] ?? '')) : resolve(answer),
        ),
      );
    const user = 'james_bond';
    const set = { action: 'SkypeAccountProperty', user, variable: ['mood_text=Shaken', 'gender=1'] };
    expect((await ask(set))['message']).toBe('Properties set');
    const heard = once(manager, 'skypechatmessage');
    await ask({ action: 'SkypeChatSend', user, skypename: 'austin_powers', message: 'Hello' });
    const [event] = (await heard) as [Message];
    expect(event).toMatchObject({ to: 'austin_powers', from: user, message: 'SGVsbG8=' });
    await expect(ask({ action: 'SkypeBuddies', user: 'blofeld' })).rejects.toThrow('blofeld');
    const entry = once(manager, 'skypebuddyentry');
    const complete = once(manager, 'skypebuddylistcomplete');
    await ask({ action: 'SkypeBuddies', user });
    expect((await entry)[0]).toMatchObject({ buddy: 'austin_powers', status: 'Online' });
    expect((await complete)[0]).toMatchObject({ listitems: '2' });
  });

  test('yana logs in, lists, commands and hears', async () => {
    const pbx = await pbxForTest({ variation: plainVariation(era) });
    const client = new YanaClient({ ...pbx.ami, login: LAB.username, password: LAB.secret, events: true });
    await new Promise<void>((resolve) => client.connect(resolve));
    const User = 'james_bond';
    const list: Message[] = [];
    await new Promise<void>((resolve) =>
      client.send({ Action: 'SkypeBuddies', User }, (message) => {
        list.push(message);
        if (message['Event'] === 'SkypeBuddylistComplete') resolve();
      }),
    );
    expect(list.map((message) => message['Response'] ?? message['Event'])).toEqual([
      'Success',
      'SkypeBuddyEntry',
      'SkypeBuddyEntry',
      'SkypeBuddylistComplete',
    ]);
    const output = await new Promise<Message>((resolve) =>
      client.send({ Action: 'Command', Command: 'skype show version' }, resolve),
    );
    expect(JSON.stringify(output)).toContain('Skype for Asterisk');
    const heard = once(client, 'SkypeBuddyStatus');
    pbx.community.setPresence('austin_powers', 'Away');
    expect((await heard)[0]).toMatchObject({ Buddy: 'Skype/james_bond@austin_powers', BuddyStatus: 'Away' });
    await new Promise<void>((resolve) => client.disconnect(resolve));
  });
});
