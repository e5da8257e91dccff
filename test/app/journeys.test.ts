import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { account, type Journey, name, readEvents, startJourney } from '../helpers/service.ts';
import { until } from '../helpers/until.ts';

const ACCOUNTS = [
  account('james_bond', {
    profile: { fullname: 'James Bond', mood_text: 'Shaken, not stirred' },
    buddies: [{ buddy: name('echo123'), authMessage: null }],
  }),
  account('q_branch'),
];

describe('a service beside a simulated PBX', () => {
  let journey: Journey;
  beforeEach(async () => {
    journey = await startJourney(ACCOUNTS);
    const settled = async () =>
      (await journey.call('GET', '/readyz')).status === 200 &&
      items(await journey.call('GET', '/v1/accounts')).every(({ status }) => status === 'Logged In') &&
      items(await journey.call('GET', '/v1/accounts/james_bond/buddies')).length === 1;
    await until(settled);
  });
  afterEach(() => journey.stop());

  const items = ({ body }: { body: Record<string, unknown> }) => body['items'] as Record<string, unknown>[];
  const send = (text: string, to = 'echo123') =>
    journey.call('POST', '/v1/accounts/james_bond/chats', { to, text });
  const received = async () =>
    items(await journey.call('GET', '/v1/accounts/james_bond/chats?with=echo123'))
      .filter(({ direction }) => direction === 'in')
      .map(({ text }) => text);

  it('logs the accounts in and brings them to the model', async () => {
    expect((await journey.call('GET', '/v1/accounts')).body).toEqual({
      items: [
        {
          user: 'james_bond',
          pbx: 'main',
          status: 'Logged In',
          updatedAt: expect.stringMatching(/^\d{4}-.*\.\d{3}Z$/),
        },
        { user: 'q_branch', pbx: 'main', status: 'Logged In', updatedAt: expect.any(String) },
      ],
      next: null,
    });
    await until(async () => items(await journey.call('GET', '/v1/accounts/James_Bond/buddies')).length === 1);
    const bond = journey.pbx.community.account('james_bond');
    expect(bond && journey.pbx.community.property(bond, 'mood_text')).toBe('Shaken, not stirred');
  });

  it.each([
    ['newlines and quotes', 'Don\'t\r\nRead\n"This"; #include ${x}, \\n [a]'],
    ['emoji', 'γειά 🎸👩‍👩‍👧'],
    ['700 bytes of UTF-8', 'ü'.repeat(350)],
  ])('a chat with %s arrives unchanged at the other end', async (_name, text) => {
    const sent = await send(text);
    expect(sent).toMatchObject({
      status: 201,
      body: { user: 'james_bond', peer: 'echo123', direction: 'out', text, state: 'sent' },
    });
    // echo123 answers with what it got.
    await until(async () => (await received()).includes(text));
    const all = items(await journey.call('GET', '/v1/accounts/james_bond/chats?with=echo123'));
    expect(all.map(({ direction, origin, state }) => [direction, origin, state])).toEqual([
      ['in', 'other', null],
      ['out', 'own', 'sent'],
    ]);
  });

  it('refuses a text of 5,000 bytes with the limit', async () => {
    expect(await send('x'.repeat(5000))).toMatchObject({
      status: 422,
      body: { code: 'CHAT_TOO_LONG', status: 422, bytes: 5000, limitBytes: 759 },
    });
    expect(items(await journey.call('GET', '/v1/accounts/james_bond/chats'))).toEqual([]);
  });

  it.each([
    ['POST', '/v1/accounts/blofeld/chats', { to: 'echo123', text: 'x' }, 404, 'ACCOUNT_UNKNOWN'],
    [
      'POST',
      '/v1/accounts/james_bond/chats',
      { to: 'a\r\nAction: Originate', text: 'x' },
      422,
      'VALUE_FORBIDDEN',
    ],
    ['POST', '/v1/accounts/james_bond/chats', { to: 'echo123', text: 'x\0' }, 422, 'VALUE_FORBIDDEN'],
    ['POST', '/v1/accounts/james_bond/chats', { to: 'echo123' }, 400, 'REQUEST_INVALID'],
    ['POST', '/v1/accounts/james_bond/chats', { to: 'echo123', text: 'x', more: 1 }, 400, 'REQUEST_INVALID'],
    ['GET', '/v1/accounts/blofeld/buddies', undefined, 404, 'ACCOUNT_UNKNOWN'],
    ['GET', '/v1/nothing', undefined, 404, 'NOT_FOUND'],
    ['DELETE', '/v1/calls/none', undefined, 404, 'CALL_UNKNOWN'],
    ['POST', '/v1/calls', { from: 'james_bond', to: 'x', agent: 'PJSIP/a&PJSIP/b' }, 422, 'VALUE_FORBIDDEN'],
  ])('%s %s with %j is %i %s', async (method, path, body, status, code) => {
    expect(await journey.call(method, path, body)).toMatchObject({
      status,
      body: { code, status, type: 'about:blank' },
    });
  });

  it('asks for a token everywhere but for health', async () => {
    const bare = (path: string, headers: Record<string, string> = {}) =>
      fetch(`${journey.service.url}${path}`, { headers });
    expect((await bare('/healthz')).status).toBe(200);
    for (const path of ['/v1/accounts', '/v1/events', '/v1/nothing']) {
      const refused = await bare(path, { authorization: 'Bearer sfa_wrong' });
      expect([path, refused.status, refused.headers.get('content-type')]).toEqual([
        path,
        path === '/v1/nothing' ? 404 : 401,
        expect.stringMatching(/^application\/problem\+json/),
      ]);
    }
  });

  it('streams events and resumes behind the last one', async () => {
    const follow = (headers: Record<string, string> = {}) =>
      fetch(`${journey.service.url}/v1/events`, {
        headers: { authorization: `Bearer ${journey.token}`, ...headers },
      });
    const live = readEvents(await follow());
    await send('one');
    const first = (await live.next()).value;
    expect(first).toMatchObject({
      type: 'chat',
      data: {
        seq: first?.id,
        pbx: 'main',
        type: 'chat',
        user: 'james_bond',
        peer: 'echo123',
        direction: 'out',
        text: 'one',
      },
    });
    const second = (await live.next()).value;
    expect(second).toMatchObject({ id: (first?.id ?? 0) + 1, data: { direction: 'in', text: 'one' } });
    await live.return(undefined);
    await send('two');
    const resumed = readEvents(await follow({ 'last-event-id': String(first?.id) }));
    const texts = [];
    for await (const { data } of resumed) {
      texts.push(`${data['direction']} ${data['text']}`);
      if (texts.length === 3) break;
    }
    expect(texts).toEqual(['in one', 'out two', 'in two']);
  });

  it('bridges an agent and a Skype user, and takes both down', async () => {
    const started = await journey.call('POST', '/v1/calls', {
      from: 'james_bond',
      to: 'echo123',
      agent: 'PJSIP/shoe-phone',
      topic: 'Secret, plans',
    });
    expect(started).toMatchObject({
      status: 201,
      body: { user: 'james_bond', peer: 'echo123', cause: null },
    });
    const path = `/v1/calls/${String(started.body['id'])}`;
    await until(async () => (await journey.call('GET', path)).body['state'] === 'bridged');
    expect(items(await journey.call('GET', '/v1/calls?active=true'))).toHaveLength(1);
    expect(await journey.call('DELETE', path)).toMatchObject({
      status: 200,
      body: { state: 'ended', cause: 'hangup' },
    });
    expect(await journey.call('DELETE', path)).toMatchObject({ status: 200, body: { state: 'ended' } });
    expect(items(await journey.call('GET', '/v1/calls?active=true'))).toEqual([]);
    await until(() => journey.pbx.calls.book.channels.length === 0);
    expect(journey.pbx.calls.book.bridges).toEqual([]);
  });

  it('says why a call to somebody unreachable ended', async () => {
    const started = await journey.call('POST', '/v1/calls', {
      from: 'james_bond',
      to: 'echo123',
      agent: 'PJSIP/busy',
    });
    const path = `/v1/calls/${String(started.body['id'])}`;
    await until(async () => (await journey.call('GET', path)).body['state'] === 'ended');
    expect((await journey.call('GET', path)).body['cause']).toBe('busy');
  });
});
