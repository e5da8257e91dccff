import { startSimulatedPbx } from '../../src/sim/pbx.ts';
import { ERAS, plainVariation, type Variation, variationOf } from '../../src/sim/variation/variation.ts';
import { type PbxUnderTest, pbxContract } from './contract.ts';

const SEEDS = Array.from({ length: 12 }, (_, at) => at + 1);

async function start(variation: Variation): Promise<PbxUnderTest> {
  const manager = { username: 'contract', secret: 'a secret', read: ['all'], write: ['all'] } as const;
  const ari = { username: 'contract', password: 'another secret' };
  const pbx = await startSimulatedPbx({
    variation,
    accounts: [
      { user: 'james_bond', secret: 's007' },
      { user: 'q_branch', secret: 'quartermaster' },
      { user: 'm_office' },
    ],
    people: [{ name: 'austin_powers', fullname: 'Austin Powers' }],
    managers: [manager],
    ari,
  });
  return {
    ami: { ...pbx.ami, username: manager.username, secret: manager.secret },
    ari: { url: pbx.ari.url, ...ari },
    drive: {
      chat: (from, to, text) => void pbx.community.writeTo(to, from, text),
      presence: (person, status) => pbx.community.setPresence(person, status),
      incomingCall: (from, to) => void pbx.calls.incomingCall({ from, to }),
    },
    stop: () => pbx.stop(),
  };
}

for (const era of ERAS) {
  pbxContract(`simulator, plain ${era}`, () => start(plainVariation(era)));
  for (const seed of SEEDS)
    pbxContract(`simulator, ${era} seed ${seed}`, () => start(variationOf(seed, era)));
}
