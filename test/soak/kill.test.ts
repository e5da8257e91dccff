import { expect, it } from 'vitest';
import { soak } from '../../soak/run.ts';

it('loses nothing that was acknowledged or stored when it is killed ten times', {
  timeout: 400_000,
}, async () => {
  const { faults, figures } = await soak(10, () => {});
  expect(faults).toEqual([]);
  expect(figures['gaps']).toBeGreaterThan(0);
  expect(figures['sent']).toBeGreaterThan(0);
});
