import { hasErrors, sortDiagnostics } from '../config/diagnostic.ts';
import { loadModel } from '../config/model/load.ts';
import { lintModel } from '../dialplan/lint/lint.ts';
import type { Register } from './program.ts';
import { printProblems } from './report.ts';
import { EXIT, type ExitCode, type Terminal } from './terminal.ts';

interface Options {
  readonly dialplan?: string;
  readonly json?: true;
  readonly strict?: true;
}

/** `sfa check MODEL.yaml [--dialplan FILE] [--strict] [--json]` */
export const checkCommand: Register = (program, terminal, finish) => {
  program
    .command('check')
    .description('check a provisioning model; no secrets are needed')
    .argument('<model>', 'the provisioning model, a YAML file')
    .option('--dialplan <file>', "hold it against the PBX's extensions.conf")
    .option('--strict', 'exit with 1 for warnings too')
    .option('--json', 'print { problems } as JSON on standard output')
    .addHelpText('after', HELP)
    .action((model: string, options: Options) => finish(run(model, options, terminal)));
};

const HELP = `
Every line ends with the code of its rule; docs/lint.md explains each. A rule is silenced by
  lint: { ignore: [SFA208] }
at the top of the model, or in the account, buddy, hint or route that it is about.

Examples:
  $ sfa check pbx.yaml --dialplan /etc/asterisk/extensions.conf

Exit codes: 0 nothing but warnings, 1 errors (with --strict also warnings), 64 wrong usage.`;

function run(modelFile: string, { dialplan, json, strict }: Options, terminal: Terminal): ExitCode {
  const loaded = loadModel(modelFile);
  const found = lintModel(loaded, dialplan === undefined ? {} : { dialplan });
  const problems = sortDiagnostics([...loaded.problems, ...found]);
  if (json) terminal.out(`${JSON.stringify({ problems }, null, 2)}\n`);
  else printProblems(terminal, problems, loaded, { codes: true });
  return hasErrors(problems) || (strict === true && problems.length > 0) ? EXIT.refused : EXIT.done;
}
