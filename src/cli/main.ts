#!/usr/bin/env node
import { runSfa } from './commands.ts';
import { processTerminal } from './process-terminal.ts';

process.exitCode = await runSfa(process.argv.slice(2), processTerminal());
