/** What a command may touch of the world outside; tests hand in their own. */
export interface Terminal {
  /** Results: standard output. */
  out(text: string): void;
  /** Resolves when a reader has taken so much of the results that more may be written: for long ones. */
  taken(): Promise<void>;
  /** Diagnostics and progress: standard error. */
  err(text: string): void;
  /** The environment, read here only; secrets of the form `{ env: NAME }` are resolved from it. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Aborted by Ctrl-C or SIGTERM: long-running commands end cleanly on it. */
  readonly signal: AbortSignal;
  /** Whether a person looks at standard error; diagnostics show the line that they are about then. */
  readonly tty?: boolean;
  /** Calls back at each SIGHUP from now on; without it the signal ends the process. @returns what ends that. */
  onHangup?(listener: () => void): () => void;
}

/** Exit codes of every command. */
export const EXIT = { done: 0, refused: 1, changes: 2, usage: 64 } as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** A command's work: tells its exit code, throws CompanionError for everything that went wrong. */
export type Run<Args extends readonly unknown[]> = (...args: Args) => Promise<ExitCode>;

/** Resolves when Ctrl-C or SIGTERM has come. */
export function untilAborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
