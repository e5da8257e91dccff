import type { Capability } from '../../src/services/calls/control.ts';

/** What calls over AMI alone cannot do. */
export const AMI_ALONE: readonly Capability[] = [
  'hold',
  'mute',
  'dtmf',
  'play',
  'record',
  'transferToSkype',
  'consult',
  'incoming',
];
