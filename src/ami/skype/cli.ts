import { z } from 'zod';
import type { SkypeName } from '../../model/skype-name.ts';
import type { AmiReply } from '../link/port.ts';
import { headersNamed } from '../wire/message.ts';
import { type AmiAction, defineAction } from './action.ts';
import { line, oneOf, skypeName } from './input.ts';

/**
 * Runs a CLI command. Its response says Success although the command failed in some cases (Asterisk 22
 * seen): ask the PBX afterwards what became of it. Needs the right `command`, which is the whole CLI.
 */
export const command = defineAction({
  name: 'Command',
  source: 'manual 4.2',
  reply: 'response',
  input: z.tuple([line('command')]),
  headers: (text) => [['Command', text]],
});

/** The driver's CLI commands with the section of the manual that tells what each does. */
export const CLI_COMMANDS = {
  'skype login user': { section: '4.2.1', user: 'required' },
  'skype logoff user': { section: '4.2.2', user: 'required' },
  'skype show buddies': { section: '4.2.3', user: 'required' },
  'skype set debug off': { section: '4.2.4', user: 'optional' },
  'skype set debug on': { section: '4.2.5', user: 'optional' },
  'skype show hostid': { section: '4.2.6', user: 'none' },
  'skype show licenses': { section: '4.2.7', user: 'none' },
  'skype show settings': { section: '4.2.8', user: 'none' },
  'skype show users': { section: '4.2.9', user: 'none' },
  'skype show user': { section: '4.2.10', user: 'required' },
  'skype set vedebug off': { section: '4.2.11', user: 'required' },
  'skype set vedebug on': { section: '4.2.12', user: 'required' },
  'skype show version': { section: '4.2.13', user: 'none' },
} as const satisfies Record<string, { section: string; user: 'required' | 'optional' | 'none' }>;

export type CliCommand = keyof typeof CLI_COMMANDS;

const INPUT = z
  .tuple([oneOf('command', Object.keys(CLI_COMMANDS) as CliCommand[]), skypeName('user').optional()])
  .refine(([name, user]) => {
    const wants = CLI_COMMANDS[name].user;
    return wants === 'optional' || (user !== undefined) === (wants === 'required');
  }, 'user: a name where the command takes one');

/**
 * One of the driver's CLI commands. What it prints is known to nobody: show the lines
 * ({@link commandOutput}), read nothing out of them.
 */
export const cliCommand = defineAction({
  name: 'Command',
  source: 'manual 4.2',
  reply: 'response',
  input: INPUT,
  headers: (name, user) => [['Command', lineOf(name, user)]],
});

function lineOf(name: CliCommand, user: SkypeName | undefined): string {
  if (user === undefined) return name;
  // Only these two have the word `user` in front of an optional name (manual 4.2.4, 4.2.5).
  return name.startsWith('skype set debug') ? `${name} user ${user}` : `${name} ${user}`;
}

/** The lines that a CLI command printed. */
export function commandOutput(reply: AmiReply): string[] {
  return headersNamed(reply.response, 'Output');
}

/** Logs an account in; there is no action for it. `loginAccount` tells when it is done. */
export function loginUser(user: SkypeName): AmiAction {
  return cliCommand('skype login user', user);
}

/** Logs an account off; there is no action for it. `logoffAccount` tells when it is done. */
export function logoffUser(user: SkypeName): AmiAction {
  return cliCommand('skype logoff user', user);
}
