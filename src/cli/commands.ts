import { type Register, runCli } from './program.ts';
import type { ExitCode, Terminal } from './terminal.ts';

type Load = () => Promise<Register>;

/**
 * Every command of `sfa` by its name, in the order of its help. Read when it is asked for: what one command needs
 * costs the others no time and no memory.
 */
const COMMANDS: ReadonlyMap<string, Load> = new Map([
  ['generate', async () => (await import('./generate.ts')).generateCommand],
  ['check', async () => (await import('./check.ts')).checkCommand],
  ['schema', async () => (await import('./schema.ts')).schemaCommand],
  ['import', async () => (await import('./import.ts')).importCommand],
  ['plan', async () => (await import('./plan.ts')).planCommand],
  ['apply', async () => (await import('./apply.ts')).applyCommand],
  ['rollback', async () => (await import('./rollback.ts')).rollbackCommand],
  ['doctor', async () => (await import('./doctor.ts')).doctorCommand],
  ['serve', async () => (await import('./serve.ts')).serveCommand],
  ['token', async () => (await import('./token.ts')).tokenCommand],
  ['chat', async () => (await import('./chat.ts')).chatCommand],
  ['accounts', async () => (await import('./accounts.ts')).accountsCommand],
  ['buddies', async () => (await import('./buddies.ts')).buddiesCommand],
  ['presence', async () => (await import('./presence.ts')).presenceCommand],
  ['events', async () => (await import('./events.ts')).eventsCommand],
  ['backup', async () => (await import('./backup.ts')).backupCommand],
  ['config', async () => (await import('./config.ts')).configCommand],
  ['replay', async () => (await import('./replay.ts')).replayCommand],
  ['capture', async () => (await import('./capture.ts')).captureCommand],
  ['anonymise', async () => (await import('./anonymise.ts')).anonymiseCommand],
  ['sim', async () => (await import('./sim.ts')).simCommand],
  ['demo', async () => (await import('./demo.ts')).demoCommand],
]);

/**
 * Runs `sfa` with the arguments that follow its name: with the one command that they ask for, or with all for help
 * and for a name that there is not.
 *
 * @returns the exit code, see {@link runCli}.
 */
export async function runSfa(args: readonly string[], terminal: Terminal): Promise<ExitCode> {
  return runCli(args, terminal, await Promise.all(wanted(args[0] ?? '').map((load) => load())));
}

function wanted(name: string): readonly Load[] {
  const load = COMMANDS.get(name);
  if (load !== undefined) return [load];
  // Help and mistakes need the names of all.
  return name === '--version' || name === '-V' ? [] : [...COMMANDS.values()];
}
