import { expect, it } from 'vitest';
import { until } from '../../helpers/until.ts';
import type { Able, Given } from '../given.ts';

/** Calls from Skype. */
export function incomingCases(given: Given, able: Able): void {
  const { nothingLeft, up } = given;

  able('incoming', () => {
    it.each([
      ['is busy', 'busy', 'agent'],
      ['is not chosen', null, 'service'],
    ] as const)('goes on in the dialplan when the agent %s', async (_why, incoming, endedBy) => {
      await up({ incoming });
      await given.line.callIn(given.line.people.answers);
      const calls = async () =>
        (await given.line.call('GET', '/v1/calls')).body['items'] as Record<string, unknown>[];
      await until(async () => (await calls())[0]?.['state'] === 'ended');
      expect(await calls()).toMatchObject([
        { direction: 'in', cause: 'continued', endedBy, caller: { number: given.line.people.answers } },
      ]);
    });

    it('rings the agent of the account that is called, with the caller read', async () => {
      await given.line.callIn(given.line.people.answers);
      const incoming = async () =>
        ((await given.line.call('GET', '/v1/calls')).body['items'] as Record<string, unknown>[])[0] ?? {};
      await until(
        async () =>
          (await incoming())['state'] === 'bridged' && (await incoming())['targetIdentity'] !== null,
      );
      expect(await incoming()).toMatchObject({
        direction: 'in',
        user: given.line.account,
        peer: given.line.people.answers,
        agent: given.line.phones.answers,
        targetIdentity: expect.any(String),
        caller: { number: given.line.people.answers, properties: { skypename: given.line.people.answers } },
      });
      const path = `/v1/calls/${String((await incoming())['id'])}`;
      const sent = await given.line.call('POST', `${path}/transfer`, {
        skype: given.line.people.busy,
        topic: 'Yours, now',
      });
      expect(sent).toMatchObject({
        status: 200,
        body: { state: 'ended', cause: 'transferred', transferredTo: given.line.people.busy },
      });
      await nothingLeft();
    });
  });
}
