import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, onTestFinished, test } from 'vitest';
import { readDialplanConf } from '../../src/sim/conf/dialplan-conf.ts';
import { readDriverConf } from '../../src/sim/conf/driver-conf.ts';
import { until } from '../helpers/until.ts';
import { openEvents } from './ari-support.ts';
import { ask, block, logIn, pbxForTest } from './support.ts';

const DRIVER = fileURLToPath(new URL('../../fixtures/sim/chan_skype.conf', import.meta.url));
const DIALPLAN = fileURLToPath(new URL('../../fixtures/sim/extensions.conf', import.meta.url));

/** A file of a text, gone with the test. */
function file(text: string): string {
  const directory = mkdtempSync(join(tmpdir(), 'sfa-sim-'));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  const path = join(directory, 'chan_skype.conf');
  writeFileSync(path, text);
  return path;
}

/** A PBX that is made of the two files. */
async function configured(over: Parameters<typeof pbxForTest>[0] = {}) {
  const { accounts, settings } = readDriverConf(DRIVER);
  const people = [{ name: 'austin_powers', fullname: 'Austin Powers' }];
  return pbxForTest({ accounts, settings, people, ...readDialplanConf(DIALPLAN), ...over });
}

describe('chan_skype.conf', () => {
  test('templates, escapes, properties and lists become accounts', () => {
    const { accounts, defaultUser, settings } = readDriverConf(DRIVER);
    expect(defaultUser).toBe('james_bond');
    expect(settings).toContainEqual(['bind_port', '0']);
    expect(settings).toContainEqual(['engine_directory', '/tmp']);
    expect(accounts).toEqual([
      {
        user: 'james_bond',
        secret: 's;007',
        context: 'demo',
        direction: 'both',
        auth_policy: ['accept.vesper', 'deny'],
        buddy_autoadd: ['hints'],
        profile: { birthday: '19201111', fullname: 'James Bond' },
        setvar: ['SKYPE_ACCOUNT_PROPERTY(fullname)=James Bond', 'FROM_SKYPE=yes'],
      },
      {
        user: 'q_branch',
        secret: 'quartermaster',
        context: 'demo',
        direction: 'incoming',
        auth_policy: ['accept.vesper', 'deny'],
        buddy_presence: false,
        autoreply: 'Q is busy, pay attention 007',
        profile: {},
        setvar: [],
      },
      { user: 'm_office', context: 'demo', profile: {}, setvar: [] },
    ]);
  });

  test('a file that Asterisk refuses is refused with its line', () => {
    const path = file('[general]\n[bond\nsecret = x\n');
    expect(() => readDriverConf(path)).toThrow(`${path}:2:`);
    expect(() => readDriverConf('/nowhere/chan_skype.conf')).toThrow('chan_skype.conf');
  });

  test('of two sections of one name the first counts, of two lines the last', () => {
    const path = file('[a]\nsecret=1\nsecret=2\n[A]\nsecret=3\n');
    expect(readDriverConf(path).accounts).toMatchObject([{ user: 'a', secret: '2' }]);
  });

  test('what is configured can be seen', async () => {
    const wire = await logIn(await configured());
    const shown = await ask(wire, 'Action: Command', 'Command: skype show user q_branch');
    expect(shown).toContain('Output:   Direction           : incoming\r\n');
    expect(shown).toContain('Output:   Secret              : <Set>\r\n');
    expect(shown).not.toContain('quartermaster');
    const settings = await ask(wire, 'Action: Command', 'Command: skype show settings');
    expect(settings).toContain('Output:   rtp_address         : 127.0.0.1\r\n');
  });
});

describe('extensions.conf', () => {
  test('an incoming call runs through it into an application', async () => {
    const pbx = await configured();
    const events = await openEvents(pbx, 'sfa');
    const wire = await logIn(pbx);
    pbx.calls.incomingCall({ from: 'austin_powers', to: 'james_bond' });
    const [channel] = pbx.calls.book.channels;
    expect(channel?.variables.get('FROM_SKYPE')).toBe('yes');
    expect(await events.until('StasisStart')).toMatchObject({
      args: ['incoming'],
      channel: { state: 'Up', dialplan: { app_name: 'Stasis', priority: 4 } },
    });
    // Hello Austin Powers, from the account to the caller.
    expect(await wire.until(`Message: ${Buffer.from('Hello Austin Powers').toString('base64')}`)).toContain(
      'To: austin_powers\r\nFrom: james_bond\r\n',
    );
  });

  test('SkypeTransfer passes a call on, with its topic and who passed it', async () => {
    const pbx = await configured();
    await openEvents(pbx, 'sfa');
    pbx.calls.incomingCall({ from: 'austin_powers', to: 'q_branch', topic: 'Dinner' });
    await until(() => pbx.calls.book.channels.some(({ skype }) => skype?.user === 'james_bond'));
    const channels = pbx.calls.book.channels.map(({ skype }) => skype);
    expect(channels).toMatchObject([{ user: 'james_bond', forwardedBy: 'q_branch', topic: 'Dinner' }]);
  });

  test('Dial calls out, joins the two and goes on when nobody is there', async () => {
    const pbx = await configured();
    const wire = await logIn(pbx);
    const originate = (exten: string) => {
      const lines = ['Channel: PJSIP/desk', 'Context: demo', `Exten: ${exten}`, 'Priority: 1'];
      wire.write(block('Action: Originate', ...lines, 'Async: true'));
    };
    originate('+15551234');
    await until(() => pbx.calls.book.bridges[0]?.channels.size === 2);
    const [desk, skype] = pbx.calls.book.channels;
    expect([desk?.variables.get('DIALSTATUS'), skype?.resource]).toEqual(['ANSWER', 'james_bond@+15551234']);
    if (skype) pbx.calls.hangup(skype, 16);
    await until(() => pbx.calls.book.channels.length === 0);
    expect(pbx.calls.book.bridges).toEqual([]);
    // A number that is busy: the next step is Busy().
    originate('+1555busy');
    await wire.until('DIALSTATUS\r\nValue: BUSY\r\n');
    expect(await wire.until('Cause-txt: Unknown\r\n')).toContain('Event: Hangup');
  });

  test('an extension that is unknown ends the call', async () => {
    const pbx = await configured({ dialplan: [], extensions: { 'nobody@demo': ['Answer'] } });
    const channel = pbx.calls.incomingCall({ from: 'austin_powers', to: 'james_bond' });
    await until(() => pbx.calls.book.channels.length === 0);
    expect(channel).toMatchObject({ cause: 1 });
  });

  test('chats are received inside the dialplan, or not in time', async () => {
    const steps = ['Answer', 'Set(got=${SKYPE_CHAT_RECEIVE(james_bond,austin_powers,5)})', 'WaitExten'];
    const pbx = await configured({ dialplan: [], extensions: { 'james_bond@demo': steps } });
    const channel = pbx.calls.incomingCall({ from: 'austin_powers', to: 'james_bond' });
    await until(() => !('denied' in channel) && channel.state === 'Up');
    pbx.community.writeTo('james_bond', 'somebody_else', 'no');
    pbx.community.writeTo('james_bond', 'austin_powers', 'yes');
    await until(() => !('denied' in channel) && channel.variables.get('got') === 'yes');
    const wire = await logIn(pbx);
    const none = await ask(wire, 'Action: Getvar', 'Variable: SKYPE_CHAT_RECEIVE(james_bond,x,0.01)');
    expect(none).toContain('Value: \r\n');
  });
});

describe('hints', () => {
  test('put whom they watch on the list, and follow them', async () => {
    const pbx = await configured();
    const wire = await logIn(pbx);
    await until(() => pbx.community.account('james_bond')?.buddies.get('austin_powers')?.authorised === true);
    pbx.community.setPresence('austin_powers', 'Away');
    // Asterisk was seen to send the two in either order.
    const told = await wire.until('Status: 2\r\nStatusText: Busy\r\n\r\n');
    expect(told).toContain('Exten: 700\r\nContext: demo\r\nHint: Skype:james_bond@austin_powers\r\n');
    const device = 'Device: Skype:james_bond@austin_powers\r\nState: BUSY\r\n\r\n';
    expect(told + (told.includes(device) ? '' : await wire.until(device))).toContain(device);
    expect(await ask(wire, 'Action: ExtensionState', 'Exten: 700', 'Context: demo')).toBe(
      block(
        'Response: Success',
        'Message: Extension Status',
        'Exten: 700',
        'Context: demo',
        'Hint: Skype:james_bond@austin_powers',
        'Status: 2',
        'StatusText: Busy',
      ),
    );
    expect(await ask(wire, 'Action: ExtensionState', 'Exten: 999')).toContain('Status: -1\r\n');
    wire.write(block('Action: DeviceStateList', 'ActionID: d'));
    expect(await wire.until('Event: DeviceStateListComplete\r\nActionID: d\r\n')).toContain(
      'Event: DeviceStateChange\r\nActionID: d\r\nDevice: Skype:james_bond@austin_powers\r\nState: BUSY\r\n',
    );
  });

  test('of several devices one that rings or speaks counts first', async () => {
    const pbx = await configured();
    const wire = await logIn(pbx);
    wire.write(block('Action: Originate', 'Channel: PJSIP/desk', 'Application: Wait', 'Async: true'));
    await wire.until(
      'Exten: 701\r\nContext: demo\r\nHint: Skype:james_bond@vesper&PJSIP/desk\r\nStatus: 1\r\n',
    );
    wire.write(block('Action: ExtensionStateList', 'ActionID: l'));
    expect(await wire.until('ListItems: 2\r\n')).toContain('Event: ExtensionStateListComplete');
  });
});

describe('the dialplan in memory', () => {
  test('is shown context by context, and read anew by a reload of pbx_config, if it is good', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'sfa-sim-'));
    onTestFinished(() => rmSync(directory, { recursive: true }));
    const path = join(directory, 'extensions.conf');
    writeFileSync(path, '[demo]\ninclude => skype-in-demo\n');
    const pbx = await pbxForTest({ ...readDialplanConf(path), readDialplan: () => readDialplanConf(path) });
    const wire = await logIn(pbx);
    const show = async (context: string, end: string) => {
      wire.write(block('Action: ShowDialPlan', 'ActionID: d', `Context: ${context}`));
      return wire.until(end);
    };
    expect(await show('demo', 'ListItems: 1\r\n\r\n')).toBe(
      block('Response: Success', 'ActionID: d', 'EventList: start', 'Message: DialPlan list will follow') +
        block(
          'Event: ListDialplan',
          'ActionID: d',
          'Context: demo',
          'IncludeContext: skype-in-demo',
          'Registrar: pbx_config',
        ) +
        block('Event: ShowDialPlanComplete', 'ActionID: d', 'EventList: Complete', 'ListItems: 1'),
    );
    expect(await show('skype-in-demo', '\r\n\r\n')).toBe(
      block('Response: Error', 'ActionID: d', 'Message: Did not find context skype-in-demo'),
    );
    writeFileSync(path, '[skype-in-demo]\nexten => 7,1,Dial(PJSIP/7,30)\nexten => 8,hint,Skype:a@b\n');
    expect(await ask(wire, 'Action: Reload', 'Module: pbx_config.so')).toContain('Module Reloaded');
    expect(await show('skype-in-demo', 'ListItems: 2\r\n\r\n')).toContain(
      'Extension: 7\r\nPriority: 1\r\nApplication: Dial\r\nAppData: PJSIP/7,30\r\n',
    );
    expect(await ask(wire, 'Action: ExtensionState', 'Exten: 8', 'Context: skype-in-demo')).toContain(
      'Hint: Skype:a@b\r\n',
    );
    writeFileSync(path, '#include "missing.conf"\n');
    expect(await ask(wire, 'Action: Reload', 'Module: pbx_config.so')).toContain('An unknown error occurred');
    expect(await show('skype-in-demo', 'ListItems: 2\r\n\r\n')).toContain('Extension: 8');
  });
});
