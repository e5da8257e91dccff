import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { account, itemsOf, type Journey, name, startJourney, whenReady } from '../helpers/service.ts';
import { until } from '../helpers/until.ts';

describe('contacts, presence and privacy', () => {
  let journey: Journey;
  beforeEach(async () => {
    journey = await startJourney(
      [account('james_bond', { buddies: [{ buddy: name('austin_powers'), authMessage: null }] })],
      {},
      { presence: { 'Do Not Disturb': 'away' } },
    );
    await whenReady(journey);
    await until(async () => (await presence()).length === 1);
  });
  afterEach(() => journey.stop());

  const presence = async () =>
    itemsOf(await journey.call('GET', '/v1/accounts/james_bond/presence')).map(({ buddy, status, state }) => [
      buddy,
      status,
      state,
    ]);
  const events = async (type: string) =>
    itemsOf(await journey.call('GET', `/v1/events/history?type=${type}`)).map(({ type: what, buddy }) => [
      what,
      buddy,
    ]);

  it('compares the list at each login with the last one', async () => {
    const { community } = journey.pbx;
    const bond = community.account('james_bond');
    if (bond === undefined) throw new Error('james_bond lives on the PBX');
    expect(await events('buddy.added,buddy.removed')).toEqual([['buddy.added', 'austin_powers']]);
    // Behind the back of the service, as another client would do it while nobody looks.
    community.removeBuddy(bond, 'austin_powers');
    bond.buddies.add('moneypenny');
    await journey.call('POST', '/v1/accounts/james_bond/logoff');
    await journey.call('POST', '/v1/accounts/james_bond/login');
    // The model wants the buddy that is gone: it is added again.
    await until(async () => (await events('buddy.added,buddy.removed')).length === 4);
    expect(await events('buddy.added,buddy.removed')).toEqual([
      ['buddy.added', 'austin_powers'],
      ['buddy.removed', 'austin_powers'],
      ['buddy.added', 'moneypenny'],
      ['buddy.added', 'austin_powers'],
    ]);
  });

  it('maps presence to the words of the PBX, over the default table, and keeps its history', async () => {
    await until(async () => (await presence())[0]?.[1] === 'Online');
    expect(await presence()).toEqual([['austin_powers', 'Online', 'available']]);
    journey.pbx.community.setPresence('austin_powers', 'Do Not Disturb');
    await until(async () => (await presence())[0]?.[1] === 'Do Not Disturb');
    expect(await presence()).toEqual([['austin_powers', 'Do Not Disturb', 'away']]);
    const history = await journey.call(
      'GET',
      '/v1/accounts/james_bond/presence/history?buddy=Austin_Powers&limit=2',
    );
    expect(itemsOf(history).map(({ status, state }) => [status, state])).toEqual([
      ['Do Not Disturb', 'away'],
      ['Online', 'available'],
    ]);
  });

  it('exports and erases a person', async () => {
    await journey.call('POST', '/v1/accounts/james_bond/chats', { to: 'austin_powers', text: 'Hello' });
    const { body } = await journey.call('GET', '/v1/privacy/Austin_Powers');
    expect(body['chats']).toMatchObject([{ text: 'Hello', peer: 'austin_powers' }]);
    expect((body['events'] as unknown[]).length).toBeGreaterThan(1);
    expect((await journey.call('DELETE', '/v1/privacy/austin_powers')).body).toMatchObject({
      chats: 1,
      buddies: 1,
    });
    expect((await journey.call('GET', '/v1/privacy/austin_powers')).body).toMatchObject({
      chats: [],
      events: [],
    });
  });
});
