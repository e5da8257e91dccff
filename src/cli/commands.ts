import type { Register } from './program.ts';
import { replayCommand } from './replay.ts';

/** Every command of `sfa`, in the order of its help. */
export const COMMANDS: readonly Register[] = [replayCommand];
