import process from 'node:process';
import { parse } from 'yaml';
import { hasErrors } from '../src/config/diagnostic.ts';
import { parseModel } from '../src/config/model/load.ts';
import { generate } from '../src/dialplan/generate.ts';
import { lintModel } from '../src/dialplan/lint/lint.ts';

// How long provisioning takes beside the bare YAML parse of the same text, for 100, 1,000 and 10,000
// accounts: everything of ours (schema, checks, secrets, lint, generation) shall stay below half of that
// parse, and grow with the number of accounts alone. Prints JSON; exits with 1 when a goal is missed.

const SIZES = [100, 1_000, 10_000];
/** Rounds of the largest size; smaller ones are run more often, since each is over too soon to tell. */
const ROUNDS = 6;
const MOST_ROUNDS = 120;

/** A model of `count` accounts, each with options, a profile, buddies with hints, and a route. */
function modelText(count: number): string {
  const lines = ['version: 1', 'general: { default_user: user_0 }', 'users:'];
  for (let user = 0; user < count; user++) {
    lines.push(
      `  user_${user}:`,
      `    secret: { env: SECRET_${user % 10} }`,
      '    context: demo',
      `    exten: ${100_000 + user}`,
      '    allow: [ulaw, alaw]',
      '    auth_policy: [accept, deny]',
      '    buddy_autoadd: [hints]',
      `    profile: { fullname: User ${user}, mood_text: "On a mission; ${user}" }`,
      '    setvar: { SKYPE_ACCOUNT_PROPERTY(city): Paris }',
      `    buddies: { friend_${user}: { hint: ${200_000 + user} }, echo123: }`,
    );
  }
  lines.push('routes:', '  incoming:');
  for (let user = 0; user < count; user++) {
    lines.push(`    - { user: user_${user}, dial: PJSIP/${user}, timeout: 30 }`);
  }
  return `${lines.join('\n')}\n`;
}

const env = Object.fromEntries(Array.from({ length: 10 }, (_, index) => [`SECRET_${index}`, `s${index}`]));
const sources = { env, readFile: () => '' };

function provision(text: string): number {
  const loaded = parseModel('bench.yaml', text, sources);
  if (loaded.model === null || hasErrors(loaded.problems)) {
    throw new Error(`the model of the bench is wrong: ${loaded.problems[0]?.message}`);
  }
  lintModel(loaded);
  return generate(loaded.model, loaded.secrets, { modelFile: 'bench.yaml' }).length;
}

/** What every YAML loader has to do: parse, and give plain values; by the schema that is the quickest. */
function bareParse(text: string): number {
  return Object.keys(parse(text, { schema: 'failsafe', uniqueKeys: false })).length;
}

/** Processor time, because what else the machine does is no matter of this. */
function millisecondsOf(work: (text: string) => number, text: string): number {
  const before = process.cpuUsage();
  work(text);
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}

function tenths(value: number): number {
  return Math.round(value * 10) / 10;
}

const results = SIZES.map((users) => {
  const text = modelText(users);
  const rounds = Math.min(MOST_ROUNDS, (ROUNDS * Math.max(...SIZES)) / users);
  // Small sizes first, and the first rounds of each for the engine alone, which compiles what is hot.
  const pairs = Array.from({ length: Math.ceil(rounds * 1.25) }, () => {
    // In turns, so that neither has the quiet minute of the machine for itself.
    const bare = millisecondsOf(bareParse, text);
    return { bare, whole: millisecondsOf(provision, text) };
  }).slice(-rounds);
  const bare = median(pairs.map((pair) => pair.bare));
  const whole = median(pairs.map((pair) => pair.whole));
  return {
    users,
    bytes: Buffer.byteLength(text),
    parseMs: tenths(bare),
    wholeMs: tenths(whole),
    addedToParse: Math.round((whole / bare - 1) * 100) / 100,
    microsecondsPerUser: Math.round((whole * 1_000) / users),
  };
});

const [, thousand, tenThousand] = results;
const growth = (tenThousand?.wholeMs ?? 0) / (thousand?.wholeMs ?? 1);
const met = {
  addedBelowHalf: results.every(({ addedToParse }) => addedToParse < 0.5),
  // Ten times the accounts in less than fifteen times the time: garbage collection has its share.
  linear: growth < 15,
};
process.stdout.write(
  `${JSON.stringify({ bench: 'provision', results, growth: tenths(growth), met }, null, 2)}\n`,
);
process.exitCode = Object.values(met).every(Boolean) ? 0 : 1;
