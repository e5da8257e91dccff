import { demoCommand } from './demo.ts';
import { generateCommand } from './generate.ts';
import type { Register } from './program.ts';
import { replayCommand } from './replay.ts';
import { serveCommand } from './serve.ts';
import { tokenCommand } from './token.ts';

/** Every command of `sfa`, in the order of its help. */
export const COMMANDS: readonly Register[] = [
  generateCommand,
  serveCommand,
  tokenCommand,
  replayCommand,
  demoCommand,
];
