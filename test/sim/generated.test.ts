import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { readDialplanConf } from '../../src/sim/conf/dialplan-conf.ts';
import { readDriverConf } from '../../src/sim/conf/driver-conf.ts';
import { until } from '../helpers/until.ts';
import { ask, block, logIn, pbxForTest } from './support.ts';

const GOLDEN = resolve(import.meta.dirname, '../golden/full');

/** The operator's own file around what `sfa generate` wrote. */
const OPERATOR = `
[demo]
include => skype-in-demo
exten => 600,1,Answer()
 same => n(loop),MusicOnHold()
[queues]
exten => agents,1,Answer()
 same => n,Goto(wait)
 same => n,Hangup()
 same => n(wait),MusicOnHold()
[default]
include => skype-in-default
[desk]
include => skype-out
include => presence
[front]
include => presence
exten => _6XXX,1,Busy()
`;

async function pbx() {
  const directory = mkdtempSync(join(tmpdir(), 'sfa-generated-'));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  const file = join(directory, 'extensions.conf');
  writeFileSync(file, `#include "${GOLDEN}/extensions_skype.conf"\n${OPERATOR}`);
  const { accounts } = readDriverConf(`${GOLDEN}/chan_skype.conf`);
  return pbxForTest({
    accounts: accounts.map((account) => ({ ...account, secret: 'x' })),
    ...readDialplanConf(file),
  });
}

const up = (resource: string) => (channel: { resource: string; state: string }) =>
  channel.resource === resource && channel.state === 'Up';

test('an incoming call rings every phone of its route, and the first takes it', async () => {
  const { calls } = await pbx();
  calls.incomingCall({ from: 'austin_powers', to: 'james_bond' });
  await until(() => calls.book.bridges[0]?.channels.size === 2);
  expect(calls.book.channels.map(({ name }) => name.replace(/-\w+$/, ''))).toEqual([
    'Skype/james_bond@austin_powers',
    'PJSIP/shoe-phone',
  ]);
});

test('a route that hands over to Stasis and finds nobody goes on to the operator', async () => {
  const { calls } = await pbx();
  const channel = calls.incomingCall({ from: 'austin_powers', to: 'agent_99' });
  // PJSIP/99 answers; the way behind it is taken when it does not.
  await until(() => calls.book.bridges.length === 1);
  expect(channel).toMatchObject({ context: 'default', exten: 'agent_99', priority: 2 });
});

test('outgoing routes carry topic, number and originator, through the contexts that include them', async () => {
  const { calls } = await pbx();
  const desk = (exten: string) => calls.request(`Local/${exten}@desk`, {});
  const dial = (exten: string) => {
    const channel = desk(exten);
    if ('denied' in channel) throw new Error('no channel');
    calls.dial(channel, null, { answered: () => {}, failed: () => {} });
  };
  dial('6001');
  await until(() => calls.book.channels.some(up('james_bond@austin_powers')));
  const topics = calls.book.channels.map(({ skype }) => skype?.topic ?? '').filter((topic) => topic !== '');
  expect(topics).toEqual(['Yeah, baby; "yes" (\\o/) $5']);
  dial('90012345678-90');
  await until(() => calls.book.channels.some(up('james_bond@+1234567890')));
  // What else a pattern lets in does not reach the dial string.
  dial('0049301234&desk');
  await until(() => calls.book.channels.some(up('maxwell_smart@+49301234')));
});

test('a pattern of a context counts before everything that it includes, a hint is found there', async () => {
  const simulated = await pbx();
  const wire = await logIn(simulated);
  const where = (context: string) => ['Action: ExtensionState', 'Exten: 6001', `Context: ${context}`];
  for (const context of ['desk', 'front', 'presence']) {
    expect(await ask(wire, ...where(context))).toContain('Hint: Skype:james_bond@austin_powers\r\n');
  }
  const lines = ['Context: front', 'Exten: 6001', 'Priority: 1', 'Async: true'];
  wire.write(block('Action: Originate', 'Channel: PJSIP/desk', ...lines));
  await wire.until('Extension: 6001\r\nApplication: Busy\r\n');
});

test('Goto follows labels, contexts and nothing', async () => {
  const simulated = await pbx();
  const wire = await logIn(simulated);
  const lines = ['Context: queues', 'Exten: agents', 'Priority: 1', 'Async: true'];
  wire.write(block('Action: Originate', 'Channel: PJSIP/desk', ...lines));
  await until(() => simulated.calls.book.channels[0]?.application === 'MusicOnHold');
  expect(simulated.calls.book.channels[0]).toMatchObject({ exten: 'agents', priority: 4 });
});
