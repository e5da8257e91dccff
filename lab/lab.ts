/**
 * The laboratory: a real Asterisk 22 with the stand-in chan_skype.
 *
 *   node lab/lab.ts [up]    installs what is missing, starts it, prints its facts as JSON
 *   node lab/lab.ts down    ends it
 *
 * Exit codes: 0 done, 1 it cannot run here (one line says why), 64 wrong usage.
 */
import process from 'node:process';
import { down, up } from './asterisk.ts';
import { LabError, messageOf, progress } from './paths.ts';

const [command = 'up', ...rest] = process.argv.slice(2);
try {
  if (rest.length > 0 || (command !== 'up' && command !== 'down')) {
    process.stderr.write('usage: lab.ts [up|down]\n');
    process.exitCode = 64;
  } else if (command === 'up') {
    process.stdout.write(`${JSON.stringify(await up(), null, 2)}\n`);
  } else {
    progress((await down()) ? 'stopped' : 'nothing was running');
  }
} catch (error) {
  if (error instanceof LabError) progress(error.message);
  else progress(`unexpected: ${error instanceof Error ? (error.stack ?? messageOf(error)) : String(error)}`);
  process.exitCode = 1;
}
