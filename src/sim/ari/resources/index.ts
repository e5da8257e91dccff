import type { Resource } from '../operation.ts';
import { APPLICATIONS } from './applications.ts';
import { ASTERISK } from './asterisk.ts';
import { BRIDGES } from './bridges.ts';
import { CHANNELS } from './channels.ts';
import { DEVICE_STATES, ENDPOINTS } from './devices.ts';
import { EVENTS } from './events.ts';
import { PLAYBACKS } from './playbacks.ts';
import { RECORDINGS } from './recordings.ts';
import { SOUNDS_RESOURCE } from './sounds.ts';

/** Everything that ARI offers here, in the order of Asterisk's list of resources. */
export const RESOURCES: readonly Resource[] = [
  ASTERISK,
  ENDPOINTS,
  CHANNELS,
  BRIDGES,
  RECORDINGS,
  SOUNDS_RESOURCE,
  PLAYBACKS,
  DEVICE_STATES,
  EVENTS,
  APPLICATIONS,
];
