import { startSimulatedPbx } from '../../src/sim/pbx.ts';
import { ariContract } from './contract.ts';
import { ARI } from './support.ts';

ariContract('the simulated PBX', async () => {
  const pbx = await startSimulatedPbx({
    accounts: [{ user: 'james_bond', secret: 'x' }],
    managers: [],
    ari: ARI,
  });
  return {
    ari: { ...ARI, url: pbx.ari.url },
    phone: 'PJSIP/shoe-phone',
    nobody: 'Skype/nobody@x',
    stop: () => pbx.stop(),
  };
});
