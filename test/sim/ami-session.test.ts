import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { ask, block, CALL_ONLY, DRIVER_EVENTS, logIn, openWire, pbxForTest, SYSTEM_ONLY } from './support.ts';

const FIXED = Date.UTC(2026, 10, 21, 2, 39, 6, 689);

test('greets, takes a plain secret and tells that it is booted', async () => {
  const pbx = await pbxForTest({ clock: { now: () => FIXED } });
  const wire = await openWire(pbx.ami.port);
  wire.write(block('Action: Login', 'ActionID: a1', 'Username: lab', 'Secret: pw'));
  expect(await wire.until('Fully Booted\r\n\r\n')).toBe(
    'Asterisk Call Manager/11.0.0\r\n' +
      block('Response: Success', 'ActionID: a1', 'Message: Authentication accepted') +
      block(
        'Event: FullyBooted',
        'Privilege: system,all',
        'Uptime: 0',
        'LastReload: 0',
        'Status: Fully Booted',
      ),
  );
  expect(await wire.until('\r\n\r\n')).toMatch(
    /^Event: SuccessfulAuth\r\nPrivilege: security,all\r\nEventTV: 2026-11-21T02:39:06.689\+0000\r\nSeverity: Informational\r\nService: AMI\r\nEventVersion: 1\r\nAccountID: lab\r\nSessionID: 0x\w+\r\nLocalAddress: IPV4\/TCP\/127.0.0.1\/\d+\r\nRemoteAddress: IPV4\/TCP\/127.0.0.1\/\d+\r\nUsingPassword: 0\r\nSessionTV: 2026-11-21T02:39:06.689\+0000\r\n\r\n$/,
  );
  expect(await ask(wire, 'Action: Login', 'Username: lab', 'Secret: pw')).toBe(
    block('Response: Success', 'Message: Already authenticated'),
  );
  expect(await ask(wire, 'Action: Ping', 'ActionID: p')).toBe(
    block('Response: Success', 'ActionID: p', 'Ping: Pong', 'Timestamp: 1795228746.689000'),
  );
});

test('takes an MD5 answer to its challenge, and only that', async () => {
  const pbx = await pbxForTest();
  const wire = await openWire(pbx.ami.port);
  await wire.until('11.0.0\r\n');
  expect(await ask(wire, 'Action: Challenge', 'AuthType: plain')).toBe(
    block('Response: Error', 'Message: Must specify AuthType'),
  );
  const answer = await ask(wire, 'Action: Challenge', 'ActionID: c', 'AuthType: MD5');
  const challenge = /^Response: Success\r\nActionID: c\r\nChallenge: (\d+)\r\n\r\n$/.exec(answer)?.[1] ?? '';
  const key = createHash('md5').update(`${challenge}pw`).digest('hex');
  expect(await ask(wire, 'Action: Login', 'AuthType: MD5', 'Username: desk', `Key: ${key}`)).toBe(
    block('Response: Success', 'Message: Authentication accepted'),
  );
});

test.each([
  ['wrong secret', ['Username: lab', 'Secret: nope'], 'InvalidPassword'],
  ['unknown user', ['Username: nobody', 'Secret: pw'], 'InvalidAccountID'],
  ['MD5 without a challenge', ['AuthType: MD5', 'Username: lab', 'Key: 00'], 'ChallengeResponseFailed'],
])('refuses a login and closes: %s', async (_, lines, event) => {
  const pbx = await pbxForTest();
  const watcher = await logIn(pbx);
  const wire = await openWire(pbx.ami.port);
  const askedAt = performance.now();
  wire.write(block('Action: Login', 'ActionID: x', ...lines));
  expect(await wire.closed).toBe(
    `Asterisk Call Manager/11.0.0\r\n${block('Response: Error', 'ActionID: x', 'Message: Authentication failed')}`,
  );
  // Asterisk thinks for a second before it says no.
  expect(performance.now() - askedAt).toBeGreaterThan(950);
  expect(await watcher.until('\r\n\r\n')).toContain(`Event: ${event}\r\nPrivilege: security,all\r\n`);
});

test('refuses everything but login, challenge and logoff before login', async () => {
  const pbx = await pbxForTest();
  const wire = await openWire(pbx.ami.port);
  await wire.until('11.0.0\r\n');
  const denied = block('Response: Error', 'Message: Permission denied');
  expect(await ask(wire, 'Action: Ping')).toBe(denied);
  expect(await ask(wire, 'Action: NoSuchThing')).toBe(denied);
  wire.write(block('Action: Logoff', 'ActionID: z'));
  expect(await wire.closed).toBe(
    block('Response: Goodbye', 'ActionID: z', 'Message: Thanks for all the fish.'),
  );
});

test('holds users to their classes', async () => {
  const pbx = await pbxForTest();
  const companion = await logIn(pbx, SYSTEM_ONLY);
  const denied = block('Response: Error', 'ActionID: n', 'Message: Permission denied');
  expect(await ask(companion, 'Action: Command', 'ActionID: n', 'Command: skype show users')).toBe(denied);
  expect(await ask(companion, 'Action: Getvar', 'ActionID: n', 'Variable: X')).toBe(denied);
  const commands = await ask(companion, 'Action: ListCommands', 'ActionID: l');
  expect(commands).toContain('SkypeChatSend: Send a Skype chat message. (Priv: system,all)\r\n');
  expect(commands).not.toContain('Command:');

  const desk = await logIn(pbx, CALL_ONLY);
  expect(await ask(desk, 'Action: SkypeBuddies', 'ActionID: n', 'User: james_bond')).toBe(denied);
  expect(await ask(desk, 'Action: Getvar', 'Variable: X')).toBe(
    block('Response: Success', 'Variable: X', 'Value: '),
  );
});

test('names an unknown action and a request without one', async () => {
  const wire = await logIn(await pbxForTest(), DRIVER_EVENTS);
  expect(await ask(wire, 'Action: SkypeDance', 'ActionID: 7')).toBe(
    block(
      'Response: Error',
      'ActionID: 7',
      'Message: Invalid/unknown command: SkypeDance. Use Action: ListCommands to show available commands.',
    ),
  );
  expect(await ask(wire, 'ActionID: 8', 'Action: ')).toBe(
    block('Response: Error', 'ActionID: 8', 'Message: Missing action in request'),
  );
});

test('sends events by mask, and the answer before what it caused', async () => {
  const pbx = await pbxForTest();
  const wire = await logIn(pbx, DRIVER_EVENTS);
  expect(await ask(wire, 'Action: Events', 'EventMask: log,command')).toBe(
    block('Response: Success', 'Events: On'),
  );
  pbx.community.setPresence('austin_powers', 'Away');
  expect(await ask(wire, 'Action: Events', 'EventMask: off')).toBe(block('Response: Success', 'Events: Off'));
  pbx.community.setPresence('austin_powers', 'Offline');
  expect(await ask(wire, 'Action: Events', 'EventMask: on')).toBe(block('Response: Success', 'Events: On'));
  expect(await ask(wire, 'Action: Events')).toBe(block('Response: Error', 'Message: Invalid event mask'));
  pbx.community.setPresence('austin_powers', 'Online');
  expect(await ask(wire, 'Action: Ping', 'ActionID: after')).toBe(
    block(
      'Event: SkypeBuddyStatus',
      'Privilege: system,all',
      'Buddy: Skype/james_bond@austin_powers',
      'BuddyStatus: Online',
    ),
  );
  expect(await wire.until('\r\n\r\n')).toMatch(/^Response: Success\r\nActionID: after\r\nPing: Pong\r\n/);
});

test('keeps what is said before login out of event streams', async () => {
  const pbx = await pbxForTest();
  const wire = await openWire(pbx.ami.port);
  pbx.community.setPresence('austin_powers', 'Away');
  wire.write(block('Action: Logoff'));
  expect(await wire.closed).not.toContain('Event:');
});

test('cuts a reader that does not read, and nobody waits for it', async () => {
  const pbx = await pbxForTest({ mostWaiting: 2_000_000 });
  const sleeper = await logIn(pbx);
  const reader = await logIn(pbx);
  sleeper.socket.pause();
  const text = 'x'.repeat(1_000_000);
  // The system's own buffers take some megabytes before the PBX notices anything.
  for (let sent = 0; sent < 20; sent += 1) {
    pbx.community.writeTo('james_bond', 'austin_powers', text);
    await reader.until('\r\n\r\n');
  }
  pbx.community.writeTo('james_bond', 'austin_powers', 'last');
  await reader.until('Message: bGFzdA==\r\n\r\n');
  sleeper.socket.resume();
  expect((await sleeper.closed).includes('bGFzdA==')).toBe(false);
});

test('waits for a login so long and no longer, and then says nothing', async () => {
  const pbx = await pbxForTest({ loginWithin: 1500 });
  const member = await logIn(pbx);
  const wire = await openWire(pbx.ami.port);
  wire.write(block('Action: Challenge', 'AuthType: MD5'));
  expect(await wire.closed).toMatch(/Challenge: \d+\r\n\r\n$/);
  expect(await ask(member, 'Action: Ping', 'ActionID: p')).toContain('ActionID: p');
});
