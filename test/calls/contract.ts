import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CAPABILITIES, type Capability } from '../../src/services/calls/control.ts';
import { gapCases } from './cases/gap.ts';
import { incomingCases } from './cases/incoming.ts';
import { licenceCases } from './cases/licences.ts';
import { mediaCases } from './cases/media.ts';
import { setUpCases } from './cases/set-up.ts';
import { transferCases } from './cases/transfer.ts';
import { type Able, Given, type LineOptions, type StartedLine } from './given.ts';

/** An order for each capability; `begin`, `skypeFirst` and `incoming` are no orders to a call that lives. */
const ORDERS: Readonly<Partial<Record<Capability, readonly [string, string, object?]>>> = {
  hold: ['POST', '/hold'],
  mute: ['POST', '/mute'],
  dtmf: ['POST', '/dtmf', { digits: '1' }],
  play: ['POST', '/playbacks', { media: 'sound:beep' }],
  record: ['POST', '/recording'],
  transferToExtension: ['POST', '/transfer', { extension: '1' }],
  transferToSkype: ['POST', '/transfer', { skype: 'somebody' }],
  consult: ['POST', '/consultation', { agent: 'PJSIP/x' }],
  properties: ['GET', '/properties/topic'],
};

/**
 * What calls do on every PBX: run by the simulator's tests and by the laboratory's, over ARI and over AMI.
 *
 * @param cannot what this line's control says that it cannot do: it then has to refuse the order, and the call
 *   has to go on.
 */
export function callContract(
  name: string,
  cannot: readonly Capability[],
  start: (options: LineOptions) => Promise<StartedLine>,
): void {
  const able: Able = (capability, cases) => {
    if (!cannot.includes(capability)) cases();
  };
  describe(`calls on ${name}`, () => {
    const given = new Given(start);
    beforeEach(() => given.up());
    afterEach(() => given.down());

    setUpCases(given);
    licenceCases(given);
    mediaCases(given, able);
    transferCases(given, able);
    incomingCases(given, able);
    gapCases(given);

    it('says what it cannot do, and does not do it', async () => {
      const { items } = (await given.line.call('GET', '/v1/calls/capabilities')).body as {
        items: { cannot: Capability[] }[];
      };
      expect(items[0]?.cannot).toEqual(CAPABILITIES.filter((capability) => cannot.includes(capability)));
      const { path } = await given.joined();
      for (const capability of cannot) {
        const [method, verb, body] = ORDERS[capability] ?? [];
        if (method === undefined) continue;
        expect(await given.line.call(method, `${path}${verb}`, body)).toMatchObject({
          status: 501,
          body: { code: 'OPERATION_UNSUPPORTED', capability },
        });
      }
      expect((await given.show(path))['state']).toBe('bridged');
    });
  });
}
