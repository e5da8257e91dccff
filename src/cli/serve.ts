import pino, { type Logger } from 'pino';
import pretty from 'pino-pretty';
import type { Service, ServiceOptions } from '../app.ts';
import type { Register } from './program.ts';
import { rereadModels, serviceOptions } from './serve/options.ts';
import { readSettings } from './settings.ts';
import { EXIT, type Terminal, untilAborted } from './terminal.ts';

const LEVELS = ['debug', 'info', 'warn', 'error', 'silent'];

interface Options {
  readonly config: string;
  readonly logLevel: string;
  readonly logFormat: string;
}

/** Services log ids and counts; what may hold a text or a secret is cut out all the same. */
function logger(level: string, format: string): Logger {
  const destination = format === 'pretty' ? pretty({ destination: 2, sync: true }) : pino.destination(2);
  const redact = ['authorization', '*.authorization', '*.text', '*.secret', '*.password', '*.authMessage'];
  return pino({ level, base: {}, redact, timestamp: pino.stdTimeFunctions.isoTime }, destination);
}

/** `sfa serve --config sfa.yaml` */
export const serveCommand: Register = (program, terminal, finish) => {
  const command = program
    .command('serve')
    .description('run the service: keep accounts, presence and chats of the PBXs, offer REST and events')
    .option('--config <file>', 'settings of the service', 'sfa.yaml')
    .option('--log-level <level>', `one of ${LEVELS.join(', ')}`, 'info')
    .option('--log-format <format>', 'json or pretty', 'json')
    .addHelpText(
      'after',
      '\nLogs go to standard error. SIGHUP reads the models anew. Ctrl-C or SIGTERM ends it cleanly.',
    )
    .action(async ({ config, logLevel, logFormat }: Options) => {
      if (!LEVELS.includes(logLevel)) {
        command.error(`error: --log-level: allowed is ${LEVELS.join(', ')}`, { exitCode: EXIT.usage });
      }
      if (logFormat !== 'json' && logFormat !== 'pretty') {
        command.error('error: --log-format: allowed is json, pretty', { exitCode: EXIT.usage });
      }
      const settings = readSettings(config, terminal);
      const log = logger(logLevel, logFormat);
      let end: (() => void) | undefined;
      try {
        await runUntilSignal(serviceOptions(settings), log, terminal, (service) => {
          end = terminal.onHangup?.(() => rereadModels(config, settings, service, log, terminal));
          log.info({ url: service.url }, 'the service listens');
        });
      } finally {
        end?.();
      }
      finish(EXIT.done);
    });
};

/** Runs a service until the terminal's signal, then ends it cleanly. */
async function runUntilSignal(
  options: ServiceOptions,
  log: Logger,
  terminal: Terminal,
  started: (service: Service) => Promise<void> | void,
): Promise<void> {
  // Here, so that help does not wait for the whole service.
  const { startService } = await import('../app.ts');
  const service = await startService(options, log);
  try {
    await started(service);
    await untilAborted(terminal.signal);
  } finally {
    await service.stop();
  }
}
