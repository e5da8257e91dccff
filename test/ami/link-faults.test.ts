import { describe, expect, it } from 'vitest';
import type { AmiLink } from '../../src/ami/link/link.ts';
import { socketTransport } from '../../src/ami/link/socket-transport.ts';
import type { AmiTransport } from '../../src/ami/link/transport.ts';
import { ping, skypeBuddies } from '../../src/ami/skype/actions.ts';
import { command } from '../../src/ami/skype/cli.ts';
import { originate } from '../../src/ami/skype/core-actions.ts';
import { header, headersNamed } from '../../src/ami/wire/message.ts';
import { nameFromPbx } from '../../src/model/skype-name.ts';
import { scriptedPbx } from '../helpers/ami-server.ts';
import {
  cleaned,
  linkTo,
  type MakeTransport,
  pbx,
  readyLink,
  statesOf,
  TRANSPORTS,
} from '../helpers/linked.ts';
import { until } from '../helpers/until.ts';

cleaned();

const bond = nameFromPbx('james_bond');
const buddies = (link: AmiLink, timeoutMs?: number) =>
  link.request(skypeBuddies(bond), timeoutMs === undefined ? {} : { timeoutMs });
const ok = (id: string, more = '') => `Response: Success\r\nActionID: ${id}\r\n${more}\r\n`;
const entry = (id: string, buddy: string) =>
  `Event: SkypeBuddyEntry\r\nActionID: ${id}\r\nBuddy: ${buddy}\r\nStatus: Online\r\n\r\n`;
const complete = (id: string, items: number) =>
  `Event: SkypeBuddylistComplete\r\nListItems: ${items}\r\nActionID: ${id}\r\n\r\n`;

describe.each(TRANSPORTS)('a link over $name, when the PBX', ({ name, make }) => {
  it('closes: every request ends within 100 ms', async () => {
    const server = await pbx();
    let closedAt = Number.NaN;
    /** Notes when the transport says that it is over. */
    const watched: MakeTransport = (to) => {
      const transport = make(to);
      const open: AmiTransport['open'] = (listener, ...rest) => {
        const closed = (reason: string) => {
          closedAt = performance.now();
          listener.closed(reason);
        };
        return transport.open({ ...listener, closed }, ...rest);
      };
      return { ...transport, open };
    };
    const { link } = await readyLink(server, { maxInFlight: 2 }, watched);
    const asked = Array.from({ length: 5 }, () => link.request(ping()));
    await server.next();
    await server.next();
    server.drop();
    const ends = await Promise.allSettled(asked);
    expect(performance.now() - closedAt).toBeLessThan(100);
    expect(ends.map((end) => end.status === 'rejected' && end.reason)).toMatchObject(
      [true, true, false, false, false].map((written) => ({
        code: 'AMI_DISCONNECTED',
        details: { written },
      })),
    );
  });

  it('half-closes: that is the end, whatever the other half does', async () => {
    const server = await pbx({ keepsOpen: true });
    const { link, items } = await readyLink(server, {}, make);
    const asked = link.request(ping());
    await server.next();
    server.halfClose();
    await expect(asked).rejects.toMatchObject({ code: 'AMI_DISCONNECTED', details: { written: true } });
    await until(() => server.connections() === 2 && link.state === 'ready');
    expect(statesOf(items)).toContain('disconnected');
  });

  it('stalls: the ping finds it, and the close of the stalled connection is not waited for', async () => {
    const server = await pbx({ keepsOpen: true });
    const { link } = await readyLink(server, { pingMs: 10, timeoutMs: 30 }, make);
    server.stall();
    const asked = link.request(ping(), { timeoutMs: 10_000 });
    await expect(asked).rejects.toMatchObject({
      code: 'AMI_DISCONNECTED',
      message: expect.stringContaining('no answer to a ping'),
    });
    await until(() => server.connections() === 2);
  });

  it('is flooding: a ping that is answered late is no sign of death', async () => {
    const server = await pbx();
    const timeoutMs = 300;
    const { items } = await readyLink(server, { pingMs: 20, timeoutMs }, make);
    // No ping is answered, and the time of many runs out.
    for (const end = performance.now() + 2.5 * timeoutMs; performance.now() < end; ) {
      const before = items.length;
      server.write('Event: VarSet\r\nVariable: x=1\r\n\r\n'.repeat(20));
      await until(() => items.length > before);
    }
    expect(server.connections()).toBe(1);
  });

  it('answers late: the answer is no answer to the next one', async () => {
    const server = await pbx();
    const { link } = await readyLink(server, {}, make);
    const late = link.request(ping(), { timeoutMs: 5 });
    const first = await server.next();
    await expect(late).rejects.toMatchObject({ code: 'AMI_TIMEOUT', details: { written: true } });
    const next = link.request(ping());
    const second = await server.next();
    server.write(`Response: Error\r\nActionID: ${first.id}\r\nMessage: late\r\n\r\n${ok(second.id)}`);
    expect(header((await next).response, 'ActionID')).toBe(second.id);
  });

  it('answers twice, out of order, to ids that nobody used', async () => {
    const server = await pbx();
    const { link, items } = await readyLink(server, {}, make);
    const asked = [0, 1, 2].map(() => link.request(ping()));
    const actions = [await server.next(), await server.next(), await server.next()];
    server.write('Response: Success\r\nActionID: sfa-1\r\nPing: forged\r\n\r\n');
    for (const { id } of actions.toReversed()) server.write(ok(id, `Ping: ${id}\r\n`).repeat(2));
    const answers = await Promise.all(asked);
    expect(answers.map(({ response }) => header(response, 'Ping'))).toEqual(actions.map(({ id }) => id));
    // What belongs to no request is not lost.
    await until(() => items.filter((item) => item.kind === 'message').length === 4);
  });

  it('sends garbage: the connection and its requests live', async () => {
    const server = await pbx();
    const { link } = await readyLink(server, {}, make);
    const asked = link.request(ping());
    const { id } = await server.next();
    server.write(
      '\x00\x1b]0;x\x07\r\n\r\n:\r\n: :\r\n\r\n\r\n\r\nwhat\r\n__proto__: x\r\nconstructor: y\r\n\r\n',
    );
    server.write(ok(id));
    await expect(asked).resolves.toBeDefined();
    expect(server.connections()).toBe(1);
  });

  it('sends list entries, even the last one, before the response', async () => {
    const server = await pbx();
    const { link } = await readyLink(server, {}, make);
    const asked = buddies(link);
    const { id } = await server.next();
    server.write(entry(id, 'a') + entry(id, 'b') + complete(id, 2) + ok(id));
    expect((await asked).events.map((event) => header(event, 'Buddy'))).toEqual(['a', 'b']);
  });

  it('sends an event with the ActionID before the response: both arrive where they belong', async () => {
    const server = await pbx();
    const { link, items } = await readyLink(server, {}, make);
    const asked = link.request(originate({ channel: 'Skype/a@b', context: 'default', exten: 's' }));
    const { id } = await server.next();
    // This event holds a `Response` header, and is none.
    server.write(`Event: OriginateResponse\r\nActionID: ${id}\r\nResponse: Failure\r\nReason: 5\r\n\r\n`);
    server.write(ok(id, 'Message: Originate successfully queued\r\n'));
    expect(header((await asked).response, 'Message')).toBe('Originate successfully queued');
    await until(() => items.some((item) => item.kind === 'message'));
  });

  it('sends a chat in the middle of a list: neither is lost', async () => {
    const server = await pbx();
    const { link, items } = await readyLink(server, {}, make);
    const asked = buddies(link);
    const { id } = await server.next();
    const chat = `Event: SkypeChatMessage\r\nActionID: ${id}\r\nUsername: a\r\nFrom: b\r\nMessage: aGk=\r\n\r\n`;
    server.write(ok(id) + entry(id, 'a') + chat + complete(id, 1));
    expect((await asked).events).toHaveLength(1);
    await until(() => items.some((item) => item.kind === 'message'));
  });

  it('lists for longer than the time-out: each entry begins it anew', async () => {
    const server = await pbx();
    const { link } = await readyLink(server, {}, make);
    const timeoutMs = 300;
    const asked = buddies(link, timeoutMs);
    const { id } = await server.next();
    const begun = performance.now();
    server.write(ok(id));
    let count = 0;
    while (performance.now() - begun < 2 * timeoutMs) {
      server.write(entry(id, `b${count}`));
      count += 1;
      const due = performance.now() + timeoutMs / 10;
      await until(() => performance.now() > due);
    }
    server.write(complete(id, count));
    expect((await asked).events).toHaveLength(count);
    // And one that stops in the middle ends.
    const stuck = buddies(link, 20);
    const second = await server.next();
    server.write(ok(second.id) + entry(second.id, 'a'));
    await expect(stuck).rejects.toMatchObject({ code: 'AMI_TIMEOUT' });
  });

  it('lists for ever: the list is ended, the connection lives', async () => {
    const server = await pbx();
    const { link } = await readyLink(server, { maxListEntries: 3 }, make);
    const asked = buddies(link);
    const { id } = await server.next();
    server.write(ok(id) + entry(id, 'x').repeat(5));
    await expect(asked).rejects.toMatchObject({ code: 'PBX_REFUSED' });
    expect(link.state).toBe('ready');
  });

  it('answers a Command in the old form without ActionID', async () => {
    const server = await pbx();
    const { link } = await readyLink(server, {}, make);
    const asked = link.request(command('skype show users'));
    await server.next();
    server.write('Response: Follows\r\nPrivilege: Command\r\njames_bond Logged In\n--END COMMAND--\r\n\r\n');
    expect(headersNamed((await asked).response, 'Output')).toEqual(['james_bond Logged In']);
  });

  it('refuses the login: said at once, with its own code', async () => {
    const server = await pbx({ secret: 'another' });
    const { link, items } = linkTo(server, {}, make);
    await until(() => items.some((item) => item.kind === 'state' && item.state === 'disconnected'));
    expect(items).toContainEqual(
      expect.objectContaining({
        state: 'disconnected',
        code: 'AMI_AUTH_FAILED',
        reason: expect.stringContaining('refused the manager user "sfa"'),
      }),
    );
    await expect(link.request(ping())).rejects.toMatchObject({ code: 'AMI_DISCONNECTED' });
  });

  it('is silent at the login: a time-out, not a refusal', async () => {
    const server = await pbx({ login: 'manual' });
    const { items } = linkTo(server, { timeoutMs: 20 }, make);
    await until(() => items.some((item) => item.kind === 'state' && item.code === 'AMI_TIMEOUT'));
  });

  it('is an HTTP server: said at once', async () => {
    const server = await pbx({
      login: 'manual',
      greeting: 'HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n',
    });
    const { items } = linkTo(server, {}, make);
    await until(() => statesOf(items).includes('disconnected'));
    const state = items.find((item) => item.kind === 'state' && item.state === 'disconnected');
    expect(state).toMatchObject({ reason: expect.stringContaining('no Asterisk manager interface') });
  });

  it('is down: told apart from one that refuses', async () => {
    const server = await scriptedPbx();
    await server.stop();
    const { items } = linkTo(server, {}, make);
    await until(() => statesOf(items).includes('disconnected'));
    expect(items.find((item) => item.kind === 'state' && item.state === 'disconnected')).toMatchObject({
      code: 'AMI_DISCONNECTED',
      reason: expect.stringContaining(`cannot reach the PBX at 127.0.0.1:${server.port}`),
    });
  });

  it('comes back: no action before the login, nobody has to subscribe again', async () => {
    const server = await pbx();
    const { link, items } = await readyLink(server, {}, make);
    server.drop();
    await until(() => link.state !== 'ready');
    await expect(link.request(ping())).rejects.toMatchObject({ details: { written: false } });
    await until(() => link.state === 'ready');
    server.write('Event: SkypeAccountStatus\r\nUsername: a\r\nStatus: Logged In\r\n\r\n');
    await until(() => items.some((item) => item.kind === 'message'));
    // What was refused without a connection was not sent later.
    void link.request(command('the first')).catch(() => {});
    expect((await server.next()).lines).toContain('Command: the first');
  });

  it('says something right behind the login: it comes after the state', async () => {
    const server = await pbx({ login: 'manual' });
    const { link, items } = linkTo(server, {}, make);
    const first = await server.next();
    if (name === 'socket') {
      server.write(ok(first.id, 'Challenge: 1\r\n'));
      server.write(`${ok((await server.next()).id)}Event: FullyBooted\r\n\r\n`);
    } else {
      server.write(`${ok(first.id)}Event: FullyBooted\r\n\r\n`);
    }
    await until(() => link.state === 'ready' && items.some((item) => item.kind === 'message'));
    expect(items.map((item) => (item.kind === 'state' ? item.state : item.kind))).toEqual([
      'connecting',
      'authenticating',
      'ready',
      'message',
    ]);
  });
});

describe('what only the own transport can do', () => {
  it.each([
    ['SSH', 'SSH-2.0-OpenSSH_9.6\r\n', 'it is an SSH server'],
    ['mail', '220 mail.example ESMTP\r\n', 'it is a mail or file server'],
    ['TLS', '\x15\x03\x03\x00\x02\x02\x46', 'it wants TLS'],
  ])('names a %s server at its first bytes', async (_kind, greeting, reason) => {
    const server = await pbx({ login: 'manual', greeting });
    const { items } = linkTo(server);
    await until(() => statesOf(items).includes('disconnected'));
    expect(items).toContainEqual(expect.objectContaining({ reason: expect.stringContaining(reason) }));
  });

  it('asks one thing at a time of a PBX that leaves the ActionID out', async () => {
    const server = await pbx({ login: 'manual' });
    const { link } = linkTo(server);
    await server.next();
    server.write('Response: Success\r\nChallenge: 1\r\n\r\n');
    await server.next();
    server.write('Response: Success\r\nMessage: Authentication accepted\r\n\r\n');
    await until(() => link.state === 'ready');
    const [first, list] = [link.request(ping()), buddies(link)];
    expect((await server.next()).name).toBe('Ping');
    server.write('Response: Pong\r\n\r\n');
    await first;
    expect((await server.next()).name).toBe('SkypeBuddies');
    server.write(
      'Response: Success\r\n\r\nEvent: SkypeBuddyEntry\r\nBuddy: a\r\n\r\nEvent: SkypeBuddylistComplete\r\n\r\n',
    );
    expect((await list).events).toHaveLength(1);
  });

  it('connects anew when such a PBX leaves an answer out', async () => {
    const server = await pbx({ login: 'manual' });
    const { link } = linkTo(server);
    await server.next();
    server.write('Response: Success\r\nChallenge: 1\r\n\r\n');
    await server.next();
    server.write('Response: Success\r\n\r\n');
    await until(() => link.state === 'ready');
    await expect(link.request(ping(), { timeoutMs: 5 })).rejects.toMatchObject({ code: 'AMI_TIMEOUT' });
    await until(() => server.connections() === 2);
  });

  it('does not take an answer without ActionID from a PBX that sends them', async () => {
    const server = await pbx();
    const { link } = await readyLink(server);
    const asked = link.request(ping());
    const { id } = await server.next();
    // As a profile text with line ends would forge it.
    server.write(`Response: Error\r\nMessage: forged\r\n\r\n${ok(id)}`);
    await expect(asked).resolves.toBeDefined();
  });
});

describe('a message beyond a limit', () => {
  it('is reported and skipped, the requests around it live', async () => {
    const server = await pbx();
    const frameLimits = { lineBytes: 100, headers: 10, messageBytes: 1000 };
    const { link, items } = await readyLink(server, {}, (to) => socketTransport({ ...to, frameLimits }));
    const asked = link.request(ping());
    const { id } = await server.next();
    server.write(
      `Event: X\r\nBig: ${'x'.repeat(5000)}\r\n\r\nEvent: Y\r\n${'A: 1\r\n'.repeat(11)}\r\n${ok(id)}`,
    );
    await asked;
    await until(() => items.filter((item) => item.kind === 'skipped').length === 2);
    expect(items.flatMap((item) => (item.kind === 'skipped' ? [item.limit] : []))).toEqual([
      'lineBytes',
      'headers',
    ]);
  });
});

it('ends every request although the transport never says that it closed', async () => {
  const server = await pbx();
  const mute: MakeTransport = (to) => {
    const transport = socketTransport(to);
    const open: AmiTransport['open'] = (listener, ...rest) =>
      transport.open({ ...listener, closed() {} }, ...rest);
    return { ...transport, open };
  };
  const { link } = await readyLink(server, { pingMs: 10, timeoutMs: 30 }, mute);
  await expect(link.request(ping(), { timeoutMs: 10_000 })).rejects.toMatchObject({
    code: 'AMI_DISCONNECTED',
  });
});

describe('the queue', () => {
  it('serves accounts in turns', async () => {
    const server = await pbx();
    const { link } = await readyLink(server, { maxInFlight: 1 });
    const asked = [
      ...Array.from({ length: 4 }, () => link.request(skypeBuddies(nameFromPbx('greedy')))),
      link.request(skypeBuddies(nameFromPbx('modest'))),
    ];
    const served: string[] = [];
    for (const _ of asked) {
      const { id, lines } = await server.next();
      served.push(lines[2] ?? '');
      server.write(ok(id) + complete(id, 0));
    }
    await Promise.all(asked);
    expect(served).toEqual(['User: greedy', 'User: greedy', 'User: modest', 'User: greedy', 'User: greedy']);
  });

  it('gives up on what found no place in time, and says that it was not written', async () => {
    const server = await pbx();
    const { link } = await readyLink(server, { maxInFlight: 1 });
    const first = link.request(ping());
    const { id } = await server.next();
    await expect(link.request(ping(), { timeoutMs: 5 })).rejects.toMatchObject({
      code: 'AMI_TIMEOUT',
      details: { written: false },
    });
    server.write(ok(id));
    await first;
  });

  it('disconnects rather than to pile up what nobody takes', async () => {
    const server = await pbx();
    const { link, items } = await readyLink(server, { maxQueued: 100 });
    server.write('Event: VarSet\r\n\r\n'.repeat(101));
    await until(() => statesOf(items).includes('disconnected'));
    expect(items).toContainEqual(
      expect.objectContaining({ reason: 'events came faster than they could be stored' }),
    );
    await until(() => link.state === 'ready');
  });

  it('holds nobody back for a PBX that is down', async () => {
    const server = await pbx();
    const down = await scriptedPbx();
    await down.stop();
    const { link } = await readyLink(server);
    const other = linkTo(down);
    const [good, bad] = [link.request(ping()), other.link.request(ping())];
    await expect(bad).rejects.toMatchObject({ code: 'AMI_DISCONNECTED', details: { written: false } });
    server.write(ok((await server.next()).id));
    await good;
  });
});
