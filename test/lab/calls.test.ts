import { cli, restart } from '../../lab/asterisk.ts';
import type { CallOptions } from '../../src/call-wiring.ts';
import { AMI_ALONE } from '../calls/ami-alone.ts';
import { callContract } from '../calls/contract.ts';
import type { LineOptions, StartedLine } from '../calls/given.ts';
import { serviceBeside } from '../calls/service-line.ts';
import { proxyTo } from '../helpers/proxy.ts';
import { account } from '../helpers/service.ts';
import { AriProbe } from './ari-probe.ts';
import { eventually, lab } from './helpers.ts';

const PHONES = { answers: 'Local/wait@test', busy: 'Local/busy@test', silent: 'Local/ring@test' };

/** A line on the real Asterisk: the service reaches it through a proxy, whose connections can be cut. */
async function line(control: 'ari' | 'ami', { channels, incoming }: LineOptions): Promise<StartedLine> {
  const { ami, ari } = await lab();
  const http = new URL(ari.url);
  const proxy = await (control === 'ari'
    ? proxyTo(http.hostname, Number(http.port))
    : proxyTo(ami.host, ami.port));
  await cli('skype lab licenses 100');
  const probe = new AriProbe(ari);
  const calls: CallOptions['calls'] = {
    agents: ['Local/*@test'],
    channels,
    transferContexts: ['test'],
    incoming: {
      agents: new Map(incoming === null ? [] : [['stasis_user', PHONES[incoming]]]),
      fallback: null,
    },
  };
  const service = await serviceBeside({
    name: 'lab',
    accounts: [account('stasis_user', { pbx: 'lab' })],
    ami: { ...ami, ...(control === 'ami' ? { port: proxy.port } : {}), link: 'socket', tls: null },
    ari: control === 'ari' ? { ...ari, url: `http://127.0.0.1:${proxy.port}`, app: 'sfa-lab' } : null,
    dial: 'Skype/{originator}@{destination}',
    calls,
  });
  const limit = async () => {
    const { items } = (await service.call('GET', '/v1/calls/capabilities')).body as {
      items: { channels: { limit: number | null } }[];
    };
    return items[0]?.channels.limit ?? null;
  };
  /** Channels but the far halves of Local ones, which stand for somebody's phone. */
  const channelsLeft = async () => (await probe.channels()).filter(({ name }) => !name.endsWith(';2'));
  return {
    line: {
      call: service.call,
      states: service.states,
      account: 'stasis_user',
      people: { answers: 'austin_powers', busy: 'busy_bee', silent: 'slow_joe' },
      phones: PHONES,
      extension: 'wait',
      left: async () => ({
        channels: (await channelsLeft()).length,
        bridges: control === 'ari' ? (await probe.bridges()).length : 0,
      }),
      hangUp: async (side, call) => {
        const found = (await probe.channels()).find(({ id }) => id.includes(call) && id.endsWith(side));
        if (found === undefined) return;
        if (side === 'skype') await cli(`skype lab hangup ${found.name}`);
        else await cli(`channel request hangup ${found.name.replace(/;1$/, ';2')}`);
      },
      callIn: async (from) => void (await cli(`skype lab call ${from} stasis_user +442079460007`)),
      licenses: async (count) => {
        // The service asks for them once it is connected: what it learns must not depend on who is faster.
        await eventually(async () => (await limit()) !== null);
        await cli(`skype lab licenses ${count}`);
      },
      cut: async () => proxy.cut(),
      restart: async () => void (await restart('SIGKILL')),
    },
    async stop() {
      await service.stop();
      await proxy.stop();
      await cli('channel request hangup all');
      await eventually(async () => (await probe.channels()).length === 0);
    },
  };
}

callContract('a real Asterisk 22 over ARI', [], (options) => line('ari', options));
callContract('a real Asterisk 22 over AMI alone', AMI_ALONE, (options) => line('ami', options));
