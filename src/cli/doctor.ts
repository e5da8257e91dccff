import { resolve } from 'node:path';
import { enquireAri } from '../ari/enquiry.ts';
import { formatDiagnostic } from '../config/diagnostic.ts';
import { loadSettings, type PbxSettings } from '../config/settings/load.ts';
import { connectLink } from '../endpoint.ts';
import { systemClock } from '../model/clock.ts';
import { CompanionError, messageOf } from '../model/errors.ts';
import { ariFindings } from '../services/doctor/ari.ts';
import { checkFiles } from '../services/doctor/files.ts';
import { type Finding, fine, hasErrors, wrong } from '../services/doctor/findings.ts';
import { checkHost } from '../services/doctor/host.ts';
import { checkManager } from '../services/doctor/manager.ts';
import { checkRunning } from '../services/doctor/running.ts';
import { expectationsOfModel } from '../services/provisioning/expectations.ts';
import { pbxControl } from '../services/provisioning/pbx-control.ts';
import type { Register } from './program.ts';
import { printFindings } from './provisioning/print-findings.ts';
import { amiEndpoint } from './settings.ts';
import { EXIT, type ExitCode, type Terminal } from './terminal.ts';

interface Options {
  readonly config: string;
  readonly pbx?: string;
  readonly etc?: string;
  readonly json?: true;
}

/** `sfa doctor [--config sfa.yaml] [--etc DIR] [--json]` */
export const doctorCommand: Register = (program, terminal, finish) => {
  program
    .command('doctor')
    .description('look for everything that keeps the service from working, and say what to do')
    .option('--config <file>', 'settings of the service', 'sfa.yaml')
    .option('--pbx <name>', 'only this PBX of the settings')
    .option('--etc <dir>', 'on the host of the PBX: its configuration directory, for example /etc/asterisk')
    .option('--json', 'print { ok, findings } as JSON')
    .addHelpText('after', HELP)
    .action(async (options: Options) => finish(await run(options, terminal)));
};

const HELP = `
Looks at what it can reach: settings and models, the state directory, with --etc (or etc in the settings)
the PBX's files, and over AMI and ARI the running PBX. Nothing is changed. docs/doctor.md explains each code.

Exit codes: 0 the service can work, 1 it could not, 64 wrong usage.`;

async function run(options: Options, terminal: Terminal): Promise<ExitCode> {
  const findings = await examine(options, terminal);
  const ok = !hasErrors(findings);
  if (options.json) terminal.out(`${JSON.stringify({ ok, findings }, null, 2)}\n`);
  else {
    terminal.out(printFindings(findings));
    const wanting = findings.filter(({ severity }) => severity === 'warning').length;
    terminal.err(`${ok ? 'the service can work' : 'the service could not work'}; warnings: ${wanting}\n`);
  }
  return ok ? EXIT.done : EXIT.refused;
}

async function examine({ config, pbx, etc }: Options, terminal: Terminal): Promise<Finding[]> {
  const { settings, problems } = loadSettings(config, terminal.env);
  const read = problems.map((problem) =>
    wrong('SFA301', null, formatDiagnostic(problem), { severity: problem.severity }),
  );
  if (settings === null) return read;
  const pbxs = settings.pbxs.filter(({ name }) => pbx === undefined || name === pbx);
  if (pbxs.length === 0) {
    throw new CompanionError('CONFIG_INVALID', `--pbx: ${config} names no PBX "${pbx}"`);
  }
  if (etc !== undefined && pbxs.length > 1) {
    throw new CompanionError('CONFIG_INVALID', '--etc: say with --pbx whose directory it is');
  }
  const findings = read.length > 0 ? read : [fine('SFA301', null)];
  findings.push(...(await checkHost(settings.stateDir)));
  for (const each of pbxs) {
    const directory = etc === undefined ? each.etc : resolve(etc);
    if (directory !== null) findings.push(...(await checkFiles(each.name, directory, each.loaded)));
    findings.push(...(await overAmi(each)), ...(await overAri(each)));
  }
  return findings;
}

async function overAmi({ name, ami, model }: PbxSettings): Promise<Finding[]> {
  try {
    const link = await connectLink(name, amiEndpoint(ami));
    try {
      const control = pbxControl(link);
      const seen = [fine('SFA330', name), ...(await checkManager(link, control, systemClock))];
      // Without the driver there are no accounts to look for; that is said once.
      const driver = seen.some(({ code, severity }) => code === 'SFA331' && severity === 'error');
      const expected = expectationsOfModel(model);
      const wanted = driver ? { ...expected, accounts: [] } : expected;
      return [...seen, ...(await checkRunning(name, control, wanted))];
    } finally {
      await link.stop();
    }
  } catch (thrown) {
    return [wrong('SFA330', name, messageOf(thrown))];
  }
}

async function overAri({ name, ari }: PbxSettings): Promise<Finding[]> {
  if (ari === null) return [];
  return ariFindings(name, ari.app, await enquireAri(ari, ari.app));
}
