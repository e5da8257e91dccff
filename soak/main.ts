/** `npm run soak [-- KILLS]`: 200 kills when no number is given. Exit code 1 when a message was lost. */
import process from 'node:process';
import { soak } from './run.ts';

const kills = Number(process.argv[2] ?? 200);
const begun = performance.now();
const { faults, figures } = await soak(kills, (text) => process.stderr.write(`${text}\n`));
process.stdout.write(
  `${JSON.stringify({ kills, seconds: Math.round((performance.now() - begun) / 1000), ...figures, faults: faults.length })}\n`,
);
for (const fault of faults.slice(0, 20)) process.stderr.write(`${fault}\n`);
process.exitCode = faults.length === 0 ? 0 : 1;
