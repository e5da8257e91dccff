import type { Terminal } from '../../src/cli/terminal.ts';

/** A terminal that remembers what was printed. */
export interface RecordingTerminal extends Terminal {
  readonly stdout: () => string;
  readonly stderr: () => string;
  /** What Ctrl-C does. */
  interrupt(): void;
}

export function recordingTerminal(env: Terminal['env'] = {}): RecordingTerminal {
  const interrupt = new AbortController();
  let out = '';
  let err = '';
  return {
    out: (text) => {
      out += text;
    },
    taken: () => Promise.resolve(),
    err: (text) => {
      err += text;
    },
    env,
    signal: interrupt.signal,
    stdout: () => out,
    stderr: () => err,
    interrupt: () => interrupt.abort(),
  };
}
