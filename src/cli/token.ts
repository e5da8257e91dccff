import { openStore } from '../app.ts';
import { systemClock } from '../model/clock.ts';
import { createToken } from '../services/tokens.ts';
import type { Register } from './program.ts';
import { readSettings } from './settings.ts';
import { EXIT } from './terminal.ts';

/** `sfa token create NAME` */
export const tokenCommand: Register = (program, terminal, finish) => {
  program
    .command('token')
    .description('bearer tokens for the REST API')
    .command('create')
    .description('make a token and print it once; only its hash is stored')
    .argument('<name>', 'who will use it, for example the name of a script')
    .option('--config <file>', 'settings of the service', 'sfa.yaml')
    .action(async (name: string, { config }: { config: string }) => {
      const store = await openStore(readSettings(config, terminal).stateDir);
      try {
        terminal.out(`${await createToken(store, name, systemClock)}\n`);
      } finally {
        await store.close();
      }
      finish(EXIT.done);
    });
};
