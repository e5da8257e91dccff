import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { cli } from '../../lab/asterisk.ts';
import { serviceBeside } from '../calls/service-line.ts';
import { account } from '../helpers/service.ts';
import { tonesIn } from '../helpers/tones.ts';
import { openAriEvents } from '../pbx/ari.ts';
import { AriProbe } from './ari-probe.ts';
import { eventually, lab } from './helpers.ts';

/** Everybody outside sends 440 Hz, the agent of this test 1004 Hz (Milliwatt). */
const SKYPE = 440;
const AGENT = 1004;
const SILENCE = 700;
const TONES = [SKYPE, SILENCE, AGENT];

it('sound flows between the two legs, each of which hears the other one alone', async () => {
  const { ami, ari, recordingsDir } = await lab();
  const probe = new AriProbe(ari);
  // An application of its own: the service hands back every channel in its own one that it does not know.
  const listening = await openAriEvents(ari, 'sfa-ears');
  const service = await serviceBeside({
    name: 'lab',
    accounts: [account('james_bond', { pbx: 'lab' })],
    ami: { ...ami, link: 'socket', tls: null },
    ari: { ...ari, app: 'sfa-sound' },
    dial: 'Skype/{originator}@{destination}',
    calls: { agents: ['Local/tone@test'] },
  });
  onTestFinished(async () => {
    listening.close();
    await service.stop();
    await cli('channel request hangup all');
  });
  const begun = await service.call('POST', '/v1/calls', {
    from: 'james_bond',
    to: 'austin_powers',
    agent: 'Local/tone@test',
  });
  const path = `/v1/calls/${String(begun.body['id'])}`;
  await eventually(async () => (await service.call('GET', path)).body['state'] === 'bridged');

  /** What one leg hears for two seconds, recorded at its own channel. */
  const heardBy = async (side: 'agent' | 'skype') => {
    const leg = (await probe.channels()).find(({ id }) => id.endsWith(`.${side}`));
    const name = `heard-${side}-${Date.now()}`;
    const snoop = { app: 'sfa-ears', snoopId: name, spy: 'out' };
    await probe.ask('POST', `/channels/${leg?.id ?? 'none'}/snoop`, snoop);
    const record = { name, format: 'wav', maxDurationSeconds: '2' };
    // Refused until the ear has entered its application.
    await eventually(() => probe.ask('POST', `/channels/${name}/record`, record).catch(() => null));
    const file = await eventually(async () => {
      const running = await probe.ask('GET', `/recordings/live/${name}`).catch(() => null);
      return running === null ? readFile(join(recordingsDir, `${name}.wav`)) : null;
    });
    await probe.ask('DELETE', `/channels/${name}`).catch(() => null);
    return tonesIn(file, TONES);
  };
  const recording = (verb = '') => service.call('POST', `${path}/recording${verb}`);
  expect((await recording()).status).toBe(200);
  expect(await Promise.all([heardBy('agent'), heardBy('skype')])).toEqual([[SKYPE], [AGENT]]);
  expect((await recording('/stop')).status).toBe(200);

  await service.call('POST', `${path}/mute`, { side: 'agent' });
  expect(await heardBy('skype')).not.toContain(AGENT);
  await service.call('DELETE', path);

  const file = await fetch(`${service.url}${path}/recording`, {
    headers: { authorization: `Bearer ${service.token}` },
  });
  expect(tonesIn(Buffer.from(await file.arrayBuffer()), TONES)).toEqual([SKYPE, AGENT]);
});
