import { expect, it, onTestFinished, vi } from 'vitest';
import { AmiControl } from '../../src/services/calls/ami/ami-control.ts';
import type { CallPlan, CallReports } from '../../src/services/calls/control.ts';
import { silentLogger } from '../../src/services/logger.ts';
import { FakeLink } from '../helpers/fake-link.ts';
import { call } from '../helpers/store.ts';
import { until } from '../helpers/until.ts';

const CALL = call({ id: 'c1', agent: 'Local/busy@test', control: 'ami' });
const PLAN: CallPlan = {
  call: CALL,
  skypeEndpoint: 'Skype/james_bond@austin_powers',
  timeoutSeconds: 30,
  variables: {},
  skypeVariables: {},
  fallback: null,
  record: false,
};

function controlled() {
  const link = new FakeLink();
  const ended: string[] = [];
  const reports: CallReports = {
    happened: () => {},
    changed: () => {},
    ended: (_id, why) => void ended.push(why),
    released: () => {},
    explain: async (_id, refusal) => refusal,
    arrived: () => null,
  };
  const control = new AmiControl(link, { now: () => 0 }, silentLogger);
  control.attach(reports);
  return { link, control, ended };
}

it('looks for a call that nothing is heard of, and ends one that is not there', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  onTestFinished(() => void vi.useRealTimers());
  const { link, control, ended } = controlled();
  const names = () => link.asked.map(({ action }) => action.name);
  const beginning = control.begin(PLAN);
  await until(() => link.asked.length === 1);
  link.asked[0]?.answer();
  await beginning;
  // It may ring for 30 seconds.
  vi.advanceTimersByTime(30_000);
  expect(names()).toEqual(['Originate']);
  vi.advanceTimersByTime(5_000);
  await until(() => link.asked.length === 2);
  link.asked[1]?.answer({ response: { headers: [['Bridge', 'Bridge two channels']] } });
  await until(() => link.asked.length === 3);
  expect(names()).toEqual(['Originate', 'ListCommands', 'Status']);
  link.asked[2]?.answer();
  await until(() => ended.length > 0);
  expect(ended).toEqual(['gap']);
  expect(vi.getTimerCount()).toBe(0);
});

it.each([
  ['3', 'no-answer'],
  ['5', 'busy'],
  ['8', 'failed'],
  ['0', 'failed'],
])(
  'reads reason %s of an origination that failed before its channel was told of as %s',
  async (reason, cause) => {
    const { link, control, ended } = controlled();
    const beginning = control.begin(PLAN);
    await until(() => link.asked.length === 1);
    link.asked[0]?.answer();
    await beginning;
    const event = (...headers: readonly (readonly [string, string])[]) => control.take({ headers });
    event(
      ['Event', 'OriginateResponse'],
      ['Response', 'Failure'],
      ['Channel', CALL.agent],
      ['Reason', reason],
      ['Uniqueid', '<null>'],
    );
    await until(() => ended.length > 0);
    // Late, and of nobody's call any more.
    event(['Event', 'Newchannel'], ['Channel', `${CALL.agent}-1;1`], ['Uniqueid', 'sfa-c1-agent']);
    event(
      ['Event', 'Hangup'],
      ['Channel', `${CALL.agent}-1;1`],
      ['Uniqueid', 'sfa-c1-agent'],
      ['Cause', '0'],
    );
    expect(ended).toEqual([cause]);
  },
);
