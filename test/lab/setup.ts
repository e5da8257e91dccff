import { down, facts, up } from '../../lab/asterisk.ts';

/** Starts the laboratory when it does not run yet, and ends only what was started here. */
export default async function setup(): Promise<() => Promise<void>> {
  if ((await facts()) !== null) return async () => {};
  await up();
  return async () => {
    await down();
  };
}
