/** The simulated PBX in a process of its own; tells its addresses, then the far end hangs up when it is asked to. */
import process from 'node:process';
import { startSimulatedPbx } from '../../src/sim/pbx.ts';
import { SIMULATED, type Target } from './target.ts';

const manager = { username: 'sfa', secret: 'secret' };
const ari = { username: 'sfa', password: 'secret' };
const pbx = await startSimulatedPbx({
  accounts: [{ user: SIMULATED.account, secret: 'x' }],
  managers: [{ ...manager, read: ['all'], write: ['all'] }],
  ari,
  licensedChannels: 1_000,
});
const target: Target = {
  name: 'simulated PBX',
  ami: { ...pbx.ami, ...manager },
  ari: { ...pbx.ari, ...ari },
  ...SIMULATED,
};
process.on('message', (call: string) => {
  const channel = pbx.calls.book.channels.find(({ id }) => id.includes(call) && id.endsWith('.skype'));
  const at = performance.timeOrigin + performance.now();
  if (channel) pbx.calls.hangup(channel, 16);
  process.send?.({ call, at });
});
process.send?.(target);
