import { type CaptureTarget, captureSession } from '../ami/capture/session.ts';
import { CaptureWriter } from '../ami/capture/writer.ts';
import { systemClock } from '../model/clock.ts';
import { CompanionError } from '../model/errors.ts';
import { printable } from '../model/text.ts';
import type { Register } from './program.ts';
import { readSettings } from './settings.ts';
import { EXIT, type ExitCode, type Terminal } from './terminal.ts';

interface Options {
  readonly output: string;
  readonly pbx?: string;
  readonly config: string;
  readonly host?: string;
  readonly port?: string;
  readonly username?: string;
  readonly secretEnv?: string;
  readonly events: string;
  readonly for?: string;
  readonly maxSize: string;
  readonly keep: string;
}

const HELP = `
Passwords, login keys and the secrets of configuration files are replaced by ******** before anything is written; chats
and names are not (see sfa anonymise). The file is appended to, and sfa replay reads it with its times.

Examples:
  sfa capture --pbx main -o main.amilog --for 10m
  AMI_SECRET=... sfa capture --host 127.0.0.1 --username sfa --secret-env AMI_SECRET -o main.amilog`;

/** `sfa capture --pbx NAME -o FILE` */
export const captureCommand: Register = (program, terminal, finish) => {
  program
    .command('capture')
    .description('record what a PBX says over AMI, with times and without secrets')
    .requiredOption('-o, --output <file>', 'where to write; an existing file is appended to')
    .option('--pbx <name>', 'a PBX of the settings')
    .option('--config <file>', 'settings of the service', 'sfa.yaml')
    .option('--host <host>', 'a PBX that no settings name')
    .option('--port <port>', 'its manager port (default: 5038)')
    .option('--username <name>', 'the manager user there')
    .option('--secret-env <name>', "the environment variable that holds the user's secret")
    .option('--events <mask>', 'classes of events to ask for, as in manager.conf', 'on')
    .option('--for <duration>', 'how long, for example 90s, 10m, 2h (default: until Ctrl-C)')
    .option('--max-size <size>', 'a file that would pass this is put aside as FILE.1', '100M')
    .option('--keep <count>', 'how many files put aside are kept', '9')
    .addHelpText('after', HELP)
    .action(async (options: Options) => {
      finish(await run(options, terminal));
    });
};

async function run(options: Options, terminal: Terminal): Promise<ExitCode> {
  const limitMs = options.for === undefined ? null : parseDuration(options.for);
  const { name, target } = targetOf(options, terminal);
  const writer = new CaptureWriter({
    path: options.output,
    pbx: name,
    maxBytes: parseSize(options.maxSize),
    keep: parseCount('--keep', options.keep, 999),
    secrets: [target.secret],
    clock: systemClock,
  });
  await writer.open();
  const ending = new AbortController();
  const stop = () => ending.abort();
  terminal.signal.addEventListener('abort', stop, { once: true });
  const timer = limitMs === null ? null : setTimeout(stop, limitMs);
  const tap = {
    received: (chunk: Buffer) => {
      writer.received(chunk);
      if (writer.failure !== null) stop();
    },
    sent: (chunk: Buffer) => writer.sent(chunk),
    closed: (reason: string) => writer.closed(reason),
  };
  try {
    const news = {
      ready: () => {
        terminal.err(`capturing ${name} to ${options.output}${limitMs === null ? '; Ctrl-C ends it' : ''}\n`);
      },
      lost: (reason: string) => terminal.err(`${name}: ${printable(reason)}; trying again\n`),
    };
    await captureSession(target, tap, { signal: ending.signal, news, clock: systemClock });
  } finally {
    if (timer !== null) clearTimeout(timer);
    terminal.signal.removeEventListener('abort', stop);
    await writer.close();
  }
  terminal.err(`${writer.written} bytes were written\n`);
  return EXIT.done;
}

function targetOf(options: Options, terminal: Terminal): { name: string; target: CaptureTarget } {
  const common = { eventMask: options.events };
  if (options.host !== undefined) {
    const { host, username, secretEnv } = options;
    const secret = secretEnv === undefined ? undefined : terminal.env[secretEnv];
    if (username === undefined) throw invalid('--host needs --username');
    if (secret === undefined)
      throw invalid('--host needs --secret-env with the name of a variable that is set');
    const port = parseCount('--port', options.port ?? '5038', 65_535);
    const pbx = options.pbx ?? host;
    return { name: pbx, target: { ...common, pbx, host, port, username, secret, tls: null } };
  }
  if (options.pbx === undefined) throw invalid('name the PBX: --pbx NAME of the settings, or --host');
  const { pbxs } = readSettings(options.config, terminal);
  const pbx = pbxs.find(({ name }) => name === options.pbx);
  if (pbx !== undefined) return { name: pbx.name, target: { ...common, ...pbx.ami, pbx: pbx.name } };
  const names = pbxs.map(({ name }) => name).join(', ');
  throw invalid(`--pbx: ${options.config} has no PBX "${options.pbx}"; it has ${names}`);
}

/** `90s`, `10m`, `2h` in milliseconds. */
function parseDuration(text: string): number {
  const match = /^(\d+(?:\.\d+)?)(ms|s|m|h)$/.exec(text);
  const factor = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 }[match?.[2] ?? ''];
  const duration = Number(match?.[1]) * (factor ?? Number.NaN);
  // A timer of Node holds no more.
  if (duration > 0 && duration < 2 ** 31) return duration;
  throw invalid(`--for: "${text}" is no duration; use for example 90s, 10m, 2h`);
}

/** `500k`, `100M`, `2G` in bytes. */
function parseSize(text: string): number {
  const match = /^(\d+)([kMG]?)B?$/i.exec(text);
  const factor = { '': 1, k: 1e3, m: 1e6, g: 1e9 }[match?.[2]?.toLowerCase() ?? 'none'];
  const size = Number(match?.[1]) * (factor ?? Number.NaN);
  if (size >= 1000) return size;
  throw invalid(`--max-size: "${text}" is no size; use for example 500k, 100M, 2G`);
}

function parseCount(option: string, text: string, most: number): number {
  if (/^\d+$/.test(text) && Number(text) <= most) return Number(text);
  throw invalid(`${option}: "${text}" is not from 0 to ${most}`);
}

function invalid(message: string): CompanionError {
  return new CompanionError('REQUEST_INVALID', message);
}
