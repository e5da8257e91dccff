import { afterEach, describe, expect, it } from 'vitest';
import { account, type Journey, startJourney } from '../helpers/service.ts';
import { until } from '../helpers/until.ts';

describe('how a PBX stands', () => {
  let journey: Journey;
  afterEach(() => journey.stop());

  const shown = async () => (await journey.call('GET', '/v1/pbxs/main')).body;
  const manager = (over: object) => ({
    managers: [
      { username: 'sfa', secret: 'manager secret', read: ['all' as const], write: ['all' as const], ...over },
    ],
  });

  it('shows a PBX that lacks nothing', async () => {
    journey = await startJourney([account('james_bond')]);
    await until(async () => (await shown())['driver'] !== null && (await shown())['ari'] === true);
    expect(await shown()).toEqual({
      pbx: 'main',
      ami: 'ready',
      ari: true,
      reason: null,
      code: null,
      ariReason: null,
      driver: 'loaded',
      denied: [],
    });
  });

  it('names the rights that the manager user lacks, at once and not with the first chat', async () => {
    journey = await startJourney([account('james_bond')], manager({ write: ['system'] }));
    await until(async () => (await shown())['driver'] !== null);
    expect(await shown()).toMatchObject({
      ami: 'ready',
      driver: 'loaded',
      denied: [
        { action: 'Getvar', right: 'call' },
        { action: 'Command', right: 'command' },
      ],
    });
  });

  it('says why ARI is not connected', async () => {
    journey = await startJourney([account('james_bond')]);
    await until(async () => (await shown())['ari'] === true);
    await journey.pbx.fault({ kind: 'refuse', where: 'ari', millis: 60_000 });
    await journey.pbx.fault({ kind: 'drop', where: 'ari' });
    await until(async () =>
      String((await shown())['ariReason']).startsWith('ARI of the PBX "main": nobody answers'),
    );
    expect(await shown()).toMatchObject({ ami: 'ready', ari: false, reason: null });
  });

  it('tells a wrong password from a PBX that is not there', async () => {
    journey = await startJourney([account('james_bond')], manager({ secret: 'another one' }));
    await until(async () => (await shown())['code'] === 'AMI_AUTH_FAILED');
    const { reason } = await shown();
    expect(reason).toContain('refused the manager user "sfa"');
    expect(reason).not.toContain('manager secret');
    await journey.pbx.stop();
    await until(async () => (await shown())['code'] === 'AMI_DISCONNECTED');
    expect((await shown())['reason']).toContain('ECONNREFUSED');
  });
});
