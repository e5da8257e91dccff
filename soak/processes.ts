import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Told } from './setup.ts';

/** A process of the soak test. */
export class Part {
  readonly #child: ChildProcess;
  readonly exited: Promise<unknown>;

  constructor(file: string, args: readonly string[]) {
    this.#child = fork(join(import.meta.dirname, file), args, {
      execArgv: [],
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    this.exited = once(this.#child, 'exit');
  }

  /** What it says next of a kind. */
  hear<Kind extends Told['kind']>(kind: Kind): Promise<Extract<Told, { kind: Kind }>> {
    return new Promise((resolve, reject) => {
      const onMessage = (told: Told) => {
        if (told.kind !== kind) return;
        this.#child.off('message', onMessage);
        resolve(told as Extract<Told, { kind: Kind }>);
      };
      this.#child.on('message', onMessage);
      this.#child.once('exit', (code) =>
        reject(new Error(`the process ended with ${code} before "${kind}"`)),
      );
    });
  }

  /** Asks it for what it has. */
  ask(): void {
    this.#child.send('report');
  }

  /** Ends it without a chance to say anything. */
  async kill(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    this.#child.kill('SIGKILL');
    await this.exited;
  }

  /** Asks it to end cleanly. */
  async stop(): Promise<void> {
    this.#child.kill('SIGTERM');
    await this.exited;
  }
}
