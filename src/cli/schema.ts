import { modelJsonSchema, usersJsonSchema } from '../config/model/json-schema.ts';
import type { Register } from './program.ts';
import { EXIT } from './terminal.ts';

/** `sfa schema [--users]` */
export const schemaCommand: Register = (program, terminal, finish) => {
  program
    .command('schema')
    .description('print the JSON Schema of the provisioning model')
    .option('--users', 'of a file users/*.yaml, which holds accounts alone')
    .addHelpText('after', HELP)
    .action(({ users }: { users?: true }) => {
      const schema = users === true ? usersJsonSchema() : modelJsonSchema();
      terminal.out(`${JSON.stringify(schema, null, 2)}\n`);
      finish(EXIT.done);
    });
};

const HELP = `
Editors that run yaml-language-server complete and explain every key when the model begins with
  # yaml-language-server: $schema=sfa-model.schema.json

Examples:
  $ sfa schema > sfa-model.schema.json

Exit codes: 0 done, 64 wrong usage.`;
