import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { account, itemsOf, type Journey, startJourney, whenReady } from '../helpers/service.ts';
import { until } from '../helpers/until.ts';

describe('chats over REST', () => {
  let journey: Journey;
  beforeEach(async () => {
    journey = await startJourney([account('james_bond'), account('q_branch')]);
    await whenReady(journey);
  });
  afterEach(() => journey.stop());

  const chats = '/v1/accounts/james_bond/chats';
  const send = (body: object, headers = {}, query = '') =>
    journey.call('POST', `${chats}${query}`, { to: 'austin_powers', ...body }, headers);
  const logOff = async () => {
    await journey.call('POST', '/v1/accounts/james_bond/logoff');
    await until(
      async () => (await journey.call('GET', '/v1/accounts/james_bond')).body['status'] === 'Logged Out',
    );
  };
  const sentTexts = async () =>
    itemsOf(await journey.call('GET', `${chats}?direction=out&state=sent`)).map(({ text }) => text);

  it('gives the same chat for the same key and body, and refuses the key with another body', async () => {
    const key = { 'idempotency-key': '4711' };
    const first = await send({ text: 'once' }, key);
    expect(first).toMatchObject({ status: 201, body: { state: 'sent', parts: null } });
    const again = await send({ text: 'once' }, key);
    expect(again).toEqual(first);
    expect(await send({ text: 'twice' }, key)).toMatchObject({
      status: 409,
      body: { code: 'IDEMPOTENCY_CONFLICT', id: first.body['id'] },
    });
    expect(await sentTexts()).toEqual(['once']);
  });

  it('makes one chat of two requests with one key at the same time', async () => {
    const both = await Promise.all([
      send({ text: 'race' }, { 'idempotency-key': 'k' }),
      send({ text: 'race' }, { 'idempotency-key': 'k' }),
    ]);
    expect(new Set(both.map(({ body }) => body['id'])).size).toBe(1);
    expect(await sentTexts()).toEqual(['race']);
  });

  it('keeps chats of a logged-out account queued, and sends them in order when it is back', async () => {
    await logOff();
    for (const text of ['1', '2', '3']) {
      expect(await send({ text }, {}, '?wait=0')).toMatchObject({ status: 202, body: { state: 'queued' } });
    }
    expect(await journey.call('POST', '/v1/accounts/james_bond/login')).toMatchObject({
      status: 200,
      body: { status: 'Logged In' },
    });
    await until(async () => (await sentTexts()).length === 3);
    expect(await sentTexts()).toEqual(['3', '2', '1']);
  });

  it('expires a chat that cannot be sent in its time', async () => {
    await logOff();
    const expired = await send({ text: 'late', ttl: 1 }, {}, '?wait=10');
    expect(expired).toMatchObject({ status: 201, body: { state: 'expired' } });
    const { body } = await journey.call('GET', '/v1/events/history?type=chat.state');
    expect(body['items']).toMatchObject([
      { type: 'chat.state', id: expired.body['id'], user: 'james_bond', state: 'expired' },
    ]);
  });

  it('cuts a long text between words when asked to, and shows all parts', async () => {
    const text = Array.from({ length: 400 }, (_, index) => `wörd${index} 👩‍👩‍👧`).join(' ');
    expect(await send({ text })).toMatchObject({ status: 422, body: { code: 'CHAT_TOO_LONG' } });
    const sent = await send({ text, split: true });
    expect(sent.status).toBe(201);
    const parts = sent.body['parts'] as { id: string; text: string; state: string }[];
    expect(parts.map((part) => part.text).join('')).toBe(text);
    expect(parts.every((part) => part.state === 'sent' && Buffer.byteLength(part.text) <= 759)).toBe(true);
    expect(sent.body['id']).toBe(parts[0]?.id);
    expect((await journey.call('GET', `/v1/chats/${parts[1]?.id}`)).body['parts']).toEqual(
      sent.body['parts'],
    );
  });

  it('resolves only what is unknown', async () => {
    const { body } = await send({ text: 'x' });
    expect(
      await journey.call('POST', `/v1/chats/${body['id']}/resolve`, { state: 'rejected' }),
    ).toMatchObject({ status: 409, body: { code: 'STATE_CONFLICT', state: 'sent' } });
    expect(await journey.call('GET', '/v1/chats/none')).toMatchObject({
      status: 404,
      body: { code: 'CHAT_UNKNOWN' },
    });
  });

  it('searches by words, participant and time, and lists conversations', async () => {
    await send({ text: 'Grüße aus Zürich' });
    await send({ text: 'nothing here', to: 'moneypenny' });
    const find = async (query: string) =>
      itemsOf(await journey.call('GET', `${chats}?${query}`)).map(({ text }) => text);
    await until(async () => (await find('q=zurich&direction=in')).length === 0);
    expect(await find('q=gruss')).toEqual([]);
    expect(await find('q=ZURI&direction=out')).toEqual(['Grüße aus Zürich']);
    expect(await find('q=%22%20OR%20*')).toEqual([]);
    expect(await find('with=MoneyPenny&direction=out')).toEqual(['nothing here']);
    expect(await find(`until=${encodeURIComponent('2000-01-01T00:00:00Z')}`)).toEqual([]);
    expect(await journey.call('GET', `${chats}?since=yesterday`)).toMatchObject({
      status: 400,
      body: { code: 'REQUEST_INVALID', field: 'since' },
    });
    const page = await journey.call('GET', '/v1/accounts/james_bond/conversations?limit=1');
    expect(itemsOf(page)).toMatchObject([{ peer: 'moneypenny' }]);
    const next = await journey.call(
      'GET',
      `/v1/accounts/james_bond/conversations?limit=1&cursor=${page.body['next']}`,
    );
    expect(next.body).toMatchObject({ items: [{ peer: 'austin_powers' }], next: null });
  });
});
