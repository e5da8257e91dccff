import { afterAll, afterEach, beforeAll, beforeEach, describe } from 'vitest';
import { rawSession } from '../helpers/raw-ami.ts';
import { accounts } from './parts/accounts.ts';
import { buddies } from './parts/buddies.ts';
import { calls } from './parts/calls.ts';
import { chats } from './parts/chats.ts';
import { configuration } from './parts/configuration.ts';
import { rights } from './parts/rights.ts';
import { sessions } from './parts/sessions.ts';
import { type PbxUnderTest, Suite } from './suite.ts';

export type { PbxUnderTest } from './suite.ts';

/**
 * What a companion relies on, for every PBX that speaks AMI with the Skype actions and, where there is one, ARI.
 * Errors are told apart by kind only; nothing leans on wordings, on the order of headers or on the order of an answer
 * and the events that its action causes, all of which the manual leaves open.
 */
export function pbxContract(name: string, start: () => Promise<PbxUnderTest>): void {
  describe(`PBX contract: ${name}`, () => {
    const suite = new Suite();
    beforeAll(async () => {
      suite.pbx = await start();
    });
    afterAll(() => suite.pbx.stop());
    beforeEach(async () => {
      suite.ami = await rawSession(suite.pbx.ami);
    });
    afterEach(() => suite.ami.close());
    sessions(suite);
    rights(suite);
    configuration(suite);
    accounts(suite);
    buddies(suite);
    chats(suite);
    calls(suite);
  });
}
