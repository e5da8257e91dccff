import { expect, it } from 'vitest';
import { until } from '../../helpers/until.ts';
import type { Given } from '../given.ts';

/** What happens while nobody can see it. */
export function gapCases(given: Given): void {
  const { begin, show, reach, joined, nothingLeft, endsWith } = given;

  it('goes on through a cut connection, and ends what ended meanwhile', async () => {
    const lives = await joined();
    const dies = await joined({ to: given.line.people.answers });
    await given.line.cut();
    await given.line.hangUp('skype', dies.id);
    await reach(dies.path, 'ended');
    // The event may still have come through before the cut.
    expect(['gap', 'hangup']).toContain((await show(dies.path))['cause']);
    expect((await show(lives.path))['state']).toBe('bridged');
    await until(async () => (await given.line.call('GET', `${lives.path}/properties/topic`)).status === 200);
    await given.line.hangUp('agent', lives.id);
    await endsWith(lives.path, 'hangup', 'agent');
  });

  it('ends calls that a restart of the PBX swept away', async () => {
    const { path } = await joined();
    await given.line.restart();
    await endsWith(path, 'gap', 'service');
    await until(async () => (await begin()).status === 201);
    const { items } = (await given.line.call('GET', '/v1/calls?active=true')).body as {
      items: { id: string }[];
    };
    for (const { id } of items) await given.line.call('DELETE', `/v1/calls/${id}`);
    await nothingLeft();
  });
}
