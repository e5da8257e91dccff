import { describe, expect, it, onTestFinished } from 'vitest';
import { ERAS, variationOf } from '../../src/sim/variation/variation.ts';
import { account, name, startJourney } from '../helpers/service.ts';
import { until } from '../helpers/until.ts';

const ACCOUNTS = [
  account('james_bond', {
    profile: { fullname: 'James Bond', mood_text: 'Shaken, not stirred' },
    buddies: [{ buddy: name('austin_powers'), authMessage: null }],
  }),
  account('q_branch'),
];
const SEEDS = Array.from({ length: 12 }, (_, at) => at + 1);

type Item = Record<string, unknown>;

describe.each(ERAS.flatMap((era) => SEEDS.map((seed) => ({ era, seed }))))(
  'a service beside Asterisk $era, seed $seed',
  ({ era, seed }) => {
    it('settles, sends, receives, watches and calls', async () => {
      const journey = await startJourney(ACCOUNTS, { variation: variationOf(seed, era) });
      onTestFinished(() => journey.stop());
      const items = async (path: string) => (await journey.call('GET', path)).body['items'] as Item[];
      const bond = '/v1/accounts/james_bond';

      // 1: the accounts are logged in and brought to the model.
      await until(async () => (await journey.call('GET', '/readyz')).status === 200);
      await until(async () => (await items('/v1/accounts')).every(({ status }) => status === 'Logged In'));
      await until(async () => (await items(`${bond}/buddies`)).some(({ status }) => status === 'Online'));
      const mood = () => {
        const known = journey.pbx.community.account('james_bond');
        return known && journey.pbx.community.property(known, 'mood_text');
      };
      await until(() => mood() === 'Shaken, not stirred');

      // 2: a chat goes out and its echo is not taken for another one.
      const sent = await journey.call('POST', `${bond}/chats`, { to: 'echo123', text: 'Grüße\n& "kisses"' });
      expect([sent.status, sent.body['state']]).toEqual([201, 'sent']);
      const chats = async (direction: string, peer: string) =>
        (await items(`${bond}/chats?with=${peer}`)).filter((chat) => chat['direction'] === direction);
      await until(async () => (await chats('in', 'echo123')).length === 1);
      expect((await chats('out', 'echo123')).map(({ text }) => text)).toEqual(['Grüße\n& "kisses"']);

      // 3: a chat comes in.
      journey.pbx.community.writeTo('james_bond', 'austin_powers', 'Yeah, baby! 🎸');
      await until(async () =>
        (await chats('in', 'austin_powers')).some(({ text }) => text === 'Yeah, baby! 🎸'),
      );

      // 4: somebody goes away.
      journey.pbx.community.setPresence('austin_powers', 'Away');
      await until(async () => (await items(`${bond}/buddies`)).some(({ status }) => status === 'Away'));

      // 5: a call is bridged and taken down.
      const call = await journey.call('POST', '/v1/calls', {
        from: 'james_bond',
        to: 'echo123',
        agent: 'PJSIP/desk',
      });
      const path = `/v1/calls/${String(call.body['id'])}`;
      await until(async () => (await journey.call('GET', path)).body['state'] === 'bridged');
      expect((await journey.call('DELETE', path)).body['state']).toBe('ended');
      await until(() => journey.pbx.calls.book.channels.length === 0);
    });
  },
);
