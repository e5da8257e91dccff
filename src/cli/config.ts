import { showSettings } from '../config/settings/show.ts';
import { printable } from '../model/text.ts';
import type { Register } from './program.ts';
import { readSettings } from './settings.ts';
import { EXIT } from './terminal.ts';

/** `sfa config show [--origin] [--json]` */
export const configCommand: Register = (program, terminal, finish) => {
  program
    .command('config')
    .description('the settings of the service')
    .command('show')
    .description('print every setting in force; secrets stay hidden')
    .option('--config <file>', 'settings of the service', 'sfa.yaml')
    .option('--origin', 'with the file and line that each comes from')
    .option('--json', 'print them as JSON')
    .action(({ config, origin, json }: { config: string; origin?: true; json?: true }) => {
      // For its checks: what is shown is in force.
      readSettings(config, terminal);
      const settings = showSettings(config);
      if (json) terminal.out(`${JSON.stringify(settings)}\n`);
      for (const setting of json ? [] : settings) {
        const from = origin ? `  # ${setting.origin}` : '';
        terminal.out(`${printable(`${setting.key}: ${setting.value}${from}`)}\n`);
      }
      finish(EXIT.done);
    });
};
