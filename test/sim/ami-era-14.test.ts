import { expect, test } from 'vitest';
import { plainVariation } from '../../src/sim/variation/variation.ts';
import { ask, block, LAB, openWire, pbxForTest, type Wire } from './support.ts';

/** A session with the Asterisk of the manual's days, logged in. */
async function session(): Promise<{ pbx: Awaited<ReturnType<typeof pbxForTest>>; wire: Wire }> {
  const pbx = await pbxForTest({ variation: plainVariation('1.4') });
  const wire = await openWire(pbx.ami.port);
  await wire.until('Asterisk Call Manager/1.0\r\n');
  wire.write(block('Action: Login', `Username: ${LAB.username}`, `Secret: ${LAB.secret}`));
  expect(await wire.until('\r\n\r\n')).toBe(block('Response: Success', 'Message: Authentication accepted'));
  return { pbx, wire };
}

test('asks for authentication before anything else', async () => {
  const pbx = await pbxForTest({ variation: plainVariation('1.4') });
  const wire = await openWire(pbx.ami.port);
  await wire.until('\r\n');
  expect(await ask(wire, 'Action: Ping', 'ActionID: 1')).toBe(
    block('Response: Error', 'ActionID: 1', 'Message: Authentication Required'),
  );
});

test('no FullyBooted, other words for ping and events, the ActionID behind a variable', async () => {
  const { wire } = await session();
  expect(await ask(wire, 'Action: Ping', 'ActionID: 1')).toBe(block('Response: Pong', 'ActionID: 1'));
  expect(await ask(wire, 'Action: Events', 'EventMask: off')).toBe(block('Response: Events Off'));
  expect(await ask(wire, 'Action: Getvar', 'ActionID: 2', 'Variable: X')).toBe(
    block('Response: Success', 'Variable: X', 'Value: ', 'ActionID: 2'),
  );
  for (const later of ['ModuleLoad', 'Reload', 'CoreShowChannels', 'Bridge', 'CoreSettings']) {
    expect(await ask(wire, `Action: ${later}`)).toBe(
      block('Response: Error', 'Message: Invalid/unknown command'),
    );
  }
});

test('a console command follows with bare line ends, whatever comes of it', async () => {
  const { wire } = await session();
  wire.write(block('Action: Command', 'ActionID: c', 'Command: skype show version'));
  expect(await wire.until('--END COMMAND--\r\n\r\n')).toBe(
    'Response: Follows\r\nPrivilege: Command\r\nActionID: c\r\n' +
      'Skype for Asterisk Version 1.1.4-simulated (chan_skype.so)\n--END COMMAND--\r\n\r\n',
  );
  wire.write(block('Action: Command', 'Command: skype show user nobody'));
  expect(await wire.until('--END COMMAND--\r\n\r\n')).toMatch(
    /^Response: Follows\r\nPrivilege: Command\r\nThere is no Skype user 'nobody'\n/,
  );
});

test('only CR LF ends a line, and a header needs the blank behind its colon', async () => {
  const { wire } = await session();
  wire.write('Action: Ping\nActionID: lost\r\n\r\n');
  expect(await wire.until('\r\n\r\n')).toContain('Response: Error');
  expect(await ask(wire, 'Action: Getvar', 'Variable:X')).toBe(
    block('Response: Error', 'Message: No variable specified'),
  );
});

test('what is left of a line that is too long becomes a header: a long value can smuggle one in', async () => {
  const { wire } = await session();
  const filler = 'x'.repeat(1023 - 'X-Long: '.length);
  expect(await ask(wire, 'Action: Ping', `X-Long: ${filler}ActionID: smuggled`)).toBe(
    block('Response: Pong', 'ActionID: smuggled'),
  );
});

test('calls are told as Newchannel, Newstate, Link, Unlink and Hangup', async () => {
  const { pbx, wire } = await session();
  const channel = pbx.calls.incomingCall({ from: 'austin_powers', to: 'james_bond' });
  if ('denied' in channel) throw new Error('refused');
  expect(await wire.until('\r\n\r\n')).toBe(
    block(
      'Event: Newchannel',
      'Privilege: call,all',
      `Channel: ${channel.name}`,
      'State: Ring',
      'CallerIDNum: austin_powers',
      'CallerIDName: Austin Powers',
      `Uniqueid: ${channel.id}`,
    ),
  );
  expect(await wire.until('\r\n\r\n')).toMatch(/^Event: Newstate\r\n.*State: Up\r\n/s);
  wire.write(block('Action: Hangup', `Channel: ${channel.name}`));
  expect(await wire.until('\r\n\r\n')).toContain('Message: Channel Hungup');
  expect(await wire.until('\r\n\r\n')).toBe(
    block(
      'Event: Hangup',
      'Privilege: call,all',
      `Channel: ${channel.name}`,
      `Uniqueid: ${channel.id}`,
      'Cause: 16',
      'Cause-txt: Normal Clearing',
    ),
  );
});
