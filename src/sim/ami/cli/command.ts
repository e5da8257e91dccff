import type { ManagerWorld } from '../action.ts';

/** What a CLI command leaves: its lines, and whether Asterisk calls it a success. */
export interface CliResult {
  readonly succeeded: boolean;
  readonly lines: readonly string[];
}

/** A command of the console; the words must match in order, the rest are its arguments. */
export interface CliCommand {
  readonly words: readonly string[];
  /** How many arguments it takes. */
  readonly takes: readonly number[];
  run(world: ManagerWorld, args: readonly string[]): CliResult;
}

export function done(lines: readonly string[]): CliResult {
  return { succeeded: true, lines };
}

export function failed(lines: readonly string[]): CliResult {
  return { succeeded: false, lines };
}
