import { startSimulatedPbx } from '../../src/sim/pbx.ts';
import { ERAS, plainVariation, type Variation, variationOf } from '../../src/sim/variation/variation.ts';
import { actionsContract } from './actions-contract.ts';
import { type PbxUnderTest, pbxContract } from './contract.ts';

const SEEDS = Array.from({ length: 12 }, (_, at) => at + 1);

async function start(variation: Variation): Promise<PbxUnderTest> {
  const manager = { username: 'contract', secret: 'a secret', read: ['all'], write: ['all'] } as const;
  const system = { username: 'system', secret: 'a third', read: ['system'], write: ['system'] } as const;
  const ari = { username: 'contract', password: 'another secret' };
  const pbx = await startSimulatedPbx({
    variation,
    accounts: [
      { user: 'james_bond', secret: 's007', context: 'test', exten: 'wait' },
      { user: 'q_branch', secret: 'quartermaster', context: 'test', exten: 'echo' },
      { user: 'stasis_user', secret: 'ari', context: 'test', exten: 'stasis' },
      { user: 'm_office' },
    ],
    extensions: {
      'wait@test': ['Answer', 'Wait(600)'],
      'echo@test': ['Answer', 'Echo'],
      'stasis@test': ['Answer', 'Stasis(incoming)', 'Hangup'],
    },
    hints: [{ exten: '6001', context: 'skype-hints', device: 'Skype:james_bond@austin_powers' }],
    files: { 'chan_skype.conf': 'test/golden/example/chan_skype.conf' },
    people: [{ name: 'austin_powers', fullname: 'Austin Powers' }],
    managers: [manager, system],
    ari,
  });
  return {
    ami: { ...pbx.ami, username: manager.username, secret: manager.secret },
    amiSystem: { ...pbx.ami, username: system.username, secret: system.secret },
    incomingApp: 'incoming',
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
  for (const seed of [0, 1, 2, 3]) {
    const variation = seed === 0 ? plainVariation(era) : variationOf(seed, era);
    actionsContract(`simulator, ${era} seed ${seed}`, () => start(variation));
  }
  pbxContract(`simulator, plain ${era}`, () => start(plainVariation(era)));
  for (const seed of SEEDS)
    pbxContract(`simulator, ${era} seed ${seed}`, () => start(variationOf(seed, era)));
}
