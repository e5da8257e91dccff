import { describe, expect, it } from 'vitest';
import { ping, skypeBuddies } from '../../src/ami/skype/actions.ts';
import { header } from '../../src/ami/wire/message.ts';
import { nameFromPbx } from '../../src/model/skype-name.ts';
import { scriptedPbx } from '../helpers/ami-server.ts';
import { cleaned, linkTo, pbx, statesOf as states } from '../helpers/linked.ts';
import { until } from '../helpers/until.ts';

cleaned();

describe('PbxLink', () => {
  it('logs in by challenge, without the secret on the wire', async () => {
    const server = await pbx({ login: 'manual' });
    const { link, items } = linkTo(server);
    const challenge = await server.next();
    expect(challenge.lines).toEqual(['Action: Challenge', `ActionID: ${challenge.id}`, 'AuthType: MD5']);
    server.write(`Response: Success\r\nActionID: ${challenge.id}\r\nChallenge: 123456\r\n\r\n`);
    const login = await server.next();
    // printf 123456secret | md5sum
    expect(login.lines).toEqual([
      'Action: Login',
      `ActionID: ${login.id}`,
      'AuthType: MD5',
      'Username: sfa',
      'Key: 992f3c4e7ec9a0e96173284c816612bd',
      'Events: system',
    ]);
    expect(link.state).toBe('authenticating');
    server.write(`Response: Success\r\nActionID: ${login.id}\r\nMessage: Authentication accepted\r\n\r\n`);
    // A random part for each connection, then a number and a place.
    expect([challenge.id, login.id]).toEqual([
      expect.stringMatching(/^sfa-[0-9a-f]{12}-1\.0$/),
      expect.stringMatching(/^sfa-[0-9a-f]{12}-2\.0$/),
    ]);
    await until(() => link.state === 'ready');
    expect(states(items)).toEqual(['connecting', 'authenticating', 'ready']);
  });

  it('says at once that the secret is wrong, and tries again', async () => {
    const server = await pbx({ secret: 'another' });
    const { link, items } = linkTo(server);
    await until(() => server.connections() >= 3);
    const refused = items.find((item) => item.kind === 'state' && item.state === 'disconnected');
    expect(refused).toMatchObject({ reason: expect.stringContaining('refused the manager user "sfa"') });
    expect(JSON.stringify(items)).not.toContain('secret"');
    await expect(link.request(ping())).rejects.toMatchObject({
      code: 'AMI_DISCONNECTED',
      details: { written: false },
    });
  });

  it('says that nobody listens', async () => {
    const server = await scriptedPbx();
    await server.stop();
    const { items } = linkTo(server);
    await until(() => states(items).includes('disconnected'));
    expect(items).toContainEqual(
      expect.objectContaining({
        state: 'disconnected',
        reason: expect.stringContaining(`cannot reach the PBX at 127.0.0.1:${server.port}`),
      }),
    );
  });

  it('matches answers by ActionID, in any order, with events between', async () => {
    const server = await pbx();
    const { link, items } = linkTo(server);
    await until(() => link.state === 'ready');
    const first = link.request(ping());
    const second = link.request(ping());
    const [a, b] = [await server.next(), await server.next()];
    server.write(
      `Response: Success\r\nActionID: ${b.id}\r\nPing: two\r\n\r\nEvent: SkypeAccountStatus\r\nUsername: x\r\nStatus: Logged In\r\n\r\n`,
    );
    server.write(`Response: Success\r\nActionID: ${a.id}\r\nPing: one\r\n\r\n`);
    expect(header((await first).response, 'Ping')).toBe('one');
    expect(header((await second).response, 'Ping')).toBe('two');
    await until(() => items.some((item) => item.kind === 'message'));
  });

  it.each([
    ['1.4, as the manual shows it', '', 'ListItems: 1\r\nActionID: ID'],
    ['Asterisk 22', 'EventList: start\r\n', 'ActionID: ID\r\nEventList: Complete\r\nListItems: 1'],
  ])('collects a list reply in the shape of %s', async (_era, start, complete) => {
    const server = await pbx();
    const { link } = linkTo(server);
    await until(() => link.state === 'ready');
    const reply = link.request(skypeBuddies(nameFromPbx('james_bond')));
    const { id } = await server.next();
    server.write(
      `Response: Success\r\nActionID: ${id}\r\n${start}Message: will follow\r\n\r\n` +
        `Event: SkypeBuddyEntry\r\nActionID: ${id}\r\nBuddy: echo123\r\nStatus: Online\r\n\r\n` +
        `Event: SkypeBuddylistComplete\r\n${complete.replace(': ID', `: ${id}`)}\r\n\r\n`,
    );
    const { events } = await reply;
    expect(events.map((event) => header(event, 'Buddy'))).toEqual(['echo123']);
  });

  it.each([
    ['Message: Permission denied', 'AMI_PERMISSION_DENIED'],
    [
      'Message: Invalid/unknown command: SkypeBuddies. Use Action: ListCommands to show available commands.',
      'MODULE_ABSENT',
    ],
    ['Message: Whatever the driver says', 'PBX_REFUSED'],
  ])('%s is %s', async (line, code) => {
    const server = await pbx();
    const { link } = linkTo(server);
    await until(() => link.state === 'ready');
    const reply = link.request(skypeBuddies(nameFromPbx('james_bond')));
    const { id } = await server.next();
    server.write(`Response: Error\r\nActionID: ${id}\r\n${line}\r\n\r\n`);
    await expect(reply).rejects.toMatchObject({ code, details: { reply: line.slice(9) } });
  });

  it('ends every request when the connection is cut, and comes back', async () => {
    const server = await pbx();
    const { link, items } = linkTo(server, { maxInFlight: 1 });
    await until(() => link.state === 'ready');
    const written = link.request(ping());
    const waiting = link.request(ping());
    await server.next();
    server.drop();
    await expect(written).rejects.toMatchObject({ code: 'AMI_DISCONNECTED', details: { written: true } });
    await expect(waiting).rejects.toMatchObject({ code: 'AMI_DISCONNECTED', details: { written: false } });
    await until(() => server.connections() === 2 && link.state === 'ready');
    expect(states(items)).toEqual([
      'connecting',
      'authenticating',
      'ready',
      'disconnected',
      'connecting',
      'authenticating',
      'ready',
    ]);
  });

  it('gives up on an answer that does not come, and the late one is no answer to the next', async () => {
    const server = await pbx();
    const { link } = linkTo(server);
    await until(() => link.state === 'ready');
    const late = link.request(ping(), { timeoutMs: 5 });
    const { id } = await server.next();
    await expect(late).rejects.toMatchObject({ code: 'AMI_TIMEOUT' });
    const next = link.request(ping());
    const second = await server.next();
    server.write(
      `Response: Error\r\nActionID: ${id}\r\nMessage: late\r\n\r\nResponse: Success\r\nActionID: ${second.id}\r\n\r\n`,
    );
    await expect(next).resolves.toBeDefined();
  });

  it('finds a half-open connection by a ping without an answer', async () => {
    const server = await pbx();
    linkTo(server, { pingMs: 5, timeoutMs: 20 });
    expect((await server.next()).name).toBe('Ping');
    await until(() => server.connections() === 2);
  });

  it('keeps no more in flight than it may, in order', async () => {
    const server = await pbx();
    const { link } = linkTo(server, { maxInFlight: 2 });
    await until(() => link.state === 'ready');
    const replies = Array.from({ length: 5 }, () => link.request(ping()));
    const seen: string[] = [];
    for (let index = 0; index < 5; index += 1) {
      const { id } = await server.next();
      seen.push(id);
      if (index >= 1) server.write(`Response: Success\r\nActionID: ${seen[index - 1]}\r\n\r\n`);
    }
    server.write(`Response: Success\r\nActionID: ${seen[4]}\r\n\r\n`);
    await Promise.all(replies);
    expect(seen.map((id) => Number.parseInt(id.split('-')[2] ?? '', 10))).toEqual([3, 4, 5, 6, 7]);
  });
});
