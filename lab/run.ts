import { spawn } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { finished } from 'node:stream/promises';
import { LabError } from './paths.ts';

export interface Finished {
  readonly code: number | null;
  /** Standard output and standard error as they came. */
  readonly output: string;
}

interface Options {
  readonly cwd?: string;
  /** A file that takes the output too, for programs that say a lot. */
  readonly log?: string;
}

/** Runs a program to its end. Throws {@link LabError} only when it cannot be started. */
export async function run(argv: readonly string[], options: Options = {}): Promise<Finished> {
  const [program = '', ...args] = argv;
  const log = options.log === undefined ? null : createWriteStream(options.log, { flags: 'a' });
  const child = spawn(program, args, {
    cwd: options.cwd,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const chunks: Buffer[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      chunks.push(chunk);
      log?.write(chunk);
    });
  }
  try {
    const code = await new Promise<number | null>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', resolve);
    });
    return { code, output: Buffer.concat(chunks).toString('utf8') };
  } catch (error) {
    throw new LabError(
      `${program} cannot be started: ${error instanceof Error ? error.message : String(error)}`,
    );
  } finally {
    if (log !== null) await finished(log.end());
  }
}

/** Runs a program that has to succeed; the reason otherwise is a line of its output. */
export async function must(what: string, argv: readonly string[], options: Options = {}): Promise<string> {
  const { code, output } = await run(argv, options);
  if (code === 0) return output;
  const lines = output.trim().split('\n');
  const last = lines.findLast((line) => /error|fail|E:/i.test(line)) ?? lines.at(-1) ?? '';
  const where = options.log === undefined ? '' : ` (all of it in ${options.log})`;
  throw new LabError(`${what} failed: ${last || `exit code ${code}`}${where}`);
}

/** Whether a program is there to be run. */
export async function hasProgram(name: string): Promise<boolean> {
  return (await run(['sh', '-c', 'command -v "$1"', 'sh', name])).code === 0;
}
