import { describe, expect, it } from 'vitest';
import type { ManagerUser } from '../../src/sim/ami/action.ts';
import { type SimulatedPbx, startSimulatedPbx } from '../../src/sim/pbx.ts';
import { plainVariation } from '../../src/sim/variation/variation.ts';
import { account } from '../helpers/service.ts';
import { until } from '../helpers/until.ts';
import { AMI_ALONE } from './ami-alone.ts';
import { callContract } from './contract.ts';
import { EXTENSIONS } from './scene.ts';
import { type ServiceBeside, serviceBeside } from './service-line.ts';
import { SIMULATED_AGENTS, simulatedLine } from './simulated-line.ts';

const MANAGER = { username: 'sfa', secret: 's' };
const USERS = ['james_bond', 'q_branch'];

async function beside(
  era: '22' | '1.4',
  rights: ManagerUser['write'] = ['all'],
  channels: number | null = null,
): Promise<{ pbx: SimulatedPbx; service: ServiceBeside; stop(): Promise<void> }> {
  const pbx = await startSimulatedPbx({
    accounts: USERS.map((user) => ({ user, secret: 'x' })),
    managers: [{ ...MANAGER, read: ['all'], write: rights }],
    ari: { username: 'a', password: 'b' },
    extensions: EXTENSIONS,
    variation: plainVariation(era),
  });
  const service = await serviceBeside({
    name: 'main',
    accounts: USERS.map((user) => account(user)),
    ami: { ...pbx.ami, ...MANAGER, link: 'socket', tls: null },
    ari: null,
    dial: 'Skype/{originator}@{destination}',
    calls: { agents: SIMULATED_AGENTS, channels },
  });
  const limit = async () => {
    const { items } = (await service.call('GET', '/v1/calls/capabilities')).body as {
      items: { channels: { limit: number | null } }[];
    };
    return items[0]?.channels.limit;
  };
  // The driver lists its licences after the login.
  if (era === '22') await until(async () => (await limit()) === Math.min(channels ?? 10, 10));
  const stop = async () => {
    await service.stop();
    await pbx.stop();
  };
  return { pbx, service, stop };
}

callContract('the simulated PBX over AMI alone', AMI_ALONE, async ({ channels }) => {
  const { pbx, service, stop } = await beside('22', ['all'], channels);
  return {
    line: {
      ...simulatedLine(pbx),
      call: service.call,
      states: service.states,
      cut: () => pbx.fault({ kind: 'drop', where: 'ami' }),
      restart: () => pbx.fault({ kind: 'restart', millis: 20 }),
    },
    stop,
  };
});

describe('a PBX that AMI alone reaches', () => {
  const request = { from: 'james_bond', to: 'austin_powers', agent: 'PJSIP/shoe-phone' };

  it('takes no calls where there is no Bridge (Asterisk 1.4), and says so before anybody is rung', async () => {
    const { pbx, service, stop } = await beside('1.4');
    await until(async () => {
      const { items } = (await service.call('GET', '/v1/calls/capabilities')).body as {
        items: { cannot: string[] }[];
      };
      return items[0]?.cannot.includes('begin') === true;
    });
    expect(await service.call('POST', '/v1/calls', request)).toMatchObject({
      status: 501,
      body: {
        code: 'OPERATION_UNSUPPORTED',
        title: expect.stringContaining('Bridge (Asterisk 1.8 or newer)'),
      },
    });
    expect((await service.call('GET', '/v1/calls')).body['items']).toEqual([]);
    expect(pbx.calls.book.channels).toEqual([]);
    await stop();
  });

  it('says that the manager user may not place calls', async () => {
    const { service, stop } = await beside('22', ['system', 'call']);
    expect(await service.call('POST', '/v1/calls', request)).toMatchObject({
      body: { code: 'AMI_PERMISSION_DENIED', action: 'Originate' },
    });
    await stop();
  });

  it('knows why the PBX refuses an account that is logged out', async () => {
    const { pbx, service, stop } = await beside('22');
    const bond = pbx.community.account('james_bond');
    if (bond) pbx.community.logoff(bond);
    const status = async () => (await service.call('GET', '/v1/accounts/james_bond')).body['status'];
    await until(async () => (await status()) !== 'Logged In');
    const { body } = await service.call('POST', '/v1/calls', request);
    const show = async () => (await service.call('GET', `/v1/calls/${String(body['id'])}`)).body;
    await until(async () => (await show())['state'] === 'ended');
    expect(await show()).toMatchObject({ cause: 'logged-out', endedBy: 'service' });
    await stop();
  });

  it('learns from the driver how many channels are licensed, and shows their use', async () => {
    const { service, stop } = await beside('22');
    const { body } = await service.call('POST', '/v1/calls', request);
    const headers = { authorization: `Bearer ${service.token}` };
    const metrics = await (await fetch(`${service.url}/metrics`, { headers })).text();
    expect(metrics).toContain('sfa_skype_channels_limit{pbx="main"} 10');
    expect(metrics).toContain('sfa_skype_channels_used{pbx="main"} 1');
    await service.call('DELETE', `/v1/calls/${String(body['id'])}`);
    await stop();
  });
});
