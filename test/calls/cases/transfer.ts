import { expect, it } from 'vitest';
import { until } from '../../helpers/until.ts';
import type { Able, Given } from '../given.ts';

/** Sending the Skype side elsewhere. */
export function transferCases(given: Given, able: Able): void {
  const { show, reach, joined, endsWith } = given;

  able('transferToExtension', () => {
    it('sends the Skype side to an extension', async () => {
      const { path } = await joined();
      expect(
        (
          await given.line.call('POST', `${path}/transfer`, {
            extension: given.line.extension,
            context: 'elsewhere',
          })
        ).status,
      ).toBe(422);
      const sent = await given.line.call('POST', `${path}/transfer`, { extension: given.line.extension });
      expect(sent).toMatchObject({
        status: 200,
        body: {
          state: 'ended',
          cause: 'transferred',
          transferredTo: expect.stringContaining(`${given.line.extension}@`),
        },
      });
      await until(async () => (await given.line.left()).channels === 1);
    });
  });

  able('transferToSkype', () => {
    it('sends nobody who was called to a Skype name', async () => {
      const { path } = await joined();
      expect(
        await given.line.call('POST', `${path}/transfer`, { skype: given.line.people.busy }),
      ).toMatchObject({
        status: 409,
        body: { code: 'STATE_CONFLICT' },
      });
      expect((await show(path))['state']).toBe('bridged');
    });
  });

  able('consult', () => {
    it('hands over to a consulted agent, who has the call then', async () => {
      const { path, id } = await joined();
      await given.line.call('POST', `${path}/mute`, { side: 'agent' });
      await given.line.call('POST', `${path}/mute`, { side: 'skype' });
      const other = await given.line.call('POST', `${path}/consultation`, {
        agent: given.line.phones.answers,
      });
      expect(other.body).toMatchObject({ state: 'transferring', consulting: given.line.phones.answers });
      await until(
        async () => (await given.line.call('POST', `${path}/consultation/complete`)).status === 200,
      );
      expect(await show(path)).toMatchObject({
        state: 'bridged',
        consulting: null,
        // Nobody muted the new agent.
        muted: ['skype'],
        agent: given.line.phones.answers,
      });
      await until(async () => (await given.line.left()).channels === 2);
      await given.line.hangUp('skype', id);
      await endsWith(path, 'hangup', 'skype');
    });

    it('goes back to the agent when the consultation is cancelled or comes to nothing', async () => {
      const { path } = await joined();
      await given.line.call('POST', `${path}/consultation`, { agent: given.line.phones.silent });
      expect(await given.line.call('POST', `${path}/consultation/complete`)).toMatchObject({ status: 409 });
      expect((await given.line.call('DELETE', `${path}/consultation`)).body).toMatchObject({
        state: 'bridged',
        consulting: null,
      });
      await given.line.call('POST', `${path}/consultation`, { agent: given.line.phones.busy });
      await reach(path, 'bridged');
      await given.line.call('DELETE', path);
      await endsWith(path, 'hangup');
    });
  });
}
