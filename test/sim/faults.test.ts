import { connect } from 'node:net';
import { expect, test } from 'vitest';
import { http, openEvents } from './ari-support.ts';
import { ask, block, logIn, openWire, pbxForTest } from './support.ts';

const PING = ['Action: Ping', 'ActionID: p'] as const;

/** The code of the error that connecting ends with, or `connected`. */
function attempt(port: number): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? 'unknown'));
    socket.on('connect', () => {
      socket.destroy();
      resolve('connected');
    });
  });
}

/** Tries until somebody listens again. */
async function reachable(port: number): Promise<void> {
  while ((await attempt(port)) !== 'connected') await new Promise((resolve) => setTimeout(resolve, 5));
}

test('drop cuts manager sessions and WebSockets with a reset', async () => {
  const pbx = await pbxForTest();
  const wire = await logIn(pbx);
  const events = await openEvents(pbx, 'sfa');
  const error = new Promise<string>((resolve) =>
    wire.socket.on('error', (thrown: NodeJS.ErrnoException) => resolve(thrown.code ?? '')),
  );
  await pbx.fault({ kind: 'drop' });
  expect(await error).toBe('ECONNRESET');
  await events.closed;
  expect(await attempt(pbx.ami.port)).toBe('connected');
});

test('stall keeps everything and lets it go at once', async () => {
  const pbx = await pbxForTest();
  const wire = await logIn(pbx);
  await pbx.fault({ kind: 'stall', where: 'ami', millis: 60 });
  const startedAt = performance.now();
  wire.write(block(...PING));
  pbx.community.writeTo('james_bond', 'austin_powers', 'hi');
  expect(await wire.until('Message: aGk=\r\n\r\n')).not.toBe('');
  expect(performance.now() - startedAt).toBeGreaterThan(45);
});

test('half-close ends one direction; the other still carries requests', async () => {
  const pbx = await pbxForTest();
  const wire = await logIn(pbx);
  const ended = new Promise<void>((resolve) => wire.socket.on('end', () => resolve()));
  await pbx.fault({ kind: 'half-close', where: 'ami' });
  await ended;
  await wire.closed;
});

test('a slow reader lets requests wait', async () => {
  const pbx = await pbxForTest();
  const wire = await logIn(pbx);
  await pbx.fault({ kind: 'slow-reader', where: 'ami', millis: 60 });
  const startedAt = performance.now();
  expect(await ask(wire, ...PING)).toContain('Ping: Pong');
  expect(performance.now() - startedAt).toBeGreaterThan(45);
});

test('refuse lets nobody in, keeps who is there, and ends', async () => {
  const pbx = await pbxForTest();
  const wire = await logIn(pbx);
  await pbx.fault({ kind: 'refuse', millis: 50 });
  expect(await attempt(pbx.ami.port)).toBe('ECONNREFUSED');
  expect(await attempt(Number(new URL(pbx.ari.url).port))).toBe('ECONNREFUSED');
  expect(await ask(wire, ...PING)).toContain('Ping: Pong');
  await reachable(pbx.ami.port);
  await reachable(Number(new URL(pbx.ari.url).port));
  expect((await http(pbx, 'GET /channels')).status).toBe(200);
});

test('late: the action runs, its answer comes when it comes', async () => {
  const pbx = await pbxForTest();
  const wire = await logIn(pbx);
  await pbx.fault({ kind: 'late', action: 'SkypeChatSend', millis: 50 });
  const send = ['Action: SkypeChatSend', 'ActionID: s', 'User: james_bond', 'Skypename: +1', 'Message: x'];
  expect(await ask(wire, ...send)).toMatch(/^Event: SkypeChatMessage/);
  expect(await wire.until('\r\n\r\n')).toMatch(/^Response: Success\r\nActionID: s/);
});

test('twice, lost, and the ActionID of nobody, as often as ordered', async () => {
  const pbx = await pbxForTest();
  const wire = await logIn(pbx);
  await pbx.fault({ kind: 'twice', action: 'ping' });
  const first = await ask(wire, ...PING);
  expect(await wire.until('\r\n\r\n')).toBe(first);
  await pbx.fault({ kind: 'wrong-action-id', times: 2 });
  expect(await ask(wire, ...PING)).toContain('ActionID: p-of-nobody\r\n');
  expect(await ask(wire, ...PING)).toContain('ActionID: p-of-nobody\r\n');
  await pbx.fault({ kind: 'lost' });
  wire.write(block(...PING));
  expect(await ask(wire, 'Action: Ping', 'ActionID: next')).toContain('ActionID: next\r\n');
});

test('garbage comes between blocks', async () => {
  const pbx = await pbxForTest();
  const wire = await logIn(pbx);
  await pbx.fault({ kind: 'garbage', where: 'ami', text: '%%%' });
  expect(await ask(wire, ...PING)).toMatch(/^%%%Response: Success/);
  await pbx.fault({ kind: 'garbage' });
  expect(await wire.until('Response:Success')).toContain('Event');
});

test('a restart forgets calls, keeps lists, logs in anew and begins to count from nothing', async () => {
  const pbx = await pbxForTest();
  const before = await logIn(pbx);
  pbx.calls.incomingCall({ from: 'austin_powers', to: 'james_bond' });
  await pbx.fault({ kind: 'restart', millis: 20 });
  await before.closed;
  await reachable(pbx.ami.port);
  const after = await openWire(pbx.ami.port);
  after.write(block('Action: Login', 'Username: lab', 'Secret: pw'));
  expect(await after.until('Fully Booted\r\n\r\n')).toContain('Uptime: 0\r\n');
  expect(pbx.calls.book.channels).toEqual([]);
  expect(pbx.community.account('james_bond')).toMatchObject({ loggedIn: true });
  expect(pbx.community.account('james_bond')?.buddies.size).toBe(2);
  await reachable(Number(new URL(pbx.ari.url).port));
  expect((await http(pbx, 'GET /channels')).body).toEqual([]);
});

test('ARI: late answers, lost ones, events twice as slow, messages that are none', async () => {
  const pbx = await pbxForTest();
  const events = await openEvents(pbx, 'sfa', '&subscribeAll=true');
  await pbx.fault({ kind: 'late', where: 'ari', action: 'list', millis: 40 });
  const startedAt = performance.now();
  expect((await http(pbx, 'GET /channels')).status).toBe(200);
  expect(performance.now() - startedAt).toBeGreaterThan(30);
  await pbx.fault({ kind: 'lost', where: 'ari' });
  await expect(http(pbx, 'GET /channels')).rejects.toThrow();
  await pbx.fault({ kind: 'swallow', where: 'ari', action: 'create', times: 1 });
  await expect(http(pbx, 'POST /bridges?bridgeId=b')).rejects.toThrow();
  expect(pbx.calls.book.bridges).toEqual([]);
  expect((await http(pbx, 'POST /bridges?bridgeId=b')).status).toBe(200);
  await pbx.fault({ kind: 'stall', where: 'ari', millis: 20 });
  pbx.calls.incomingCall({ from: 'austin_powers', to: 'james_bond' });
  expect(await events.until('ChannelCreated')).toMatchObject({ application: 'sfa' });
});

test('an order that is none is refused', async () => {
  const pbx = await pbxForTest();
  await expect(pbx.fault({ kind: 'stall', millis: -1 })).rejects.toThrow();
});
