import { open } from 'node:fs/promises';
import { type ImportNote, importConfiguration, printSecrets } from '../dialplan/import/import.ts';
import { CompanionError } from '../model/errors.ts';
import { printable } from '../model/text.ts';
import type { Register } from './program.ts';
import { EXIT, type ExitCode, type Terminal } from './terminal.ts';

interface Options {
  readonly out: string;
  readonly secrets: string;
  readonly json?: true;
}

/** `sfa import DIR --out MODEL.yaml --secrets FILE.env [--json]` */
export const importCommand: Register = (program, terminal, finish) => {
  program
    .command('import')
    .description('write a provisioning model from the configuration of a PBX')
    .argument('<dir>', 'the directory of its configuration, for example /etc/asterisk')
    .requiredOption('--out <file>', 'the model to write; must not exist')
    .requiredOption(
      '--secrets <file>',
      'the file to write passwords to, readable for you alone; must not exist',
    )
    .option('--json', 'print { files, notes } as JSON on standard output')
    .addHelpText('after', HELP)
    .action(async (directory: string, options: Options) => finish(await run(directory, options, terminal)));
};

const HELP = `
Reads chan_skype.conf with everything that it includes, the hints and calls of Skype in extensions.conf,
and manager_skype.conf. Nothing in the directory is changed. Passwords go to the second file, to which the
model refers; load it before you generate. Every line of the report begins with one of
  lost   the model cannot say this
  moved  the generated configuration says this now: remove it where it stands
  kept   stays where it stands and works as before

Examples:
  $ sfa import /etc/asterisk --out pbx.yaml --secrets pbx.env
  $ set -a; . ./pbx.env; set +a; sfa generate pbx.yaml --stdout

Exit codes: 0 done, 1 there is no configuration to read or a file cannot be written, 64 wrong usage.`;

async function run(directory: string, options: Options, terminal: Terminal): Promise<ExitCode> {
  const { yaml, secrets, notes } = importConfiguration(directory);
  if (!options.json) for (const note of notes) terminal.err(`${line(note)}\n`);
  const files: string[] = [];
  if (yaml !== null) {
    await writeNew(options.secrets, printSecrets(secrets), 0o600);
    await writeNew(options.out, yaml, 0o640);
    files.push(options.out, options.secrets);
    if (!options.json)
      terminal.err(`wrote ${options.out} and ${options.secrets} (${secrets.length} secrets)\n`);
  }
  if (options.json) terminal.out(`${JSON.stringify({ files, notes }, null, 2)}\n`);
  return yaml === null ? EXIT.refused : EXIT.done;
}

function line({ kind, file, line: number, message }: ImportNote): string {
  return printable(`${kind.padEnd(5)} ${file}:${number}: ${message}`);
}

/** Makes a file that is not there yet: a model or a password of somebody's is not overwritten. */
async function writeNew(path: string, text: string, mode: number): Promise<void> {
  const file = await open(path, 'wx', mode).catch((thrown: unknown) => {
    const code = thrown instanceof Error && 'code' in thrown ? String(thrown.code) : 'unknown error';
    const why = code === 'EEXIST' ? 'there is such a file already' : `it cannot be written (${code})`;
    throw new CompanionError('CONFIG_INVALID', `${path}: ${why}; name another`, { path });
  });
  try {
    await file.writeFile(text);
    // Whatever the umask took away or left.
    await file.chmod(mode);
  } finally {
    await file.close();
  }
}
