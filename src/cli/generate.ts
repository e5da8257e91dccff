import { type Diagnostic, hasErrors } from '../config/diagnostic.ts';
import { loadModel, secretSources } from '../config/model/load.ts';
import { type GeneratedFile, generate } from '../dialplan/generate.ts';
import { writeFiles } from '../dialplan/write.ts';
import type { Register } from './program.ts';
import { printProblems } from './report.ts';
import { EXIT, type ExitCode, type Terminal } from './terminal.ts';

interface Options {
  readonly out?: string;
  readonly stdout?: true;
  readonly json?: true;
  readonly explicit?: true;
}

/** `sfa generate MODEL.yaml --out DIR | --stdout [--explicit] [--json]` */
export const generateCommand: Register = (program, terminal, finish) => {
  const command = program
    .command('generate')
    .description('generate the configuration of a PBX from a provisioning model')
    .argument('<model>', 'the provisioning model, a YAML file')
    .option('--out <dir>', 'write the files into this directory, which has to exist')
    .option('--stdout', 'print the files, secrets in clear')
    .option('--explicit', "write the driver's defaults too")
    .option('--json', 'print { files, problems } as JSON on standard output')
    .addHelpText('after', HELP)
    .action(async (model: string, options: Options) => {
      if ((options.out === undefined) === (options.stdout === undefined)) {
        command.error('error: give one of --out DIR and --stdout', { exitCode: EXIT.usage });
      }
      finish(await run(model, options, terminal));
    });
};

const HELP = `
Writes chan_skype.conf and extensions_skype.conf, and manager_skype.conf where the model has manager
users. Accounts may also stand in users/*.yaml beside the model. What the model does not say is left to
the driver, unless --explicit is given.

Secrets of the form { env: NAME } are read from the environment, { file: PATH } from a file; a relative
PATH starts at the model's directory. Mistakes are printed as file:line:column: key: what was found,
what is allowed; as long as there is one, nothing is written.

Examples:
  $ sfa generate pbx.yaml --out /etc/asterisk
  $ sfa generate pbx.yaml --stdout | less

Exit codes: 0 done, 1 the model is invalid or a file cannot be written, 64 wrong usage.`;

async function run(modelFile: string, options: Options, terminal: Terminal): Promise<ExitCode> {
  const loaded = loadModel(modelFile, secretSources(terminal.env, modelFile));
  const { model, secrets, problems } = loaded;
  printProblems(terminal, problems, loaded);
  if (model === null || hasErrors(problems)) {
    if (options.json) printJson(terminal, [], problems);
    return EXIT.refused;
  }
  const files = generate(model, secrets, { modelFile, explicit: options.explicit === true });
  if (options.out === undefined) printFiles(terminal, files, problems, options.json);
  else {
    const written = await writeFiles(options.out, files);
    for (const { path, bytes } of written) terminal.err(`wrote ${path} (${bytes} bytes)\n`);
    if (options.json) {
      printJson(
        terminal,
        files.map(({ name }, index) => ({ name, ...written[index] })),
        problems,
      );
    }
  }
  return EXIT.done;
}

function printFiles(
  terminal: Terminal,
  files: readonly GeneratedFile[],
  problems: readonly Diagnostic[],
  json: true | undefined,
): void {
  if (json) printJson(terminal, files, problems);
  else for (const { name, text } of files) terminal.out(`; === ${name} ===\n${text}`);
}

function printJson(terminal: Terminal, files: readonly object[], problems: readonly Diagnostic[]): void {
  terminal.out(`${JSON.stringify({ files, problems }, null, 2)}\n`);
}
