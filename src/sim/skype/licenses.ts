/** A licence key of the driver (manual 2.2): channels of several keys add up. */
export interface License {
  readonly key: string;
  readonly expires: string;
  readonly channels: number;
}

/** Identifies the machine that the licences belong to: no real one has it. */
export const HOST_ID = '02:00:00:00:00:01:02:00:00:00:00:01:02:00:00:00:00:01:02:00';

/** The licences that make some channels: two keys when there is more than one. */
export function licenses(channels: number): readonly License[] {
  const more = Math.floor(channels / 5);
  const keys = more > 0 ? [channels - more, more] : [channels];
  return keys
    .filter((count) => count > 0)
    .map((count, at) => ({ key: `SFA-SIMULATED${at + 1}`, expires: '2037-12-31', channels: count }));
}
