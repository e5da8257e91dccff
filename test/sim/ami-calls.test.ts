import { describe, expect, test } from 'vitest';
import { until } from '../helpers/until.ts';
import { ask, block, logIn, pbxForTest, type Wire } from './support.ts';

/** Takes blocks until one begins with these lines. */
async function next(wire: Wire, ...lines: readonly string[]): Promise<string> {
  for (;;) {
    const found = await wire.until('\r\n\r\n');
    if (found.startsWith(lines.join('\r\n'))) return found;
  }
}

const DESK = ['Action: Originate', 'ActionID: o', 'Channel: PJSIP/desk', 'Application: Wait', 'Data: 8'];

describe('Originate', () => {
  test('asynchronously: queued, the events of the call, and the response at its end', async () => {
    const wire = await logIn(await pbxForTest());
    expect(await ask(wire, ...DESK, 'Async: true', 'CallerID: "M" <007>')).toBe(
      block('Response: Success', 'ActionID: o', 'Message: Originate successfully queued'),
    );
    await next(wire, 'Event: Newchannel', 'Privilege: call,all', 'Channel: PJSIP/desk-00000001');
    await next(wire, 'Event: DialBegin', 'Privilege: call,all', 'DestChannel: PJSIP/desk-00000001');
    expect(await next(wire, 'Event: DialState')).toContain('DialStatus: RINGING\r\n');
    expect(await next(wire, 'Event: Newstate')).toContain('ChannelStateDesc: Up\r\n');
    expect(await next(wire, 'Event: DialEnd')).toContain('DialStatus: ANSWER\r\n');
    expect(await next(wire, 'Event: OriginateResponse')).toMatch(
      /ActionID: o\r\nResponse: Success\r\nChannel: PJSIP\/desk-00000001\r\nApplication: Wait\r\nData: 8\r\nReason: 4\r\nUniqueid: [\d.]+\r\nCallerIDNum: 007\r\nCallerIDName: M\r\n/,
    );
  });

  test('in step: the session waits for the answer', async () => {
    const wire = await logIn(await pbxForTest({ pace: { answer: 20 } }));
    wire.write(block(...DESK) + block('Action: Ping', 'ActionID: behind'));
    expect(await next(wire, 'Response:')).toContain('ActionID: o\r\nMessage: Originate successfully queued');
    expect(await next(wire, 'Response:')).toContain('ActionID: behind');
  });

  test.each([
    ['PJSIP/busy', '5'],
    ['Skype/blofeld@x', '0'],
    ['Skype/m_office@x', '0'],
  ])('%s fails with reason %s', async (endpoint, reason) => {
    const wire = await logIn(await pbxForTest());
    const lines = ['Action: Originate', `Channel: ${endpoint}`, 'Application: Wait'];
    await ask(wire, ...lines, 'Async: true');
    const response = await next(wire, 'Event: OriginateResponse');
    expect(response).toContain('Response: Failure\r\n');
    expect(response).toContain(`Reason: ${reason}\r\n`);
    wire.write(block(...lines));
    expect(await next(wire, 'Response: Error')).toContain('Message: Originate failed');
  });

  test('nobody answers in time', async () => {
    const wire = await logIn(await pbxForTest());
    const lines = ['Action: Originate', 'Channel: PJSIP/noanswer', 'Application: Wait'];
    await ask(wire, ...lines, 'Timeout: 20', 'Async: true');
    expect(await next(wire, 'Event: OriginateResponse')).toContain('Reason: 3\r\n');
  });

  test.each([
    [['Application: Wait'], 'Channel not specified'],
    [['Channel: nonsense', 'Application: Wait'], 'Invalid channel'],
    [['Channel: PJSIP/desk'], "Originate with 'Exten' requires 'Context' and 'Priority'"],
    [['Channel: PJSIP/desk', 'Application: Wait', 'Timeout: soon'], 'Invalid timeout'],
    [['Channel: PJSIP/desk', 'Exten: 1', 'Priority: zero'], 'Invalid priority'],
  ])('refuses %j', async (lines, message) => {
    const wire = await logIn(await pbxForTest());
    expect(await ask(wire, 'Action: Originate', ...lines)).toBe(
      block('Response: Error', `Message: ${message}`),
    );
  });

  test('sets variables and properties of the call', async () => {
    const pbx = await pbxForTest();
    const wire = await logIn(pbx);
    const lines = ['Channel: Skype/james_bond@austin_powers', 'Application: Wait', 'ChannelId: mine'];
    wire.write(
      block('Action: Originate', ...lines, 'Variable: SKYPE_CALL_PROPERTY(topic)=Secret\\, Plans,A=b'),
    );
    await next(wire, 'Response: Success');
    const channel = pbx.calls.book.channel('mine');
    expect([channel?.skype?.topic, channel?.variables.get('A')]).toEqual(['Secret, Plans', 'b']);
  });
});

/** Two phones that are joined; their names. */
async function joined(wire: Wire): Promise<readonly [string, string]> {
  for (const id of ['one', 'two']) {
    const lines = ['Application: Wait', `ChannelId: ${id}`];
    wire.write(block('Action: Originate', `Channel: PJSIP/${id}`, ...lines));
    await next(wire, 'Response: Success');
  }
  wire.write(block('Action: Bridge', 'Channel1: PJSIP/one-00000001', 'Channel2: PJSIP/two-00000002'));
  await next(wire, 'Response: Success', 'Message: Channels have been bridged');
  expect(await next(wire, 'Event: BridgeEnter')).toContain('BridgeNumChannels: 1\r\n');
  expect(await next(wire, 'Event: BridgeEnter')).toContain('BridgeNumChannels: 2\r\n');
  return ['PJSIP/one-00000001', 'PJSIP/two-00000002'];
}

describe('calls that are up', () => {
  test('Hangup of one ends the other', async () => {
    const pbx = await pbxForTest();
    const wire = await logIn(pbx);
    const [one, two] = await joined(wire);
    wire.write(block('Action: Hangup', `Channel: ${one}`, 'Cause: 17'));
    await next(wire, 'Response: Success', 'Message: Channel Hungup');
    expect(await next(wire, 'Event: Hangup', 'Privilege: call,all', `Channel: ${one}`)).toContain(
      'Cause: 17\r\nCause-txt: User busy\r\n',
    );
    await next(wire, 'Event: BridgeDestroy');
    await next(wire, 'Event: Hangup', 'Privilege: call,all', `Channel: ${two}`);
    expect(pbx.calls.book.channels).toEqual([]);
  });

  test('Hangup by pattern is a list', async () => {
    const wire = await logIn(await pbxForTest());
    await joined(wire);
    wire.write(block('Action: Hangup', 'ActionID: h', 'Channel: /^PJSIP/.*$/'));
    await next(wire, 'Response: Success', 'ActionID: h', 'EventList: start');
    await next(
      wire,
      'Event: ChannelsHungupListComplete',
      'ActionID: h',
      'EventList: Complete',
      'ListItems: 2',
    );
    wire.write(block('Action: Hangup', 'Channel: /(/'));
    await next(wire, 'Response: Error', 'Message: Regex format invalid');
  });

  test('Redirect sends one into the dialplan and hangs up the other; with ExtraChannel both go', async () => {
    const pbx = await pbxForTest({ extensions: { 'desk@phones': ['Answer', 'WaitExten'] } });
    const wire = await logIn(pbx);
    const [one, two] = await joined(wire);
    const to = ['Context: phones', 'Exten: desk', 'Priority: 1'];
    wire.write(block('Action: Redirect', `Channel: ${one}`, `ExtraChannel: ${two}`, ...to));
    await next(wire, 'Response: Success', 'Message: Dual Redirect successful');
    expect(pbx.calls.book.channels.map(({ exten, context }) => `${exten}@${context}`)).toEqual([
      'desk@phones',
      'desk@phones',
    ]);
    wire.write(block('Action: Bridge', `Channel1: ${one}`, `Channel2: ${two}`));
    await next(wire, 'Response: Success');
    wire.write(block('Action: Redirect', `Channel: ${one}`, ...to));
    await next(wire, 'Response: Success', 'Message: Redirect successful');
    expect(pbx.calls.book.channels.map(({ name }) => name)).toEqual([one]);
  });

  test('Status and CoreShowChannels list them', async () => {
    const wire = await logIn(await pbxForTest());
    await joined(wire);
    wire.write(block('Action: Status', 'ActionID: s'));
    await next(
      wire,
      'Response: Success',
      'ActionID: s',
      'EventList: start',
      'Message: Channel status will follow',
    );
    const status = await next(wire, 'Event: Status', 'Privilege: Call');
    expect(status).toContain('Channel: PJSIP/one-00000001\r\nChannelState: 6\r\nChannelStateDesc: Up\r\n');
    // Here the ActionID comes last, and the end counts twice.
    expect(status).toMatch(/\r\nSeconds: \d+\r\nActionID: s\r\n\r\n$/);
    const ending = ['ActionID: s', 'EventList: Complete', 'ListItems: 2', 'Items: 2'];
    await next(wire, 'Event: StatusComplete', ...ending);
    wire.write(block('Action: CoreShowChannels', 'ActionID: c'));
    expect(await next(wire, 'Event: CoreShowChannel\r\n')).toContain('Duration: 00:00:0');
    await next(wire, 'Event: CoreShowChannelsComplete', 'ActionID: c', 'EventList: Complete', 'ListItems: 2');
  });

  test.each([
    [['Action: Hangup'], 'No channel specified'],
    [['Action: Hangup', 'Channel: x'], 'No such channel'],
    [['Action: Redirect'], 'Channel not specified'],
    [['Action: Redirect', 'Channel: x', 'Exten: 1'], 'Priority not specified'],
    [['Action: Redirect', 'Channel: x', 'Exten: 1', 'Priority: 0'], 'Priority is invalid'],
    [['Action: Redirect', 'Channel: x', 'Exten: 1', 'Priority: 1'], 'Channel does not exist'],
    [['Action: Bridge', 'Channel1: x'], 'Missing channel parameter in request'],
    [['Action: Bridge', 'Channel1: x', 'Channel2: y'], 'Channel1 does not exist: x'],
    [['Action: Status', 'Channel: x'], 'No such channel'],
    [['Action: Atxfer'], 'No channel specified'],
    [['Action: BlindTransfer', 'Channel: x'], 'No extension specified'],
    [['Action: Atxfer', 'Channel: x', 'Exten: 1'], 'Channel specified does not exist'],
    [['Action: CancelAtxfer', 'Channel: x'], 'Channel specified does not exist'],
  ])('%j: %s', async (lines, message) => {
    const wire = await logIn(await pbxForTest());
    expect(await ask(wire, ...lines)).toBe(block('Response: Error', `Message: ${message}`));
  });
});

describe('transfers', () => {
  const joinedPair = async () => {
    const pbx = await pbxForTest({ extensions: { 'echo@phones': ['Answer', 'Echo'] } });
    const wire = await logIn(pbx);
    return { pbx, wire, channels: await joined(wire) };
  };

  test('an attended one needs a feature code, which nobody has configured', async () => {
    const { wire, channels } = await joinedPair();
    wire.write(block('Action: Atxfer', `Channel: ${channels[0]}`, 'Exten: echo'));
    await next(wire, 'Response: Error', 'Message: No attended transfer feature code found');
    wire.write(block('Action: CancelAtxfer', `Channel: ${channels[0]}`));
    await next(wire, 'Response: Success', 'Message: CancelAtxfer successfully queued');
    expect(await next(wire, 'Event: DTMFEnd')).toContain(
      'Digit: *\r\nDurationMs: 0\r\nDirection: Received\r\n',
    );
  });

  test('a blind one sends the other end on and ends the channel', async () => {
    const { pbx, wire, channels } = await joinedPair();
    const [one, two] = channels;
    const lines = ['Action: BlindTransfer', `Channel: ${one}`, 'Context: phones', 'Exten: echo'];
    wire.write(block(...lines));
    await next(wire, 'Response: Success', 'Message: Transfer succeeded');
    await next(wire, 'Event: Hangup', 'Privilege: call,all', `Channel: ${one}`);
    await until(() => pbx.calls.book.channel(two)?.application === 'Echo');
    wire.write(block('Action: BlindTransfer', `Channel: ${two}`, 'Context: phones', 'Exten: echo'));
    await next(wire, 'Response: Error', 'Message: Transfer invalid');
  });

  test('a bridge makes one call of two, that of the older channel', async () => {
    const { pbx } = await joinedPair();
    const [one, two] = pbx.calls.book.channels;
    expect(two?.linked.id).toBe(one?.id);
  });
});

describe('modules', () => {
  test('a reload is told, refused while a call is up, and honest about names', async () => {
    const pbx = await pbxForTest();
    const wire = await logIn(pbx);
    const reload = async (module: string) => {
      wire.write(block('Action: Reload', `Module: ${module}`));
      return (await next(wire, 'Response:')) + (await next(wire, 'Event: Reload'));
    };
    const told = (response: string, message: string, module: string, status: string) =>
      block(`Response: ${response}`, `Message: ${message}`) +
      block('Event: Reload', 'Privilege: system,all', `Module: ${module}`, `Status: ${status}`);
    expect(await reload('chan_skype.so')).toBe(told('Success', 'Module Reloaded', 'chan_skype.so', '0'));
    expect(await reload('chan_nothing')).toBe(told('Error', 'No such module', 'chan_nothing', '2'));
    pbx.calls.incomingCall({ from: 'austin_powers', to: 'james_bond' });
    expect(await reload('chan_skype')).toBe(told('Error', 'An unknown error occurred', 'chan_skype', '3'));
    wire.write(block('Action: Command', 'Command: module reload chan_skype.so'));
    expect(await next(wire, 'Response: Success')).toContain(
      "Output: The module 'chan_skype.so' reported a reload failure\r\n",
    );
  });

  test('a reload reads the accounts anew, or leaves all as it is when the file is invalid', async () => {
    let accounts: (() => { user: string; secret: string }[]) | null = null;
    const pbx = await pbxForTest({
      readAccounts: () => {
        if (!accounts) throw new Error('invalid');
        return accounts();
      },
    });
    const wire = await logIn(pbx);
    const names = () => [...pbx.community.accounts].map(({ name, loggedIn }) => `${name} ${loggedIn}`);
    await ask(wire, 'Action: Reload', 'Module: chan_skype');
    expect(names()).toEqual(['james_bond true', 'q_branch true', 'm_office false']);
    accounts = () => [
      { user: 'james_bond', secret: 'new' },
      { user: 'vesper', secret: 'x' },
    ];
    wire.write(block('Action: Reload'));
    await next(
      wire,
      'Event: SkypeAccountStatus',
      'Privilege: system,all',
      'Username: q_branch',
      'Status: Logged Out',
    );
    await next(
      wire,
      'Event: SkypeAccountStatus',
      'Privilege: system,all',
      'Username: vesper',
      'Status: Logged In',
    );
    expect(names()).toEqual(['james_bond true', 'vesper true']);
    expect(pbx.community.account('james_bond')?.buddies.size).toBe(2);
  });

  test('an unloaded driver takes its actions and commands with it', async () => {
    const wire = await logIn(await pbxForTest());
    const load = (type: string) => ask(wire, 'Action: ModuleLoad', 'Module: chan_skype', `LoadType: ${type}`);
    expect(await load('unload')).toBe(block('Response: Success', 'Message: Module unloaded.'));
    await next(
      wire,
      'Event: SkypeAccountStatus',
      'Privilege: system,all',
      'Username: james_bond',
      'Status: Logged Out',
    );
    await next(wire, 'Event: Unload', 'Privilege: system,all', 'Module: chan_skype.so', 'Status: Success');
    wire.write(block('Action: SkypeBuddies', 'User: james_bond'));
    await next(wire, 'Response: Error', 'Message: Invalid/unknown command: SkypeBuddies.');
    wire.write(block('Action: ModuleCheck', 'Module: chan_skype'));
    await next(wire, 'Response: Error', 'Message: Module not loaded');
    wire.write(block('Action: Command', 'Command: skype show users'));
    expect(await next(wire, 'Response: Error')).toContain('No such command');
    wire.write(block('Action: ModuleLoad', 'Module: chan_skype', 'LoadType: load'));
    await next(
      wire,
      'Event: SkypeAccountStatus',
      'Privilege: system,all',
      'Username: james_bond',
      'Status: Logged In',
    );
  });

  test('it stays while a call is up', async () => {
    const pbx = await pbxForTest();
    const wire = await logIn(pbx);
    pbx.calls.incomingCall({ from: 'austin_powers', to: 'james_bond' });
    wire.write(block('Action: ModuleLoad', 'Module: chan_skype.so', 'LoadType: unload'));
    await next(wire, 'Response: Error', 'Message: Could not unload module.');
    await until(() => pbx.calls.book.channels.length === 1);
  });
});

test('licences are listed and counted', async () => {
  const wire = await logIn(await pbxForTest({ licensedChannels: 10 }));
  expect(await ask(wire, 'Action: SkypeLicenseStatus')).toBe(block('Response: Success', 'CallsLicensed: 10'));
  wire.write(block('Action: SkypeLicenseList', 'ActionID: l'));
  expect(await next(wire, 'Event: SkypeLicense\r\n')).toContain('Channels: 8\r\nStatus: OK\r\n');
  await next(wire, 'Event: SkypeLicenseListComplete', 'ActionID: l', 'EventList: Complete', 'ListItems: 2');
});
