import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { CompanionError, messageOf } from '../model/errors.ts';
import { Anonymiser } from '../services/anonymise/anonymise.ts';
import { Pseudonyms } from '../services/anonymise/pseudonyms.ts';
import type { Register } from './program.ts';
import { CAPTURE_ARGUMENT, openCapture } from './replay/capture-argument.ts';
import { Progress } from './replay/progress.ts';
import { EXIT, type Terminal } from './terminal.ts';

interface Options {
  readonly output: string;
  readonly keyEnv?: string;
}

const HELP = `
The same name becomes the same pseudonym everywhere, in headers, addresses and base64 texts. Without a key the pseudonyms
differ from run to run and nothing leads back; with one, captures of one case fit together. Words of one or two letters
and words of Asterisk's own vocabulary can stay: read the result before you give it away.

Example:
  SFA_KEY=case-4711 sfa anonymise customer.log.gz -o case.log --key-env SFA_KEY`;

/** `sfa anonymise CAPTURE -o FILE` */
export const anonymiseCommand: Register = (program, terminal, finish) => {
  program
    .command('anonymise')
    .description('replace names, numbers, texts, secrets and hosts of a capture; build and times stay')
    .argument('<capture>', CAPTURE_ARGUMENT)
    .requiredOption('-o, --output <file>', 'where to write the result, uncompressed; must not exist')
    .option('--key-env <name>', 'environment variable with the key of the pseudonyms (default: a random one)')
    .addHelpText('after', HELP)
    .action(async (capture: string, options: Options) => {
      await run(capture, options, terminal);
      finish(EXIT.done);
    });
};

async function run(capture: string, { output, keyEnv }: Options, terminal: Terminal): Promise<void> {
  const key = keyEnv === undefined ? randomBytes(32).toString('hex') : terminal.env[keyEnv];
  if (!key) throw new CompanionError('REQUEST_INVALID', `--key-env: the variable ${keyEnv} is not set`);
  const source = await openCapture(capture);
  const anonymiser = new Anonymiser(new Pseudonyms(key), source.year);
  const progress = new Progress(source.size, process.stderr.isTTY ? terminal.err : null, Date.now);
  const out = createWriteStream(output, { flags: 'wx', mode: 0o640 });
  const failed = new Promise<never>((_, reject) => {
    out.once('error', (error) => {
      reject(new CompanionError('REQUEST_INVALID', `cannot write ${output}: ${messageOf(error)}`));
    });
  });
  const write = async (bytes: Buffer) => {
    if (!out.write(bytes)) await Promise.race([once(out, 'drain'), failed]);
  };
  const copy = async () => {
    await once(out, 'open');
    for await (const chunk of source.chunks) {
      progress.at(source.consumed());
      await write(anonymiser.push(chunk));
    }
    await write(anonymiser.end());
    progress.end();
    out.end();
    await once(out, 'finish');
  };
  await Promise.race([copy(), failed]);
  terminal.err(`wrote ${output}; read it before you give it away\n`);
}
