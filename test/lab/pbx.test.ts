import { cli, restart } from '../../lab/asterisk.ts';
import { actionsContract } from '../pbx/actions-contract.ts';
import { type PbxUnderTest, pbxContract } from '../pbx/contract.ts';
import { chatFromOutside } from './helpers.ts';

const LABORATORY = 'laboratory: a real Asterisk 22 with the stand-in driver';

async function start(): Promise<PbxUnderTest> {
  // Afresh, so that buddies, presence and calls are those of the model.
  const { ami, amiSystem, ari } = await restart();
  return {
    ami,
    amiSystem,
    incomingApp: ari.app,
    ari,
    drive: {
      chat: chatFromOutside,
      async presence(person, status) {
        await cli(`skype lab presence ${person} ${status}`);
      },
      async incomingCall(from, to) {
        await cli(`skype lab call ${from} ${to}`);
      },
    },
    async stop() {
      await cli('skype lab hangup all');
    },
  };
}

pbxContract(LABORATORY, start);
actionsContract(LABORATORY, start);
