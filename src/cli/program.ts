import { Command, CommanderError } from 'commander';
import { CompanionError, messageOf } from '../model/errors.ts';
import { printable } from '../model/text.ts';
import { EXIT, type ExitCode, type Terminal } from './terminal.ts';
import { VERSION } from './version.ts';

/** Adds one command to the program; `finish` takes the exit code of its run. */
export type Register = (program: Command, terminal: Terminal, finish: (code: ExitCode) => void) => void;

/**
 * Runs `sfa` with the arguments that follow its name.
 *
 * @returns the exit code: 0 done, 1 refused or invalid, 2 plan has changes, 64 wrong usage.
 */
export async function runCli(
  args: readonly string[],
  terminal: Terminal,
  commands: readonly Register[],
): Promise<ExitCode> {
  let code: ExitCode = EXIT.done;
  const program = new Command('sfa')
    .description('Companion of an Asterisk PBX with chan_skype (Skype for Asterisk)')
    .version(VERSION, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'show help')
    .helpCommand('help [command]', 'show help for a command')
    .showSuggestionAfterError()
    .configureOutput({ writeOut: terminal.out, writeErr: terminal.err })
    .exitOverride();
  for (const register of commands) {
    register(program, terminal, (result) => {
      code = result;
    });
  }
  if (args.length === 0) {
    terminal.err(program.helpInformation());
    return EXIT.usage;
  }
  try {
    await program.parseAsync(args, { from: 'user' });
    return code;
  } catch (thrown) {
    if (thrown instanceof CommanderError) return thrown.exitCode === 0 ? EXIT.done : EXIT.usage;
    terminal.err(`${describe(thrown)}\n`);
    return EXIT.refused;
  }
}

function describe(thrown: unknown): string {
  if (thrown instanceof CompanionError) {
    // A message may hold several lines, one for each mistake; everything else in it is made visible.
    const lines = thrown.message.split('\n').map(printable).join('\n');
    return thrown.code === 'CONFIG_INVALID' ? lines : `sfa: ${thrown.code}: ${lines}`;
  }
  return `sfa: ${printable(messageOf(thrown))}`;
}
