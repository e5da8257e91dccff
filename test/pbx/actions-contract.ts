import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { PbxLink } from '../../src/ami/link/link.ts';
import * as skype from '../../src/ami/skype/actions.ts';
import { CLI_COMMANDS, type CliCommand, cliCommand, commandOutput } from '../../src/ami/skype/cli.ts';
import * as core from '../../src/ami/skype/core-actions.ts';
import { decode } from '../../src/ami/skype/decoder.ts';
import { askCommands, DRIVER_MODULE } from '../../src/ami/skype/enquiry.ts';
import { explainRefusal } from '../../src/ami/skype/explain.ts';
import { loginAccount, logoffAccount } from '../../src/ami/skype/operations.ts';
import * as properties from '../../src/ami/skype/properties.ts';
import { buddyListOf, buddyProfileOf } from '../../src/ami/skype/replies.ts';
import { checkRights } from '../../src/ami/skype/rights.ts';
import { type AmiMessage, header } from '../../src/ami/wire/message.ts';
import { systemClock } from '../../src/model/clock.ts';
import type { SkypeEvent } from '../../src/model/events.ts';
import { nameKey } from '../../src/model/skype-name.ts';
import { TRANSPORTS } from '../helpers/linked.ts';
import { name } from '../helpers/service.ts';
import { until } from '../helpers/until.ts';
import type { PbxUnderTest } from './contract.ts';

const BOND = name('james_bond');
const PEER = name('austin_powers');
const ACCOUNTS = new Set(['james_bond', 'q_branch', 'm_office']);
const HARD_TEXTS = ['Shaken, not stirred', 'a=1,b=2', 'say "yes" \\ no', '${EXTEN}; [x] &', '日本 🎸'];

/**
 * The typed actions, the link and the decoder against a whole PBX, over every transport. The dialplan has `wait` in
 * the context `test`, which answers and waits.
 */
export function actionsContract(title: string, start: () => Promise<PbxUnderTest>): void {
  describe.each(TRANSPORTS)(`typed actions: ${title}, by $name`, ({ make }) => {
    let pbx: PbxUnderTest;
    let link: PbxLink;
    let reading: Promise<void>;
    /** What the PBX knows: an Asterisk 1.4 lacks half of the core's actions. */
    let known: ReadonlySet<string>;
    const messages: AmiMessage[] = [];
    const events: SkypeEvent[] = [];
    beforeAll(async () => {
      pbx = await start();
      const { username, secret } = pbx.ami;
      const options = { pbx: 'main', username, secret, eventMask: 'system,call' };
      link = new PbxLink(make(pbx.ami), options, systemClock);
      reading = (async () => {
        for await (const batch of link.items()) {
          for (const item of batch) if (item.kind === 'message') take(item.message);
        }
      })();
      link.start();
      await until(() => link.state === 'ready');
      known = (await askCommands(link)) ?? new Set();
    });
    afterAll(async () => {
      await link.stop();
      await reading;
      await pbx.stop();
    });
    beforeEach(() => {
      messages.length = 0;
      events.length = 0;
    });

    const take = (message: AmiMessage) => {
      messages.push(message);
      const decoded = decode(message, (who) => ACCOUNTS.has(nameKey(who)));
      if (decoded.kind === 'bad') throw new Error(decoded.reason);
      if (decoded.kind === 'skype') events.push(decoded.event);
    };
    const happened = (wanted: object) =>
      until(() =>
        events.some((event) =>
          Object.entries(wanted).every(([key, value]) => event[key as 'type'] === value),
        ),
      );
    const value = async (action: skype.AmiAction) => properties.variableValue(await link.request(action));
    const buddies = async () => buddyListOf(await link.request(skype.skypeBuddies(BOND))).entries;
    const befriend = async () => {
      await link.request(skype.skypeAddBuddy(BOND, PEER, 'Please authorize me!'));
      await until(async () =>
        (await buddies()).some(({ buddy, status }) => buddy === PEER && status === 'Online'),
      );
    };
    /** Calls somebody outside; gives the channel when it has answered. */
    const call = async (variables: Record<string, string> = {}) => {
      const before = messages.length;
      await link.request(
        core.originate({
          channel: `Skype/${BOND}@${PEER}`,
          context: 'test',
          exten: 'wait',
          timeoutMs: 10_000,
          variables,
        }),
      );
      const started = () =>
        messages
          .slice(before)
          .find((message) => header(message, 'Event') === 'Newchannel' && isSkype(message));
      await until(() => started() !== undefined);
      const channel = header(started() ?? { headers: [] }, 'Channel') ?? '';
      await until(async () => (await channels()).get(channel)?.includes('wait') === true);
      return channel;
    };
    const isSkype = (message: AmiMessage) => header(message, 'Channel')?.startsWith('Skype/') === true;
    /** Names of the channels that are up, with the extension that each is at. */
    const channels = async () => {
      const list = known.has('coreshowchannels') ? core.coreShowChannels() : core.status();
      const { events: listed } = await link.request(list);
      return new Map(
        listed.map((event) => [
          header(event, 'Channel') ?? '',
          header(event, 'Exten') ?? header(event, 'Extension') ?? '',
        ]),
      );
    };

    /** Asks for what a PBX may be too old for; it is told as such then. */
    const attempt = async (action: skype.AmiAction) => {
      if (known.has(action.name.toLowerCase())) return link.request(action);
      await expect(link.request(action)).rejects.toMatchObject({ details: { unknownAction: true } });
      return null;
    };

    it('finds the driver and every right', async () => {
      expect(await checkRights(link)).toEqual({ driver: 'loaded', denied: [] });
      expect(known).toContain('skypechatsend');
      await link.request(core.ping());
      await attempt(core.moduleCheck(DRIVER_MODULE));
    });

    it('reloads the driver by both honest actions', async () => {
      await attempt(core.reload(DRIVER_MODULE));
      await attempt(core.moduleLoad(DRIVER_MODULE, 'reload'));
      await expect(link.request(core.moduleLoad('chan_nothing.so', 'reload'))).rejects.toMatchObject({
        code: 'PBX_REFUSED',
      });
    });

    it.each(HARD_TEXTS)('sets an account property to %j and nothing else', async (text) => {
      await link.request(skype.skypeAccountProperty(BOND, { about: 'as before', mood_text: text }));
      expect(await value(skype.getAccountProperty(BOND, 'mood_text'))).toBe(text);
      expect(await value(skype.getAccountProperty(BOND, 'about'))).toBe('as before');
    });

    it('logs an account off and in, by its state alone', async () => {
      const user = name('q_branch');
      expect(await logoffAccount(link, user)).toMatch(/^Logged Out/);
      expect(await loginAccount(link, user)).toBe('Logged In');
      await happened({ type: 'account.status', user, status: 'Logged In' });
    });

    it.each([
      ['m_office', 'ACCOUNT_LOGGED_OUT'],
      ['nobody_at_all', 'ACCOUNT_UNKNOWN'],
    ])('finds out why nothing can be sent as %s', async (user, code) => {
      const refused = await link
        .request(skype.skypeChatSend({ user: name(user), to: PEER, text: 'Hello' }))
        .catch((thrown: unknown) => thrown);
      expect(refused).toMatchObject({ code: 'PBX_REFUSED' });
      expect(await explainRefusal(link, refused, { user: name(user) })).toMatchObject({ code });
    });

    it('adds, lists, shows and removes a buddy', async () => {
      // The list at the start is the PBX's own affair.
      await link.request(skype.skypeRemoveBuddy(BOND, PEER)).catch(() => undefined);
      await befriend();
      await happened({ type: 'buddy.status', user: BOND, buddy: PEER, status: 'Online' });
      const { properties: profile } = buddyProfileOf(await link.request(skype.skypeBuddy(BOND, PEER)));
      expect(profile).toMatchObject({ availability: 'Online' });
      await link.request(skype.skypeRemoveBuddy(BOND, PEER));
      expect((await buddies()).map(({ buddy }) => buddy)).not.toContain(PEER);
      const refused = await link.request(skype.skypeBuddy(BOND, PEER)).catch((thrown: unknown) => thrown);
      expect(await explainRefusal(link, refused, { user: BOND, buddy: PEER })).toMatchObject({
        code: 'BUDDY_UNKNOWN',
      });
    });

    it.each([...HARD_TEXTS, 'first line\r\nAction: Logoff\r\n\r\n', 'x'.repeat(759)])(
      'sends %j as a chat and hears its echo',
      async (text) => {
        await link.request(skype.skypeChatSend({ user: BOND, to: PEER, text }));
        await happened({ type: 'chat', user: BOND, peer: PEER, direction: 'out', text });
      },
    );

    it('hears a chat from outside', async () => {
      await pbx.drive.chat(PEER, BOND, 'two\nlines 🎸');
      await happened({ type: 'chat', user: BOND, peer: PEER, direction: 'in', text: 'two\nlines 🎸' });
    });

    it('passes on what every console command of the manual prints', async () => {
      const shows = Object.keys(CLI_COMMANDS).filter((command) => !/ log(?:in|off) /.test(command));
      for (const command of shows as CliCommand[]) {
        const user = CLI_COMMANDS[command].user === 'none' ? undefined : BOND;
        await link.request(cliCommand(command, user));
      }
      const users = commandOutput(await link.request(cliCommand('skype show users')));
      expect(users.join('\n')).toContain('james_bond');
    });

    it('calls with variables, reads and sets call properties, redirects and hangs up', async () => {
      await befriend();
      const text = 'Shaken, "not" \\ stirred';
      const channel = await call({ SFA_TEST: text });
      expect(await value(properties.getVariable(channel, 'SFA_TEST'))).toBe(text);
      await link.request(properties.setVariable(channel, 'SFA_TEST', `${text}, again`));
      expect(await value(properties.getVariable(channel, 'SFA_TEST'))).toBe(`${text}, again`);
      await link.request(properties.setCallProperty(channel, 'topic', text));
      expect(await value(properties.getCallProperty(channel, 'topic'))).toBe(text);
      expect(await value(properties.getChannelProperty(channel, 'topic'))).toBe(text);
      await link.request(core.redirect(channel, { context: 'test', exten: 'echo' }));
      await until(async () => (await channels()).get(channel) === 'echo');
      await link.request(core.hangup(channel));
      await until(async () => !(await channels()).has(channel));
      await expect(link.request(core.hangup(channel))).rejects.toMatchObject({ code: 'PBX_REFUSED' });
    });

    it('joins two calls', async () => {
      const first = await call();
      const second = await call();
      await attempt(core.bridge(first, second));
      const listed = await link.request(core.status());
      expect(listed.events.map((event) => header(event, 'Channel'))).toEqual(
        expect.arrayContaining([first, second]),
      );
      await link.request(core.hangup(first));
      await until(async () => !(await channels()).has(first));
      // The other one goes on in the dialplan or ends, as its extension says.
      await link.request(core.hangup(second)).catch(() => undefined);
      await until(async () => !(await channels()).has(second));
    });
  });
}
