import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { account, itemsOf, type Journey, startJourney, whenReady } from '../helpers/service.ts';
import { until } from '../helpers/until.ts';

describe('access', () => {
  let journey: Journey;
  beforeEach(async () => {
    journey = await startJourney([account('sales_1'), account('boss')], {}, { requestsPerMinute: 1000 });
  });
  afterEach(() => journey.stop());

  async function tokenOf(body: object): Promise<{ call: Journey['call']; id: string }> {
    const made = await journey.call('POST', '/v1/tokens', { name: 'script', ...body });
    expect(made.status).toBe(201);
    const headers = { authorization: `Bearer ${made.body['token']}` };
    return {
      id: String(made.body['id']),
      call: (method, path, sent) => journey.call(method, path, sent, headers),
    };
  }

  it('lets a token do what its scopes say, and no more', async () => {
    const { call } = await tokenOf({ scopes: ['chat:read'] });
    expect((await call('GET', '/v1/accounts/boss/chats')).status).toBe(200);
    expect(await call('POST', '/v1/accounts/boss/chats', { to: 'x', text: 'y' })).toMatchObject({
      status: 403,
      body: { code: 'FORBIDDEN', scope: 'chat:send' },
    });
    expect((await call('GET', '/metrics')).status).toBe(403);
    expect((await call('GET', '/v1/tokens')).status).toBe(403);
  });

  it('lets a token reach the accounts of its patterns alone', async () => {
    const { call } = await tokenOf({ accounts: ['sales_*'] });
    expect(itemsOf(await call('GET', '/v1/accounts')).map(({ user }) => user)).toEqual(['sales_1']);
    expect((await call('GET', '/v1/accounts/SALES_1/buddies')).status).toBe(200);
    expect(await call('GET', '/v1/accounts/boss/buddies')).toMatchObject({
      status: 403,
      body: { code: 'FORBIDDEN', user: 'boss' },
    });
    await whenReady(journey);
    const { body } = await journey.call('POST', '/v1/accounts/boss/chats', { to: 'x', text: 'secret' });
    expect((await call('GET', `/v1/chats/${body['id']}`)).status).toBe(403);
    expect(itemsOf(await call('GET', '/v1/events/history')).filter(({ user }) => user === 'boss')).toEqual(
      [],
    );
    expect((await call('GET', '/v1/tokens')).status).toBe(403);
    expect((await call('GET', '/v1/privacy/x')).status).toBe(403);
  });

  it('refuses scopes that there are not', async () => {
    expect(await journey.call('POST', '/v1/tokens', { name: 'x', scopes: ['chat:fly'] })).toMatchObject({
      status: 422,
      body: { code: 'VALUE_FORBIDDEN', field: 'scope' },
    });
  });

  it('ends a token by its time and by revocation', async () => {
    const expired = await tokenOf({ expiresAt: '2020-01-01T00:00:00Z' });
    expect((await expired.call('GET', '/v1/accounts')).status).toBe(401);
    const revoked = await tokenOf({});
    expect((await revoked.call('GET', '/v1/accounts')).status).toBe(200);
    expect((await journey.call('DELETE', `/v1/tokens/${revoked.id}`)).status).toBe(204);
    expect((await revoked.call('GET', '/v1/accounts')).status).toBe(401);
    expect((await journey.call('DELETE', `/v1/tokens/${revoked.id}`)).body['code']).toBe('TOKEN_UNKNOWN');
  });

  it('shows tokens with their last use, and never their secrets', async () => {
    const { id, call } = await tokenOf({ scopes: ['pbx:read'] });
    await call('GET', '/v1/pbxs');
    const found = itemsOf(await journey.call('GET', '/v1/tokens')).find((token) => token['id'] === id);
    expect(found).toEqual({
      id,
      name: 'script',
      scopes: ['pbx:read'],
      accounts: ['*'],
      createdAt: expect.any(String),
      expiresAt: null,
      lastUsedAt: expect.any(String),
    });
  });

  it('writes every change into the audit log, refused ones too, with the name of the token', async () => {
    const { call } = await tokenOf({ scopes: ['chat:read'] });
    await call('POST', '/v1/accounts/boss/chats', { to: 'x', text: 'private' });
    const entries = async () => itemsOf(await journey.call('GET', '/v1/audit'));
    await until(async () => (await entries()).length === 2);
    expect((await entries()).map(({ at: _at, requestId: _id, ...rest }) => rest)).toEqual([
      { actor: 'script', action: 'POST /v1/accounts/:user/chats', target: 'boss', status: 403 },
      { actor: 'test', action: 'POST /v1/tokens', target: '', status: 201 },
    ]);
    expect(JSON.stringify(await entries())).not.toContain('private');
  });

  it('limits the rate of each token by itself', async () => {
    const limited = await startJourney([account('boss')], {}, { requestsPerMinute: 2 });
    try {
      const statuses = [];
      for (let index = 0; index < 3; index += 1)
        statuses.push((await limited.call('GET', '/v1/pbxs')).status);
      expect(statuses).toEqual([200, 200, 429]);
      expect((await limited.call('GET', '/v1/pbxs')).body).toMatchObject({ code: 'RATE_LIMITED' });
      expect((await limited.call('GET', '/healthz')).status).toBe(200);
    } finally {
      await limited.stop();
    }
  });
});
