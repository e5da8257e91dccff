import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  openRawAmi,
  type RawAmi,
  type RawAmiAddress,
  type RawBlock,
  rawSession,
} from '../helpers/raw-ami.ts';
import { until } from '../helpers/until.ts';
import { type AriAddress, ariRequest, openAriEvents } from './ari.ts';

/**
 * A PBX that is up, with a cast that every implementation has: the accounts `james_bond` and `q_branch` are logged
 * in, `m_office` is logged out and has no secret; outside, `austin_powers` is online, grants every request for
 * authorisation and answers calls. `james_bond` has 1 to 8 free channels, and his buddies are for the suite to change.
 */
export interface PbxUnderTest {
  /** A manager user with all rights. */
  readonly ami: RawAmiAddress;
  /** Null when nobody serves ARI beside this manager interface. */
  readonly ari: AriAddress | null;
  /** What people outside do. */
  readonly drive: {
    chat(from: string, to: string, text: string): void | Promise<void>;
    presence(person: string, status: string): void | Promise<void>;
    /** A call from Skype that stays up, answered or not. */
    incomingCall(from: string, to: string): void | Promise<void>;
  };
  stop(): Promise<void>;
}

const USER = 'james_bond';
const PEER = 'austin_powers';
const TEXTS = [
  ['plain', 'Skype For Asterisk rocks!'],
  ['lines and quotes', 'Don\'t\r\nRead\n"This"; ${x}, \\n [a]'],
  ['emoji', 'γειά 🎸👩‍👩‍👧'],
] as const;

/**
 * What a companion relies on, for every PBX that speaks AMI with the Skype actions and, where there is one, ARI.
 * Errors are told apart by kind only; nothing leans on wordings, on the order of headers or on the order of an answer
 * and the events that its action causes, all of which the manual leaves open.
 */
export function pbxContract(name: string, start: () => Promise<PbxUnderTest>): void {
  describe(`PBX contract: ${name}`, () => {
    let pbx: PbxUnderTest;
    let ami: RawAmi;
    beforeAll(async () => {
      pbx = await start();
    });
    afterAll(() => pbx.stop());
    beforeEach(async () => {
      ami = await rawSession(pbx.ami);
    });
    afterEach(() => ami.close());

    const act = (action: string, ...lines: readonly string[]) =>
      ami.ask(`Action: ${action}`, `User: ${USER}`, ...lines);
    const befriend = async () => {
      await act('SkypeAddBuddy', `Buddy: ${PEER}`);
      await until(async () =>
        (await buddies()).some((entry) => entry.get('buddy') === PEER && isThere(entry)),
      );
    };
    const buddies = async () =>
      (await ami.list('SkypeBuddylistComplete', 'Action: SkypeBuddies', `User: ${USER}`)).slice(1, -1);
    const isThere = (entry: RawBlock) => entry.get('status') !== 'Waiting for Authorization';

    describe('sessions', () => {
      it('refuses a wrong key and hangs up', async () => {
        const other = await openRawAmi(pbx.ami);
        expect((await other.login(pbx.ami.username, 'nonsense')).get('response')).toBe('Error');
        await other.closed;
      });

      it('takes the secret in clear, too', async () => {
        const other = await openRawAmi(pbx.ami);
        const { username, secret } = pbx.ami;
        const answer = await other.ask('Action: Login', `Username: ${username}`, `Secret: ${secret}`);
        expect(answer.get('response')).toBe('Success');
        other.close();
      });

      it('refuses everything before login', async () => {
        const other = await openRawAmi(pbx.ami);
        for (const action of [['Action: SkypeBuddies', `User: ${USER}`], ['Action: Ping']]) {
          expect((await other.ask(...action)).get('response')).toBe('Error');
        }
        other.close();
      });

      it('says goodbye and closes', async () => {
        expect((await ami.ask('Action: Logoff')).get('response')).toBe('Goodbye');
        await ami.closed;
      });

      it('answers a ping', async () => {
        expect((await ami.ask('Action: Ping')).get('response')).toMatch(/^(Success|Pong)$/);
      });

      it('refuses an unknown action and goes on', async () => {
        expect((await ami.ask('Action: SkypeDance')).get('response')).toBe('Error');
        expect((await ami.ask('ACTION: pInG')).get('response')).toMatch(/^(Success|Pong)$/);
      });

      it('takes the first of repeated headers', async () => {
        const answer = await ami.ask('Action: SkypeBuddies', `User: ${USER}`, 'User: nobody_at_all');
        expect(answer.get('response')).toBe('Success');
      });

      it('survives a line that is too long', async () => {
        ami.write(`Action: Ping\r\nX-Long: ${'x'.repeat(5000)}\r\n\r\n`);
        expect((await ami.ask('Action: Ping')).get('response')).toMatch(/^(Success|Pong)$/);
      });

      it('sends no events to whoever switched them off', async () => {
        await befriend();
        await ami.ask('Action: Events', 'EventMask: off');
        await pbx.drive.presence(PEER, 'Away');
        // A second session sees the event, so it is over for the first one.
        const other = await rawSession(pbx.ami);
        await pbx.drive.presence(PEER, 'Do Not Disturb');
        await other.event('SkypeBuddyStatus', (block) => block.get('buddystatus') === 'Do Not Disturb');
        await ami.ask('Action: Events', 'EventMask: on');
        await pbx.drive.presence(PEER, 'Skype Me');
        await ami.event('SkypeBuddyStatus', (block) => block.get('buddystatus') === 'Skype Me');
        const missed = ami.untaken('SkypeBuddyStatus').map((block) => block.get('buddystatus'));
        expect(missed).not.toContain('Away');
        expect(missed).not.toContain('Do Not Disturb');
        await pbx.drive.presence(PEER, 'Online');
        other.close();
      });
    });

    describe('accounts', () => {
      const property = async (property: string) =>
        (await ami.ask('Action: Getvar', `Variable: SKYPE_ACCOUNT_PROPERTY(${USER},${property})`)).get(
          'value',
        );

      it('sets properties, several at once', async () => {
        const answer = await act(
          'SkypeAccountProperty',
          'variable: fullname=James Bond',
          'variable: availability=Skype Me',
        );
        expect(answer.get('response')).toBe('Success');
        expect([await property('fullname'), await property('availability')]).toEqual([
          'James Bond',
          'Skype Me',
        ]);
        await act('SkypeAccountProperty', 'variable: availability=Online');
      });

      it.each(['Shaken, not stirred', 'say "yes" \\ no', 'Æther, 日本 🎸'])(
        'keeps an escaped %j',
        async (text) => {
          const escaped = text.replace(/[\\",]/g, '\\$&');
          await act('SkypeAccountProperty', `variable: mood_text=${escaped}`);
          expect(await property('mood_text')).toBe(text);
        },
      );

      it.each([
        ['a property that there is not', ['variable: shoe_size=44']],
        ['one that can only be read', ['variable: skypeout_balance=1']],
        ['a birthday that is none', ['variable: birthday=someday']],
        ['none at all', []],
      ])('refuses to set %s', async (_, lines) => {
        expect((await act('SkypeAccountProperty', ...lines)).get('response')).toBe('Error');
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
          expect((await ami.ask(`Action: ${action}`, ...user, ...rest)).get('response')).toBe('Error');
        }
      });

      it('logs an account off and in over the console, and tells it', async () => {
        const is = (status: string) => (block: RawBlock) =>
          block.get('username') === 'q_branch' && block.get('status') === status;
        await ami.ask('Action: Command', 'Command: skype logoff user q_branch');
        await ami.event('SkypeAccountStatus', is('Logged Out'));
        await ami.ask('Action: Command', 'Command: skype login user q_branch');
        await ami.event('SkypeAccountStatus', is('Logged In'));
      });

      it('prints every account on the console', async () => {
        const { output } = await ami.ask('Action: Command', 'Command: skype show users');
        for (const user of [USER, 'q_branch', 'm_office']) expect(output).toContain(user);
      });

      it('goes on after a console command that there is not', async () => {
        await ami.ask('Action: Command', 'Command: skype dance');
        expect((await ami.ask('Action: Ping')).get('response')).toMatch(/^(Success|Pong)$/);
      });
    });

    describe('buddies', () => {
      it('adds one, sees it, tells about it and removes it', async () => {
        await act('SkypeRemoveBuddy', `Buddy: ${PEER}`);
        const answer = await act('SkypeAddBuddy', `Buddy: ${PEER}`, 'AuthMsg: Please authorize me!');
        expect(answer.get('response')).toBe('Success');
        await ami.event('SkypeBuddyStatus', (block) => block.get('buddy') === `Skype/${USER}@${PEER}`);
        await befriend();
        const shown = await act('SkypeBuddy', `Buddy: ${PEER}`);
        expect([shown.get('response'), shown.get('availability')]).toEqual(['Success', 'Online']);
        expect((await act('SkypeRemoveBuddy', `Buddy: ${PEER}`)).get('response')).toBe('Success');
        expect((await buddies()).map((entry) => entry.get('buddy'))).not.toContain(PEER);
      });

      it('lists with the ActionID in every part, and counts', async () => {
        await befriend();
        const parts = await ami.list('SkypeBuddylistComplete', 'Action: SkypeBuddies', `User: ${USER}`);
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
          expect((await act(action, 'Buddy: nobody_at_all')).get('response')).toBe('Error');
        },
      );

      it('enumerates them in the dialplan function, on the channel that asks', async () => {
        await befriend();
        await pbx.drive.incomingCall(PEER, USER);
        const isMine = (block: RawBlock) => block.get('channel').startsWith(`Skype/${USER}@${PEER}-`);
        const channel = (await ami.event('Newchannel', isMine)).get('channel');
        const read = async (expression: string) =>
          (await ami.ask('Action: Getvar', `Channel: ${channel}`, `Variable: ${expression}`)).get('value');
        const id = await read(`SKYPE_BUDDIES(${USER})`);
        const names: string[] = [];
        for (let entry = await read(`SKYPE_BUDDY_FETCH(${id})`); entry !== ''; ) {
          names.push(entry.split(',')[0] ?? '');
          entry = await read(`SKYPE_BUDDY_FETCH(${id})`);
        }
        expect(names).toEqual((await buddies()).map((entry) => entry.get('buddy')));
        await ami.ask('Action: Hangup', `Channel: ${channel}`);
      });

      it.each(['Away', 'Not Available', 'Offline (Voicemail Enabled)', 'Online'])(
        'tells that somebody is %s',
        async (status) => {
          await befriend();
          await pbx.drive.presence(PEER, status === 'Online' ? 'Away' : 'Online');
          await pbx.drive.presence(PEER, status);
          const fits = (block: RawBlock) =>
            block.get('buddy') === `Skype/${USER}@${PEER}` && block.get('buddystatus') === status;
          await ami.event('SkypeBuddyStatus', fits);
          await pbx.drive.presence(PEER, 'Online');
        },
      );
    });

    describe('chats', () => {
      const base64 = (text: string) => Buffer.from(text, 'utf8').toString('base64');

      it.each(TEXTS)('sends %s and echoes it', async (_, text) => {
        const encoded = ['Encoding: base64', `Message: ${base64(text)}`];
        const answer = await act('SkypeChatSend', `Skypename: ${PEER}`, ...encoded);
        expect(answer.get('response')).toBe('Success');
        await ami.event(
          'SkypeChatMessage',
          (block) =>
            block.get('to') === PEER && block.get('from') === USER && block.get('message') === base64(text),
        );
      });

      it('sends plain text without an encoding', async () => {
        const answer = await act('SkypeChatSend', `Skypename: ${PEER}`, 'Message: Hello there');
        expect(answer.get('response')).toBe('Success');
        await ami.event('SkypeChatMessage', (block) => block.get('message') === base64('Hello there'));
      });

      it.each(TEXTS)('receives %s', async (_, text) => {
        await pbx.drive.chat(PEER, USER, text);
        const fits = (block: RawBlock) =>
          (block.get('username') || block.get('to')) === USER &&
          block.get('from') === PEER &&
          block.get('message') === base64(text);
        await ami.event('SkypeChatMessage', fits);
      });

      it.each([
        ['no recipient', ['Message: x']],
        ['no text', [`Skypename: ${PEER}`]],
        ['an encoding that there is not', [`Skypename: ${PEER}`, 'Encoding: rot13', 'Message: x']],
        ['base64 that is none', [`Skypename: ${PEER}`, 'Encoding: base64', 'Message: %%%']],
      ])('refuses %s', async (_, lines) => {
        expect((await act('SkypeChatSend', ...lines)).get('response')).toBe('Error');
      });

      it('passes the texts of two sessions on in order', async () => {
        const texts = Array.from({ length: 20 }, (_, at) => `number ${at}`);
        for (const text of texts) await pbx.drive.chat(PEER, USER, text);
        for (const text of texts) {
          const block = await ami.event('SkypeChatMessage', (found) => found.get('from') === PEER);
          expect(Buffer.from(block.get('message'), 'base64').toString('utf8')).toBe(text);
        }
      });
    });

    describe('calls', () => {
      const ari = () => {
        if (pbx.ari === null) throw new Error('this PBX has no ARI');
        return pbx.ari;
      };
      const skip = () => pbx.ari === null;

      it('carries a call with its properties over ARI', async ({ skip: leave }) => {
        if (skip()) leave('no ARI');
        const events = await openAriEvents(ari(), 'contract');
        const id = `contract-${Date.now()}`;
        const created = await ariRequest(ari(), 'POST', `/channels/${id}`, {
          endpoint: `Skype/${USER}@${PEER}`,
          app: 'contract',
        });
        expect(created.status).toBe(200);
        await events.until('StasisStart');
        const variable = `/channels/${id}/variable?variable=${encodeURIComponent('SKYPE_CALL_PROPERTY(topic)')}`;
        expect((await ariRequest(ari(), 'POST', `${variable}&value=Secret%20Plans`)).status).toBe(204);
        expect((await ariRequest(ari(), 'GET', variable)).body).toEqual({ value: 'Secret Plans' });

        const bridge = await ariRequest(ari(), 'POST', '/bridges?type=mixing');
        const bridgeId = String(bridge.body['id']);
        await ariRequest(ari(), 'POST', `/bridges/${bridgeId}/addChannel?channel=${id}`);
        await events.until('ChannelEnteredBridge');
        expect((await ariRequest(ari(), 'DELETE', `/channels/${id}`)).status).toBe(204);
        const destroyed = await events.until('ChannelDestroyed');
        expect(destroyed['cause']).toEqual(expect.any(Number));
        await ariRequest(ari(), 'DELETE', `/bridges/${bridgeId}`);
        expect((await ariRequest(ari(), 'GET', `/channels/${id}`)).status).toBe(404);
        events.close();
      });

      it('refuses a call from an account that there is not', async ({ skip: leave }) => {
        if (skip()) leave('no ARI');
        const events = await openAriEvents(ari(), 'contract');
        const refused = await ariRequest(ari(), 'POST', '/channels', {
          endpoint: 'Skype/nobody_at_all@echo123',
          app: 'contract',
        });
        expect(refused.status).toBeGreaterThanOrEqual(400);
        events.close();
      });

      it('shows an incoming call and ends it', async ({ skip: leave }) => {
        if (skip()) leave('no ARI');
        await pbx.drive.incomingCall(PEER, USER);
        const mine = async () => {
          const { list } = await ariRequest(ari(), 'GET', '/channels');
          return list.find(({ name }) => String(name).startsWith(`Skype/${USER}@${PEER}-`));
        };
        await until(async () => (await mine()) !== undefined);
        const channel = await mine();
        expect(channel?.['caller']).toMatchObject({ number: PEER });
        await ariRequest(ari(), 'DELETE', `/channels/${String(channel?.['id'])}`);
        await until(async () => (await mine()) === undefined);
      });

      it('tells manager sessions of a call', async ({ skip: leave }) => {
        if (skip()) leave('no ARI');
        await pbx.drive.incomingCall(PEER, USER);
        const isMine = (block: RawBlock) => block.get('channel').startsWith(`Skype/${USER}@${PEER}-`);
        const channel = (await ami.event('Newchannel', isMine)).get('channel');
        expect((await ami.ask('Action: Hangup', `Channel: ${channel}`)).get('response')).toBe('Success');
        const gone = await ami.event('Hangup', (block) => block.get('channel') === channel);
        expect(gone.get('cause')).toMatch(/^\d+$/);
      });
    });
  });
}
