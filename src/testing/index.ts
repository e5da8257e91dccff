/** What tests outside of this project import as `chan-skype-companion/testing`. */
export { type EventFields, matchers } from './matchers.ts';
export { type ReplayedFile, type ReplayFileOptions, type ReplayState, replay } from './replay.ts';

import './vitest.ts';
