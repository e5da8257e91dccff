import { existsSync } from 'node:fs';
import { CompanionError } from '../model/errors.ts';
import { openStore } from '../store/state.ts';
import type { Register } from './program.ts';
import { readSettings } from './settings.ts';
import { EXIT } from './terminal.ts';

/** `sfa backup FILE` */
export const backupCommand: Register = (program, terminal, finish) => {
  program
    .command('backup')
    .description('copy the database into a new file, while the service goes on')
    .argument('<file>', 'the copy; it must not exist')
    .option('--config <file>', 'settings of the service', 'sfa.yaml')
    .addHelpText(
      'after',
      '\nTo restore: stop the service, put the copy in the place of sfa.sqlite, start it.',
    )
    .action(async (file: string, { config }: { config: string }) => {
      if (existsSync(file)) throw new CompanionError('VALUE_FORBIDDEN', `${file} exists; name a new file`);
      const store = await openStore(readSettings(config, terminal).stateDir);
      try {
        await store.backup(file);
      } finally {
        await store.close();
      }
      terminal.err(`wrote ${file}\n`);
      finish(EXIT.done);
    });
};
