import { describe, expect, test } from 'vitest';
import { ask, base64, block, DRIVER_EVENTS, logIn, pbxForTest, type Wire } from './support.ts';

const ok = (id: string, message: string) =>
  block('Response: Success', `ActionID: ${id}`, `Message: ${message}`);
const no = (id: string, message: string) =>
  block('Response: Error', `ActionID: ${id}`, `Message: ${message}`);
const buddyEvent = (address: string, status: string) =>
  block(
    'Event: SkypeBuddyStatus',
    'Privilege: system,all',
    `Buddy: Skype/${address}`,
    `BuddyStatus: ${status}`,
  );
const accountEvent = (user: string, status: string) =>
  block('Event: SkypeAccountStatus', 'Privilege: system,all', `Username: ${user}`, `Status: ${status}`);
const echo = (to: string, from: string, text: string) =>
  block(
    'Event: SkypeChatMessage',
    'Privilege: system,all',
    `To: ${to}`,
    `From: ${from}`,
    `Message: ${base64(text)}`,
  );
const arrival = (user: string, from: string, text: string) =>
  block(
    'Event: SkypeChatMessage',
    'Privilege: system,all',
    `Username: ${user}`,
    `From: ${from}`,
    `Message: ${base64(text)}`,
  );

async function session(): Promise<Wire> {
  return logIn(await pbxForTest(), DRIVER_EVENTS);
}

test.each([
  'SkypeAccountProperty',
  'SkypeAddBuddy',
  'SkypeRemoveBuddy',
  'SkypeBuddies',
  'SkypeBuddy',
  'SkypeChatSend',
])('%s needs an account that is logged in', async (name) => {
  const wire = await session();
  const action = `Action: ${name}`;
  expect(await ask(wire, action, 'ActionID: 1')).toBe(no('1', 'User is missing'));
  expect(await ask(wire, action, 'ActionID: 2', 'User: blofeld')).toBe(
    no('2', "There is no Skype user 'blofeld'"),
  );
  expect(await ask(wire, action, 'ActionID: 3', 'User: m_office')).toBe(
    no('3', "Skype user 'm_office' is logged out"),
  );
});

describe('SkypeAccountProperty', () => {
  const set = (wire: Wire, ...lines: readonly string[]) =>
    ask(wire, 'Action: SkypeAccountProperty', 'ActionID: abc123', 'User: james_bond', ...lines);
  const get = (wire: Wire, property: string) =>
    ask(wire, 'Action: Getvar', `Variable: SKYPE_ACCOUNT_PROPERTY(james_bond,${property})`);
  const value = (property: string, text: string) =>
    block('Response: Success', `Variable: SKYPE_ACCOUNT_PROPERTY(james_bond,${property})`, `Value: ${text}`);

  test('sets several at once, as manual 3.5.1 shows', async () => {
    const wire = await session();
    expect(await set(wire, 'variable: fullname=James Bond', 'variable: availability=Skype Me')).toBe(
      ok('abc123', 'Properties set'),
    );
    expect(await get(wire, 'availability')).toBe(value('availability', 'Skype Me'));
    expect(await get(wire, 'fullname')).toBe(value('fullname', 'James Bond'));
    expect(await get(wire, 'skypeout_balance')).toBe(value('skypeout_balance', '4500'));
    expect(await get(wire, 'shoe_size')).toBe(value('shoe_size', ''));
  });

  test('splits at commas without a word', async () => {
    const wire = await session();
    expect(await set(wire, 'Variable: mood_text=Shaken, not stirred')).toBe(ok('abc123', 'Properties set'));
    expect(await get(wire, 'mood_text')).toBe(value('mood_text', 'Shaken'));
  });

  test.each([
    ['shoe_size=44', "Property 'shoe_size' stays as it is: there is no such property"],
    ['skypeout_balance=9', "Property 'skypeout_balance' stays as it is: it is read-only"],
    ['birthday=1920', "Property 'birthday' stays as it is: a birthday is YYYYMMDD"],
    ['gender=3', "Property 'gender' stays as it is: a gender is 1 or 2"],
    ['availability=Asleep', "Property 'availability' stays as it is: the value is not one of its words"],
    ['nothing', 'No property given'],
  ])('refuses %s', async (assignment, message) => {
    expect(await set(await session(), `Variable: ${assignment}`)).toBe(no('abc123', message));
  });

  test('what an account shows is seen by those who watch it', async () => {
    const wire = await session();
    await ask(wire, 'Action: SkypeAccountProperty', 'User: q_branch', 'Variable: availability=Invisible');
    expect(await wire.until('\r\n\r\n')).toBe(buddyEvent('james_bond@q_branch', 'Offline'));
  });

  test('Setvar takes a value as it is', async () => {
    const wire = await session();
    const variable = 'Variable: SKYPE_ACCOUNT_PROPERTY(james_bond,about)';
    expect(await ask(wire, 'Action: Setvar', variable, 'Value: a, b')).toBe(
      block('Response: Success', 'Message: Variable Set'),
    );
    expect(await get(wire, 'about')).toBe(value('about', 'a, b'));
    expect(
      await ask(wire, 'Action: Setvar', 'Variable: SKYPE_ACCOUNT_PROPERTY(nobody,about)', 'Value: x'),
    ).toBe(block('Response: Error', 'Message: Variable not set'));
  });
});

describe('buddies', () => {
  test('are added, wait for authorisation, get it, and are removed', async () => {
    const wire = await session();
    const about = ['User: james_bond', 'Buddy: live:dr.evil'];
    expect(await ask(wire, 'Action: SkypeAddBuddy', 'ActionID: 1', ...about, 'AuthMsg: Please!')).toBe(
      ok('1', 'Buddy is on the list now'),
    );
    expect(await wire.until('\r\n\r\n')).toBe(
      buddyEvent('james_bond@live:dr.evil', 'Waiting for Authorization'),
    );
    expect(await wire.until('\r\n\r\n')).toBe(buddyEvent('james_bond@live:dr.evil', 'Online'));
    expect(await ask(wire, 'Action: SkypeAddBuddy', 'ActionID: 2', ...about)).toBe(
      ok('2', 'Buddy was on the list before'),
    );
    expect(await ask(wire, 'Action: SkypeRemoveBuddy', 'ActionID: 3', ...about)).toBe(
      ok('3', 'Buddy is off the list'),
    );
    expect(await ask(wire, 'Action: SkypeRemoveBuddy', 'ActionID: 4', ...about)).toBe(
      no('4', "There is no buddy 'live:dr.evil'"),
    );
    expect(await ask(wire, 'Action: SkypeAddBuddy', 'ActionID: 5', 'User: james_bond', 'Buddy: a b')).toBe(
      no('5', "'a b' is no Skype name"),
    );
    expect(await ask(wire, 'Action: SkypeAddBuddy', 'ActionID: 6', 'User: james_bond')).toBe(
      no('6', 'Buddy is missing'),
    );
  });

  test('are listed in one piece: start, entries, end', async () => {
    const wire = await session();
    await ask(wire, 'Action: SkypeAddBuddy', 'User: james_bond', 'Buddy: echo123');
    await wire.until('Waiting for Authorization\r\n\r\n');
    await ask(wire, 'Action: SkypeAddBuddy', 'User: james_bond', 'Buddy: +12564286000');
    await wire.until('BuddyStatus: Skypeout\r\n\r\n');
    wire.write(block('Action: SkypeBuddies', 'User: james_bond', 'ActionID: abc123'));
    const id = 'ActionID: abc123';
    expect(await wire.until('ListItems: 4\r\n\r\n')).toBe(
      block('Response: Success', id, 'EventList: start', 'Message: Skype buddy status list will follow') +
        block(
          'Event: SkypeBuddyEntry',
          id,
          'Buddy: austin_powers',
          'Fullname: Austin Powers',
          'Status: Online',
        ) +
        block('Event: SkypeBuddyEntry', id, 'Buddy: q_branch', 'Status: Online') +
        block('Event: SkypeBuddyEntry', id, 'Buddy: echo123', 'Status: Waiting for Authorization') +
        block('Event: SkypeBuddyEntry', id, 'Buddy: +12564286000', 'Status: Skypeout') +
        block('Event: SkypeBuddylistComplete', id, 'EventList: Complete', 'ListItems: 4'),
    );
    wire.write(block('Action: SkypeBuddies', 'User: q_branch'));
    expect(await wire.until('ListItems: 0\r\n\r\n')).toBe(
      block('Response: Success', 'EventList: start', 'Message: Skype buddy status list will follow') +
        block('Event: SkypeBuddylistComplete', 'EventList: Complete', 'ListItems: 0'),
    );
  });

  test('show their profile', async () => {
    const wire = await session();
    const about = ['Action: SkypeBuddy', 'ActionID: 1', 'User: james_bond'];
    expect(await ask(wire, ...about, 'Buddy: austin_powers')).toBe(
      block(
        'Response: Success',
        'ActionID: 1',
        'skypename: austin_powers',
        'availability: Online',
        'birthday: 19450328',
        'phone_mobile: +15555551212',
        'fullname: Austin Powers',
      ),
    );
    expect(await ask(wire, ...about, 'Buddy: goldfinger')).toBe(no('1', "There is no buddy 'goldfinger'"));
  });

  test('cannot forge a line with their profile', async () => {
    const pbx = await pbxForTest();
    const forged = 'I\r\nEvent: SkypeAccountStatus\nStatus: Logged Out\r\n\r\nam\0back';
    pbx.community.person('austin_powers').profile.set('about', forged).set('fullname', forged);
    const wire = await logIn(pbx);
    const flat = 'I  Event: SkypeAccountStatus Status: Logged Out    am back';
    const shown = await ask(wire, 'Action: SkypeBuddy', 'User: james_bond', 'Buddy: austin_powers');
    expect(shown).toContain(`\r\nabout: ${flat}\r\n`);
    wire.write(block('Action: SkypeBuddies', 'User: james_bond'));
    expect(await wire.until('ListItems: 2\r\n\r\n')).toContain(`\r\nFullname: ${flat}\r\n`);
  });
});

describe('SkypeChatSend', () => {
  const send = (wire: Wire, ...lines: readonly string[]) =>
    ask(wire, 'Action: SkypeChatSend', 'ActionID: 222', 'User: james_bond', ...lines);

  test('answers, then echoes', async () => {
    const wire = await session();
    expect(await send(wire, 'Skypename: austin_powers', 'Message: Grüße ✓ ')).toBe(
      ok('222', 'Chat is on its way'),
    );
    expect(await wire.until('\r\n\r\n')).toBe(echo('austin_powers', 'james_bond', 'Grüße ✓ '));
  });

  test('carries newlines as base64 and forges nothing', async () => {
    const wire = await session();
    const text = "Don't\r\nEvent: SkypeAccountStatus\r\n\r\nRead\nThis 🍻";
    expect(await send(wire, 'Skypename: austin_powers', 'Encoding: base64', `Message: ${base64(text)}`)).toBe(
      ok('222', 'Chat is on its way'),
    );
    expect(await wire.until('\r\n\r\n')).toBe(echo('austin_powers', 'james_bond', text));
  });

  test('reaches another account of the PBX, which sees it arrive', async () => {
    const wire = await session();
    await send(wire, 'Skypename: q_branch', 'Message: got my car?');
    expect(await wire.until('\r\n\r\n')).toBe(echo('q_branch', 'james_bond', 'got my car?'));
    expect(await wire.until('\r\n\r\n')).toBe(arrival('q_branch', 'james_bond', 'got my car?'));
  });

  test('is answered by echo123 with its own text', async () => {
    const wire = await session();
    await send(wire, 'Skypename: echo123', 'Message: hello');
    expect(await wire.until('\r\n\r\n')).toBe(echo('echo123', 'james_bond', 'hello'));
    expect(await wire.until('\r\n\r\n')).toBe(arrival('james_bond', 'echo123', 'hello'));
  });

  test.each([
    ['no receiver', ['Message: x'], 'Skypename is missing'],
    ['no text', ['Skypename: q_branch'], 'Message is missing'],
    [
      'unknown encoding',
      ['Skypename: q_branch', 'Message: x', 'Encoding: rot13'],
      "Encoding 'rot13' is not known",
    ],
    [
      'no base64',
      ['Skypename: q_branch', 'Message: x', 'Encoding: base64'],
      'Message is no base64 of UTF-8 text',
    ],
    [
      'no UTF-8',
      ['Skypename: q_branch', 'Message: /w==', 'Encoding: base64'],
      'Message is no base64 of UTF-8 text',
    ],
    [
      'NUL',
      ['Skypename: q_branch', 'Message: AA==', 'Encoding: base64'],
      'Message is no base64 of UTF-8 text',
    ],
  ])('refuses: %s', async (_, lines, message) => {
    expect(await send(await session(), ...lines)).toBe(no('222', message));
  });

  test('refuses plain bytes that are no UTF-8', async () => {
    const wire = await session();
    wire.write(
      Buffer.from(
        block('Action: SkypeChatSend', 'User: james_bond', 'Skypename: x', 'Message: \xff'),
        'latin1',
      ),
    );
    expect(await wire.until('\r\n\r\n')).toBe(block('Response: Error', 'Message: Message is no UTF-8 text'));
  });

  test('takes 759 bytes of text and no more', async () => {
    const wire = await session();
    const most = `${'é'.repeat(379)}x`;
    const about = ['Skypename: austin_powers', 'Encoding: base64'];
    expect(await send(wire, ...about, `Message: ${base64(most)}`)).toBe(ok('222', 'Chat is on its way'));
    expect(await wire.until('\r\n\r\n')).toBe(echo('austin_powers', 'james_bond', most));
    expect(await send(wire, ...about, `Message: ${base64(`${most}x`)}`)).toBe(
      no('222', 'Failed to parse message: line too long'),
    );
  });
});

describe('Command', () => {
  const run = (wire: Wire, line: string) => ask(wire, 'Action: Command', 'ActionID: 1', `Command: ${line}`);
  const output = (response: string, ...lines: readonly string[]) =>
    block(
      `Response: ${response}`,
      'ActionID: 1',
      'Message: Command output follows',
      ...lines.map((line) => `Output: ${line}`),
    );

  test('logs an account off and in', async () => {
    const wire = await session();
    expect(await run(wire, 'skype logoff user q_branch')).toBe(
      output('Success', "Skype user 'q_branch' is logged off"),
    );
    expect(await wire.until('\r\n\r\n')).toBe(accountEvent('q_branch', 'Logged Out'));
    expect(await wire.until('\r\n\r\n')).toBe(buddyEvent('james_bond@q_branch', 'Offline'));
    expect(await run(wire, 'skype login user q_branch')).toBe(
      output('Success', "Skype user 'q_branch' is logging in"),
    );
    expect(await wire.until('\r\n\r\n')).toBe(accountEvent('q_branch', 'Logged In'));
    expect(await wire.until('\r\n\r\n')).toBe(buddyEvent('james_bond@q_branch', 'Online'));
  });

  test("tells a driver's refusal as a success, an unknown account as a failure", async () => {
    const wire = await session();
    expect(await run(wire, 'skype login user m_office')).toBe(
      output('Success', "Skype user 'm_office' has no secret"),
    );
    expect(await run(wire, 'skype login user nobody')).toBe(
      output('Error', "There is no Skype user 'nobody'", "Command 'skype login user nobody' failed."),
    );
  });

  test('shows the accounts', async () => {
    expect(await run(await session(), 'skype show users')).toBe(
      output(
        'Success',
        'Skype User                       Status                         Availability     Buddies',
        'james_bond                       Logged In                      Online           2',
        'q_branch                         Logged In                      Online           0',
        'm_office                         Logged Out                     Offline          0',
        '3 Skype users',
      ),
    );
  });

  test('refuses what it does not know and what Asterisk never runs', async () => {
    const wire = await session();
    expect(await run(wire, 'skype dance')).toBe(
      output(
        'Error',
        "No such command 'skype dance' (type 'core show help skype' for other possible commands)",
      ),
    );
    expect(await run(wire, 'module unload chan_skype.so')).toBe(no('1', 'Command blacklisted'));
    expect(await ask(wire, 'Action: Command', 'ActionID: 1')).toBe(no('1', 'No command provided'));
  });
});

test('ModuleCheck knows the driver', async () => {
  const wire = await session();
  expect(await ask(wire, 'Action: ModuleCheck', 'Module: chan_skype')).toBe(
    block('Response: Success', 'Version: '),
  );
  expect(await ask(wire, 'Action: ModuleCheck', 'Module: chan_skype.so')).toContain('Success');
  expect(await ask(wire, 'Action: ModuleCheck', 'Module: chan_sip')).toBe(
    block('Response: Error', 'Message: Module not loaded'),
  );
});
