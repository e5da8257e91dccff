/**
 * `npm run fuzz -- [--for 60s] [--seed NUMBER] [framer|decoder|encoder|escaping ...]`: tries random input
 * until the time is over. Prints its seed; with that seed the same input comes again.
 */
import { randomInt } from 'node:crypto';
import process from 'node:process';
import { parseArgs } from 'node:util';
import fc from 'fast-check';
import { decoder } from './decoder.ts';
import { encoder, escaping } from './encoder.ts';
import { framer } from './framer.ts';

const TARGETS: Readonly<Record<string, fc.IRawProperty<unknown>>> = { framer, decoder, encoder, escaping };
/** Inputs of one seed: small, so that a failing seed is found again at once. */
const RUNS = 500;

function usage(): never {
  process.stderr.write(
    `usage: npm run fuzz -- [--for 60s] [--seed NUMBER] [${Object.keys(TARGETS).join('|')}]\n`,
  );
  process.exit(64);
}

function parsed() {
  try {
    return parseArgs({
      options: { for: { type: 'string', default: '60s' }, seed: { type: 'string' } },
      allowPositionals: true,
    });
  } catch {
    return usage();
  }
}

const { values, positionals } = parsed();
const duration = /^(\d+)(s|m)$/.exec(values.for);
const names = positionals.length > 0 ? positionals : Object.keys(TARGETS);
if (duration === null || names.some((name) => !(name in TARGETS))) usage();
const end = performance.now() + Number(duration[1]) * (duration[2] === 'm' ? 60_000 : 1_000);
const first = values.seed === undefined ? randomInt(2 ** 31) : Number(values.seed);
process.stdout.write(`seed ${first}\n`);

let seed = first;
let tried = 0;
// With a seed given, that seed alone is tried.
do {
  for (const name of names) {
    const target = TARGETS[name];
    if (target === undefined) continue;
    const result = await fc.check(target, { seed, numRuns: RUNS });
    tried += result.numRuns;
    if (result.failed) {
      process.stdout.write(`${name} FAILED, again with: npm run fuzz -- --seed ${seed} ${name}\n`);
      process.stdout.write(`${fc.defaultReportMessage(result) ?? ''}\n`);
      process.exit(1);
    }
  }
  seed = (seed + 1) % 2 ** 31;
} while (values.seed === undefined && performance.now() < end);
process.stdout.write(`${tried} inputs, none failed\n`);
