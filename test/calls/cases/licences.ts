import { expect, it } from 'vitest';
import type { Given } from '../given.ts';

/** Licensed Skype channels. */
export function licenceCases(given: Given): void {
  const { begin, endsWith, joined, nothingLeft, up } = given;

  it('refuses a call beyond the licences that it knows of, before the PBX does', async () => {
    await up({ channels: 1 });
    const { path } = await joined();
    expect(await begin()).toMatchObject({
      status: 503,
      body: { code: 'NO_FREE_CHANNEL', pbx: expect.any(String), used: 1, limit: 1 },
    });
    const { items } = (await given.line.call('GET', '/v1/calls/capabilities')).body as { items: object[] };
    expect(items).toMatchObject([{ channels: { used: 1, limit: 1 } }]);
    await given.line.call('DELETE', path);
    await nothingLeft();
    expect((await joined()).status).toBe(201);
  });

  it('ends a call that the PBX has no channel for', async () => {
    await given.line.licenses(0);
    const { path } = await begin();
    await endsWith(path, 'failed', 'service');
    await given.line.licenses(100);
    await joined();
  });
}
