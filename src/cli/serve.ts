import pino from 'pino';
import type { Register } from './program.ts';
import { readSettings, runUntilSignal, serviceOptions } from './settings.ts';
import { EXIT } from './terminal.ts';

const LEVELS = ['debug', 'info', 'warn', 'error', 'silent'];

/** `sfa serve --config sfa.yaml` */
export const serveCommand: Register = (program, terminal, finish) => {
  const command = program
    .command('serve')
    .description('run the service: keep accounts, presence and chats of the PBXs, offer REST and events')
    .option('--config <file>', 'settings of the service', 'sfa.yaml')
    .option('--log-level <level>', `one of ${LEVELS.join(', ')}`, 'info')
    .addHelpText('after', '\nLogs are lines of JSON on standard error. Ctrl-C or SIGTERM ends it cleanly.')
    .action(async ({ config, logLevel }: { config: string; logLevel: string }) => {
      if (!LEVELS.includes(logLevel)) {
        command.error(`error: --log-level: allowed is ${LEVELS.join(', ')}`, { exitCode: EXIT.usage });
      }
      const settings = readSettings(config, terminal);
      const log = pino({ level: logLevel, base: {} }, pino.destination(2));
      await runUntilSignal(serviceOptions(settings), log, terminal, ({ url }) => {
        log.info({ url }, 'the service listens');
      });
      finish(EXIT.done);
    });
};
