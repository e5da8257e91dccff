import type { Account } from '../skype/members.ts';
import type { ManagerWorld } from './action.ts';

/** What a CLI command leaves: its lines, and whether Asterisk calls it a success. */
export interface CliResult {
  readonly succeeded: boolean;
  readonly lines: readonly string[];
}

/** A command of the console; the words must match in order, the rest are its arguments. */
interface CliCommand {
  readonly words: readonly string[];
  readonly argumentCount: number;
  run(world: ManagerWorld, args: readonly string[]): CliResult;
}

/** Commands that AMI's Command action never runs (Asterisk 22 seen). */
const BLACKLIST: readonly (readonly string[])[] = [
  ['module', 'load'],
  ['module', 'unload'],
  ['restart', 'gracefully'],
];

const COMMANDS: readonly CliCommand[] = [
  {
    words: ['skype', 'login', 'user'],
    argumentCount: 1,
    run: (world, [user = '']) =>
      withAccount(world, user, (account) => {
        const refusal = world.community.login(account);
        return refusal === null
          ? `Skype user '${account.name}' is logging in`
          : world.texts.refusal(refusal, account.name, '');
      }),
  },
  {
    words: ['skype', 'logoff', 'user'],
    argumentCount: 1,
    run: (world, [user = '']) =>
      withAccount(world, user, (account) => {
        const refusal = world.community.logoff(account);
        return refusal === null
          ? `Skype user '${account.name}' is logged off`
          : world.texts.refusal(refusal, account.name, '');
      }),
  },
  { words: ['skype', 'show', 'users'], argumentCount: 0, run: showUsers },
];

/** Whether Command refuses the line without running it. */
export function isBlacklisted(line: string): boolean {
  const words = splitWords(line).map((word) => word.toLowerCase());
  return BLACKLIST.some((banned) => banned.every((word, at) => words[at] === word));
}

/**
 * Runs a line of the console. A driver's "no" is a success for Asterisk, with the reason in the text; an unknown
 * command, wrong usage or an unknown user is none (Asterisk 22 with a stand-in driver).
 */
export function runCli(world: ManagerWorld, line: string): CliResult {
  const words = splitWords(line);
  const command = COMMANDS.find((candidate) =>
    candidate.words.every((word, at) => words[at]?.toLowerCase() === word),
  );
  if (!command) return unknown(line, words);
  const args = words.slice(command.words.length);
  if (args.length !== command.argumentCount) return failed([`Usage: ${command.words.join(' ')} <...>`]);
  const result = command.run(world, args);
  return result.succeeded ? result : failed([...result.lines, `Command '${line}' failed.`]);
}

/** Asterisk names the longest beginning that it knows. */
function unknown(line: string, words: readonly string[]): CliResult {
  const known = words.filter((_, at) =>
    COMMANDS.some((command) =>
      words.slice(0, at + 1).every((word, i) => command.words[i] === word.toLowerCase()),
    ),
  );
  const hint = known.join(' ') || words[0] || '';
  return failed([`No such command '${line}' (type 'core show help ${hint}' for other possible commands)`]);
}

function showUsers(world: ManagerWorld): CliResult {
  const accounts = [...world.community.accounts];
  return done([
    row('Skype User', 'Status', 'Availability', 'Buddies'),
    ...accounts.map((account) =>
      row(
        account.name,
        account.loggedIn ? 'Logged In' : 'Logged Out',
        account.loggedIn ? account.availability : 'Offline',
        String(account.buddies.size),
      ),
    ),
    `${accounts.length} Skype users`,
  ]);
}

function row(user: string, status: string, availability: string, buddies: string): string {
  return `${user.padEnd(32)} ${status.padEnd(30)} ${availability.padEnd(16)} ${buddies}`;
}

function withAccount(world: ManagerWorld, user: string, run: (account: Account) => string): CliResult {
  const account = world.community.account(user);
  return account ? done([run(account)]) : failed([world.texts.refusal('user-unknown', user, '')]);
}

function done(lines: readonly string[]): CliResult {
  return { succeeded: true, lines };
}

function failed(lines: readonly string[]): CliResult {
  return { succeeded: false, lines };
}

function splitWords(line: string): string[] {
  return line.split(' ').filter((word) => word !== '');
}
