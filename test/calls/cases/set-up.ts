import { expect, it } from 'vitest';
import { until } from '../../helpers/until.ts';
import type { Given } from '../given.ts';

/** How a call begins and ends, whoever ends it and whenever. */
export function setUpCases(given: Given): void {
  const { begin, show, joined, nothingLeft, endsWith } = given;

  it.each(['agent', 'skype'])('rings the %s first, joins both, and takes both down', async (first) => {
    const { path, id } = await joined({ first, topic: 'Secret, plans', callerId: '"M" <007>' });
    expect(await show(path)).toMatchObject({
      first,
      topic: 'Secret, plans',
      callerId: '"M" <007>',
      answeredAt: expect.stringMatching(/Z$/),
      endedAt: null,
      cause: null,
    });
    expect((await given.line.call('GET', '/v1/calls?active=true')).body['items']).toHaveLength(1);
    expect((await given.line.call('GET', `${path}/properties/topic`)).body).toEqual({
      name: 'topic',
      value: 'Secret, plans',
    });
    expect((await given.line.call('DELETE', path)).body).toMatchObject({
      state: 'ended',
      cause: 'hangup',
      endedBy: 'api',
    });
    expect((await given.line.call('GET', '/v1/calls?active=true')).body['items']).toEqual([]);
    await nothingLeft();
    expect(new Set(await given.line.states(id))).toEqual(new Set(['dialing', 'ringing', 'bridged', 'ended']));
  });

  it.each([
    ['agent busy', { agent: 'busy' }, 'busy'],
    ['person busy', { to: 'busy' }, 'busy'],
    ['agent does not answer', { agent: 'silent', timeout: 1 }, 'no-answer'],
    ['person does not answer', { to: 'silent', timeout: 1 }, 'no-answer'],
  ])('%s', async (_case, over: { agent?: string; to?: string; timeout?: number }, cause) => {
    const { path } = await begin({
      ...over,
      ...(over.agent ? { agent: given.line.phones[over.agent as 'busy'] } : {}),
      ...(over.to ? { to: given.line.people[over.to as 'busy'] } : {}),
    });
    await endsWith(path, cause);
  });

  it('is listed by pages, newest first, the living ones by themselves', async () => {
    const list = async (query: string) => {
      const { items, next } = (await given.line.call('GET', `/v1/calls?${query}`)).body as {
        items: { id: string }[];
        next: string | null;
      };
      return { ids: items.map(({ id }) => id), next };
    };
    const ended = await begin({ agent: given.line.phones.busy });
    await endsWith(ended.path, 'busy');
    const living = await joined();
    const all = await list('limit=500');
    expect(all.ids.slice(0, 2)).toEqual([living.id, ended.id]);
    const first = await list('limit=1');
    expect(first.ids).toEqual([living.id]);
    expect((await list(`limit=1&cursor=${first.next}`)).ids).toEqual([ended.id]);
    expect((await list('active=false&limit=1')).ids).toEqual([ended.id]);
    expect(await list('active=true')).toEqual({ ids: [living.id], next: null });
  });

  it('is hung up during set-up', async () => {
    const { path } = await begin({ agent: given.line.phones.silent });
    expect((await given.line.call('DELETE', path)).body).toMatchObject({ state: 'ended', cause: 'hangup' });
    await nothingLeft();
  });

  it('is hung up while the person rings', async () => {
    const { path } = await begin({ to: given.line.people.silent });
    await until(async () => (await given.line.left()).channels >= 2);
    await given.line.call('DELETE', path);
    await endsWith(path, 'hangup', 'api');
  });

  it('ends when the agent hangs up while the person rings', async () => {
    const { path, id } = await begin({ to: given.line.people.silent });
    await until(async () => (await given.line.left()).channels >= 2);
    await given.line.hangUp('agent', id);
    await endsWith(path, 'hangup', 'agent');
  });

  it.each(['agent', 'skype'] as const)('ends when the %s hangs up', async (side) => {
    const { path, id } = await joined();
    await given.line.hangUp(side, id);
    await endsWith(path, 'hangup', side);
  });

  it('ends once when both sides and the API hang up at the same time', async () => {
    const { path, id } = await joined();
    await Promise.all([
      given.line.hangUp('agent', id),
      given.line.hangUp('skype', id),
      given.line.call('DELETE', path),
      given.line.call('DELETE', path),
    ]);
    await endsWith(path, 'hangup');
    expect((await given.line.states(id)).filter((state) => state === 'ended')).toHaveLength(1);
  });

  it('gives the same call for the same idempotency key', async () => {
    const headers = { 'idempotency-key': 'one' };
    const [first, second] = await Promise.all([begin({}, headers), begin({}, headers)]);
    expect([first.status, second.status, second.id]).toEqual([201, 201, first.id]);
    expect(await begin({ topic: 'x' }, headers)).toMatchObject({
      status: 409,
      body: { code: 'IDEMPOTENCY_CONFLICT' },
    });
    await given.line.call('DELETE', first.path);
    expect(await begin({}, headers)).toMatchObject({ status: 201, id: first.id, body: { state: 'ended' } });
    await nothingLeft();
  });
}
