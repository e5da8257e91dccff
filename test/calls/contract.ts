import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { until } from '../helpers/until.ts';
import type { Line } from './line.ts';

/** A line that is up, and how it is taken down. */
export interface StartedLine {
  readonly line: Line;
  stop(): Promise<void>;
}

/** What calls do on every PBX: run by the simulator's tests and by the laboratory's. */
export function callContract(name: string, start: () => Promise<StartedLine>): void {
  describe(`calls on ${name}`, () => {
    let line: Line;
    let stop: () => Promise<void>;
    beforeEach(async () => {
      ({ line, stop } = await start());
    });
    afterEach(() => stop());

    const begin = async (over: Record<string, unknown> = {}, headers = {}) => {
      const body = { from: line.account, to: line.people.answers, agent: line.phones.answers, ...over };
      const answer = await line.call('POST', '/v1/calls', body, headers);
      return { ...answer, id: String(answer.body['id']), path: `/v1/calls/${String(answer.body['id'])}` };
    };
    const show = async (path: string) => (await line.call('GET', path)).body;
    const reach = (path: string, state: string) => until(async () => (await show(path))['state'] === state);
    const joined = async (over: Record<string, unknown> = {}) => {
      const begun = await begin(over);
      expect(begun.status).toBe(201);
      await reach(begun.path, 'bridged');
      return begun;
    };
    const nothingLeft = () =>
      until(async () => {
        const { channels, bridges } = await line.left();
        return channels === 0 && bridges === 0;
      });
    const endsWith = async (path: string, cause: string, endedBy?: string) => {
      await reach(path, 'ended');
      expect(await show(path)).toMatchObject({ cause, ...(endedBy ? { endedBy } : {}) });
      await nothingLeft();
    };

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
      expect((await line.call('GET', '/v1/calls?active=true')).body['items']).toHaveLength(1);
      expect((await line.call('GET', `${path}/properties/topic`)).body).toEqual({
        name: 'topic',
        value: 'Secret, plans',
      });
      expect((await line.call('DELETE', path)).body).toMatchObject({
        state: 'ended',
        cause: 'hangup',
        endedBy: 'api',
      });
      expect((await line.call('GET', '/v1/calls?active=true')).body['items']).toEqual([]);
      await nothingLeft();
      expect(new Set(await line.states(id))).toEqual(new Set(['dialing', 'ringing', 'bridged', 'ended']));
    });

    it.each([
      ['agent busy', { agent: 'busy' }, 'busy'],
      ['person busy', { to: 'busy' }, 'busy'],
      ['agent does not answer', { agent: 'silent', timeout: 1 }, 'no-answer'],
      ['person does not answer', { to: 'silent', timeout: 1 }, 'no-answer'],
    ])('%s', async (_case, over: { agent?: string; to?: string; timeout?: number }, cause) => {
      const { path } = await begin({
        ...over,
        ...(over.agent ? { agent: line.phones[over.agent as 'busy'] } : {}),
        ...(over.to ? { to: line.people[over.to as 'busy'] } : {}),
      });
      await endsWith(path, cause);
    });

    it('is hung up during set-up', async () => {
      const { path } = await begin({ agent: line.phones.silent });
      expect((await line.call('DELETE', path)).body).toMatchObject({ state: 'ended', cause: 'hangup' });
      await nothingLeft();
    });

    it('is hung up while the person rings', async () => {
      const { path } = await begin({ to: line.people.silent });
      await until(async () => (await line.left()).channels >= 2);
      await line.call('DELETE', path);
      await endsWith(path, 'hangup', 'api');
    });

    it.each(['agent', 'skype'] as const)('ends when the %s hangs up', async (side) => {
      const { path, id } = await joined();
      await line.hangUp(side, id);
      await endsWith(path, 'hangup', side);
    });

    it('ends once when both sides and the API hang up at the same time', async () => {
      const { path, id } = await joined();
      await Promise.all([
        line.hangUp('agent', id),
        line.hangUp('skype', id),
        line.call('DELETE', path),
        line.call('DELETE', path),
      ]);
      await endsWith(path, 'hangup');
      expect((await line.states(id)).filter((state) => state === 'ended')).toHaveLength(1);
    });

    it('holds, mutes, and sends digits', async () => {
      const { path } = await joined();
      const order = (verb: string, body?: unknown) => line.call('POST', `${path}/${verb}`, body);
      expect((await order('hold', { musicClass: 'default' })).body['state']).toBe('held');
      expect((await order('hold')).body['state']).toBe('held');
      expect(await order('dtmf', { digits: '1' })).toMatchObject({
        status: 409,
        body: { code: 'STATE_CONFLICT' },
      });
      expect((await order('unhold')).body['state']).toBe('bridged');
      expect((await order('unhold')).body['state']).toBe('bridged');
      expect((await order('mute')).body['muted']).toEqual(['agent']);
      expect((await order('mute', { side: 'skype' })).body['muted']).toEqual(['agent', 'skype']);
      expect((await order('unmute')).body['muted']).toEqual(['skype']);
      expect((await order('dtmf', { digits: '007#' })).status).toBe(200);
      await line.call('DELETE', path);
      await endsWith(path, 'hangup');
    });

    it('reads and writes call properties', async () => {
      const { path } = await joined();
      const put = (name: string, value: string) => line.call('PUT', `${path}/properties/${name}`, { value });
      expect((await put('topic', 'Dinner, for two')).status).toBe(200);
      expect((await line.call('GET', `${path}/properties/topic`)).body['value']).toBe('Dinner, for two');
      expect((await show(path))['topic']).toBe('Dinner, for two');
      expect((await put('token', 'ünïcode')).status).toBe(200);
      expect((await line.call('GET', `${path}/properties/token`)).body['value']).toBe('ünïcode');
      expect((await line.call('GET', `${path}/properties/skypename`)).body['value']).toBe(
        line.people.answers,
      );
      expect(await put('skypename', 'x')).toMatchObject({ status: 422, body: { code: 'VALUE_FORBIDDEN' } });
      expect(await put('nonsense', 'x')).toMatchObject({ status: 404, body: { code: 'NOT_FOUND' } });
    });

    it('plays to one side and to both, and stops', async () => {
      const { path } = await joined();
      for (const side of ['agent', 'skype', 'both']) {
        const played = await line.call('POST', `${path}/playbacks`, { media: 'sound:beep', side });
        expect([side, played.status]).toEqual([side, 201]);
        const stopped = await line.call('DELETE', `${path}/playbacks/${String(played.body['id'])}`);
        expect([side, stopped.status]).toEqual([side, 204]);
      }
    });

    it('records, pauses, goes on and stops', async () => {
      const { path } = await joined();
      const recording = async (verb: string) => {
        const { status, body } = await line.call('POST', `${path}/recording${verb}`);
        return [
          status,
          (body['recording'] as Record<string, unknown> | undefined)?.['state'] ?? body['code'],
        ];
      };
      expect(await line.call('GET', `${path}/recording`)).toMatchObject({ status: 404 });
      expect(await recording('')).toEqual([200, 'recording']);
      expect(await recording('')).toEqual([409, 'STATE_CONFLICT']);
      expect(await line.call('GET', `${path}/recording`)).toMatchObject({ status: 409 });
      expect(await recording('/pause')).toEqual([200, 'paused']);
      expect(await recording('/resume')).toEqual([200, 'recording']);
      expect(await recording('/stop')).toEqual([200, 'done']);
      expect(await recording('/stop')).toEqual([409, 'STATE_CONFLICT']);
    });

    it('sends the Skype side to an extension', async () => {
      const { path } = await joined();
      expect(
        (await line.call('POST', `${path}/transfer`, { extension: '6001', context: 'elsewhere' })).status,
      ).toBe(422);
      const sent = await line.call('POST', `${path}/transfer`, { extension: '6001' });
      expect(sent).toMatchObject({
        status: 200,
        body: { state: 'ended', cause: 'transferred', transferredTo: expect.stringMatching(/^6001@/) },
      });
      await until(async () => (await line.left()).channels === 1);
    });

    it('sends nobody who was called to a Skype name', async () => {
      const { path } = await joined();
      expect(await line.call('POST', `${path}/transfer`, { skype: line.people.busy })).toMatchObject({
        status: 409,
        body: { code: 'STATE_CONFLICT' },
      });
      expect((await show(path))['state']).toBe('bridged');
    });

    it('hands over to a consulted agent, who has the call then', async () => {
      const { path, id } = await joined();
      const other = await line.call('POST', `${path}/consultation`, { agent: line.phones.answers });
      expect(other.body).toMatchObject({ state: 'transferring', consulting: line.phones.answers });
      await until(async () => (await line.call('POST', `${path}/consultation/complete`)).status === 200);
      expect(await show(path)).toMatchObject({
        state: 'bridged',
        consulting: null,
        agent: line.phones.answers,
      });
      await until(async () => (await line.left()).channels === 2);
      await line.hangUp('skype', id);
      await endsWith(path, 'hangup', 'skype');
    });

    it('goes back to the agent when the consultation is cancelled or comes to nothing', async () => {
      const { path } = await joined();
      await line.call('POST', `${path}/consultation`, { agent: line.phones.silent });
      expect(await line.call('POST', `${path}/consultation/complete`)).toMatchObject({ status: 409 });
      expect((await line.call('DELETE', `${path}/consultation`)).body).toMatchObject({
        state: 'bridged',
        consulting: null,
      });
      await line.call('POST', `${path}/consultation`, { agent: line.phones.busy });
      await reach(path, 'bridged');
      await line.call('DELETE', path);
      await endsWith(path, 'hangup');
    });

    it('rings the agent of the account that is called, with the caller read', async () => {
      await line.callIn(line.people.answers);
      const incoming = async () =>
        ((await line.call('GET', '/v1/calls')).body['items'] as Record<string, unknown>[])[0] ?? {};
      await until(
        async () =>
          (await incoming())['state'] === 'bridged' && (await incoming())['targetIdentity'] !== null,
      );
      expect(await incoming()).toMatchObject({
        direction: 'in',
        user: line.account,
        peer: line.people.answers,
        agent: line.phones.answers,
        targetIdentity: expect.any(String),
        caller: { number: line.people.answers, properties: { skypename: line.people.answers } },
      });
      const path = `/v1/calls/${String((await incoming())['id'])}`;
      const sent = await line.call('POST', `${path}/transfer`, {
        skype: line.people.busy,
        topic: 'Yours, now',
      });
      expect(sent).toMatchObject({
        status: 200,
        body: { state: 'ended', cause: 'transferred', transferredTo: line.people.busy },
      });
      await nothingLeft();
    });

    it('goes on through a cut connection, and ends what ended meanwhile', async () => {
      const lives = await joined();
      const dies = await joined({ to: line.people.answers });
      await line.cut();
      await line.hangUp('skype', dies.id);
      await endsOr(dies.path);
      expect((await show(lives.path))['state']).toBe('bridged');
      await until(async () => (await line.call('POST', `${lives.path}/hold`)).status === 200);
      await line.hangUp('agent', lives.id);
      await endsWith(lives.path, 'hangup', 'agent');
    });
    /** The event may still have come through before the cut. */
    const endsOr = async (path: string) => {
      await reach(path, 'ended');
      expect(['gap', 'hangup']).toContain((await show(path))['cause']);
    };

    it('ends calls that a restart of the PBX swept away', async () => {
      const { path } = await joined();
      await line.restart();
      await endsWith(path, 'gap', 'service');
      await until(async () => (await begin()).status === 201);
      await nothingLeftAfterEnd();
    });
    const nothingLeftAfterEnd = async () => {
      const { items } = (await line.call('GET', '/v1/calls?active=true')).body as { items: { id: string }[] };
      for (const { id } of items) await line.call('DELETE', `/v1/calls/${id}`);
      await nothingLeft();
    };

    it('gives the same call for the same idempotency key', async () => {
      const headers = { 'idempotency-key': 'one' };
      const [first, second] = await Promise.all([begin({}, headers), begin({}, headers)]);
      expect([first.status, second.status, second.id]).toEqual([201, 201, first.id]);
      expect(await begin({ topic: 'x' }, headers)).toMatchObject({
        status: 409,
        body: { code: 'IDEMPOTENCY_CONFLICT' },
      });
      await line.call('DELETE', first.path);
      expect(await begin({}, headers)).toMatchObject({ status: 201, id: first.id, body: { state: 'ended' } });
      await nothingLeft();
    });
  });
}
