#!/usr/bin/env node
import { COMMANDS } from './commands.ts';
import { processTerminal } from './process-terminal.ts';
import { runCli } from './program.ts';

const terminal = processTerminal();
process.exitCode = await runCli(process.argv.slice(2), terminal, COMMANDS);
