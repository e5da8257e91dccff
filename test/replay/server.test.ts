import { afterEach, describe, expect, it } from 'vitest';
import { PbxLink } from '../../src/ami/link/link.ts';
import { socketTransport } from '../../src/ami/link/socket-transport.ts';
import { skypeBuddies, skypeChatSend } from '../../src/ami/skype/actions.ts';
import { header } from '../../src/ami/wire/message.ts';
import { systemClock } from '../../src/model/clock.ts';
import { nameFromPbx } from '../../src/model/skype-name.ts';
import { Pace } from '../../src/services/replay/pace.ts';
import { readScript } from '../../src/services/replay/script.ts';
import { startReplayServer } from '../../src/services/replay/server.ts';
import { until } from '../helpers/until.ts';

const cleanups: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const clean of cleanups.splice(0).reverse()) await clean();
});

const CAPTURE = `Asterisk Call Manager/11.0.0\r
Action: Login\r\nActionID: 1\r\nUsername: x\r\nSecret: y\r\n\r
Response: Success\r\nActionID: 1\r\nMessage: Authentication accepted\r\n\r
Event: SkypeAccountStatus\r\nPrivilege: system,all\r\nUsername: bond\r\nStatus: Logged In\r\n\r
Action: SkypeBuddies\r\nActionID: 2\r\nUser: q\r\n\r
Response: Success\r\nActionID: 2\r\nEventList: start\r\nMessage: Buddy list will follow\r\n\r
Event: SkypeBuddylistComplete\r\nActionID: 2\r\nEventList: Complete\r\nListItems: 0\r\n\r
Action: SkypeBuddies\r\nActionID: 3\r\nUser: bond\r\n\r
Response: Success\r\nActionID: 3\r\nEventList: start\r\nMessage: Buddy list will follow\r\n\r
Event: SkypeBuddyEntry\r\nActionID: 3\r\nBuddy: q\r\nStatus: Online\r\n\r
Event: SkypeBuddylistComplete\r\nActionID: 3\r\nEventList: Complete\r\nListItems: 1\r\n\r
`;

async function play(capture: string) {
  const chunks = async function* () {
    yield Buffer.from(capture);
  };
  const unknown: string[] = [];
  const server = await startReplayServer(await readScript(chunks(), 2026), {
    port: 0,
    speed: 'max',
    onUnknownAction: (name) => unknown.push(name),
  });
  cleanups.push(() => server.stop());
  const link = new PbxLink(
    socketTransport(server),
    { pbx: 'main', username: 'anybody', secret: 'anything' },
    systemClock,
  );
  cleanups.push(() => link.stop());
  const events: (string | undefined)[] = [];
  void (async () => {
    for await (const batch of link.items()) {
      for (const item of batch) if (item.kind === 'message') events.push(header(item.message, 'Event'));
    }
  })();
  link.start();
  await until(() => link.state === 'ready');
  return { link, events, unknown };
}

describe('a played capture', () => {
  it('answers logins and actions as recorded, by name and headers, under the client’s own ids', async () => {
    const { link, events } = await play(CAPTURE);
    await until(() => events.includes('SkypeAccountStatus'));
    const bond = await link.request(skypeBuddies(nameFromPbx('bond')));
    expect(bond.events.map((message) => header(message, 'Buddy'))).toEqual(['q']);
    const other = await link.request(skypeBuddies(nameFromPbx('q')));
    expect(other.events).toEqual([]);
  });

  it('tells what was asked from the answers where only the PBX was captured', async () => {
    const { link } = await play(CAPTURE.replace(/Action: .*?\r\n\r\n/gs, '\r\n'));
    const reply = await link.request(skypeBuddies(nameFromPbx('q')));
    expect(header(reply.response, 'Message')).toBe('Buddy list will follow');
  });

  it('refuses what the capture does not answer, and says so', async () => {
    const { link, unknown } = await play(CAPTURE);
    const chat = skypeChatSend({ user: nameFromPbx('bond'), to: nameFromPbx('q'), text: 'x' });
    await expect(link.request(chat)).rejects.toMatchObject({ code: 'PBX_REFUSED' });
    expect(unknown).toEqual(['SkypeChatSend']);
  });
});

describe('Pace', () => {
  it.each([
    [1, [1000, 500]],
    [10, [100, 50]],
    ['max' as const, []],
  ])('at %s waits %j ms', async (speed, expected) => {
    const waits: number[] = [];
    let now = 0;
    const pace = new Pace(
      speed,
      () => now,
      async (ms) => {
        waits.push(ms);
        now += ms;
      },
    );
    const { signal } = new AbortController();
    // A clock that steps back starts a new rhythm; a message without a time does not wait.
    for (const at of [5000, 6000, null, 2000, 2500]) await pace.reach(at, signal);
    expect(waits).toEqual(expected);
  });
});
