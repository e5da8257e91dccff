import type { ManagerWorld } from '../action.ts';
import { type CliCommand, type CliResult, failed } from './command.ts';
import { CORE_COMMANDS } from './core-commands.ts';
import { SKYPE_COMMANDS } from './skype-commands.ts';

/** Commands that AMI's Command action never runs (Asterisk 22 seen). */
const BLACKLIST: readonly (readonly string[])[] = [
  ['module', 'load'],
  ['module', 'unload'],
  ['restart', 'gracefully'],
];

/** Whether Command refuses the line without running it. */
export function isBlacklisted(line: string): boolean {
  const words = splitWords(line).map((word) => word.toLowerCase());
  return BLACKLIST.some((banned) => banned.every((word, at) => words[at] === word));
}

/**
 * Runs a line of the console; the commands of the driver are there as long as it is loaded. What a driver refuses
 * may be a success for Asterisk with the reason in the text; an unknown command, wrong usage or an unknown user
 * is none (Asterisk 22 with a stand-in driver).
 */
export function runCli(world: ManagerWorld, line: string): CliResult {
  const words = splitWords(line);
  const commands = world.modules.has('chan_skype') ? [...SKYPE_COMMANDS, ...CORE_COMMANDS] : CORE_COMMANDS;
  const [command] = commands
    .filter((candidate) => candidate.words.every((word, at) => words[at]?.toLowerCase() === word))
    .sort((a, b) => b.words.length - a.words.length);
  if (!command) return unknown(commands, line, words);
  const args = words.slice(command.words.length);
  if (!command.takes.includes(args.length)) {
    return failed([`Usage: ${command.words.join(' ')}${' <...>'.repeat(Math.max(0, ...command.takes))}`]);
  }
  const result = command.run(world, args);
  return result.succeeded ? result : failed([...result.lines, `Command '${line}' failed.`]);
}

/** Asterisk names the longest beginning that it knows. */
function unknown(commands: readonly CliCommand[], line: string, words: readonly string[]): CliResult {
  const known = words.filter((_, at) =>
    commands.some((command) =>
      words.slice(0, at + 1).every((word, i) => command.words[i] === word.toLowerCase()),
    ),
  );
  const hint = known.join(' ') || words[0] || '';
  return failed([`No such command '${line}' (type 'core show help ${hint}' for other possible commands)`]);
}

function splitWords(line: string): string[] {
  return line.split(' ').filter((word) => word !== '');
}
