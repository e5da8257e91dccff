/** The simulated PBX of the bench, as a process of its own: `node bench/service/pbx.ts ACCOUNTS`. */
import { startSimulatedPbx } from '../../src/sim/pbx.ts';

const accounts = Number(process.argv[2]);
const pbx = await startSimulatedPbx({
  accounts: Array.from({ length: accounts }, (_, index) => ({ user: `user_${index}`, secret: 'x' })),
  managers: [{ username: 'sfa', secret: 'bench', read: ['all'], write: ['all'] }],
  ari: { username: 'sfa', password: 'bench' },
});
process.on('message', (count: number) => {
  for (let index = 0; index < count; index += 1) {
    pbx.community.writeTo(`user_${index % accounts}`, 'somebody', `message ${index} of the bench`);
  }
});
process.on('disconnect', () => process.exit());
process.send?.(pbx.ami.port);
