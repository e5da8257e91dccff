import { randomBytes } from 'node:crypto';
import { readDialplanConf } from '../sim/conf/dialplan-conf.ts';
import { type DriverConf, readDriverConf } from '../sim/conf/driver-conf.ts';
import { type Control, startControl } from '../sim/drive/control.ts';
import { callCentreAccounts, startLoad } from '../sim/drive/load.ts';
import { loadScript, playScript } from '../sim/drive/script.ts';
import { type SimulatedPbx, type SimulatedPbxOptions, startSimulatedPbx } from '../sim/pbx.ts';
import { ERAS, plainVariation, variationOf } from '../sim/variation/variation.ts';
import type { Register } from './program.ts';
import { type ServedCertificate, serveCertificate } from './sim/certificate.ts';
import { readSimOptions, type SimOptions, type SimWish } from './sim/options.ts';
import { EXIT, type Terminal, untilAborted } from './terminal.ts';

const USER = 'sfa';

/** `sfa sim [--config chan_skype.conf | --accounts a,b] [--era 1.4|22] [--seed N] ...` */
export const simCommand: Register = (program, terminal, finish) => {
  const command = program
    .command('sim')
    .description('run a simulated PBX with a Skype driver, on loopback, until Ctrl-C')
    .option('--config <file>', 'a chan_skype.conf with the accounts; a reload reads it anew')
    .option('--extensions <file>', 'an extensions.conf with dialplan and hints')
    .option('--accounts <names>', 'accounts by name, divided by commas', 'james_bond,q_branch')
    .option('--ami-port <port>', 'port of the manager interface, 0 for a free one', '0')
    .option('--ari-port <port>', 'port of ARI, 0 for a free one', '0')
    .option('--control-port <port>', 'serve the control API on this port, 0 for a free one')
    .option('--tls-port <port>', 'serve AMI over TLS on this port too, 0 for a free one')
    .option('--tls-cert <file>', 'its certificate in PEM; without it one is made and shown')
    .option('--tls-key <file>', 'the key of the certificate in PEM')
    .option('--era <era>', `Asterisk to play: ${ERAS.join(' or ')}`, '22')
    .option('--seed <number>', 'vary everything that the manual leaves open')
    .option('--script <file>', 'YAML: people come online, write, call and ask at given times')
    .option('--load <n,m>', 'a call centre of N accounts with M Skype events a second')
    .option('--licenses <number>', 'licensed Skype channels', '10')
    .option('--app <name>', 'the ARI application that gets calls from Skype', 'sfa')
    .option('--json', 'print where it listens as one line of JSON')
    .addHelpText('after', HELP)
    .action(async (options: SimOptions) => {
      const wish = readSimOptions(options, (message) =>
        command.error(`error: ${message}`, { exitCode: EXIT.usage }),
      );
      await run(wish, terminal);
      finish(EXIT.done);
    });
};

const HELP = `
User of AMI and ARI is ${USER}; the secret, which is the token of the control API too, is made by chance unless
SFA_SIM_SECRET is set. What a client can lean on holds under every --seed; docs/sim.md names the axes.

Example:
  $ sfa sim --accounts james_bond,q_branch --ami-port 5038 --ari-port 8088 --control-port 8089`;

async function run(wish: SimWish, terminal: Terminal): Promise<void> {
  const secret = terminal.env['SFA_SIM_SECRET'] || randomBytes(12).toString('base64url');
  const steps = wish.script === undefined ? [] : loadScript(wish.script);
  const certificate = wish.tls && serveCertificate(wish.tls.files);
  let pbx: SimulatedPbx | null = null;
  let control: Control | null = null;
  try {
    pbx = await startSimulatedPbx(pbxOptions(wish, secret, certificate));
    if (wish.controlPort !== null) {
      control = await startControl({ pbx, port: wish.controlPort, token: secret });
    }
    announce(pbx, { control, secret, ca: certificate?.ca ?? '' }, wish, terminal);
    playScript(pbx, steps, ({ at, verb }, result) => {
      if (result !== 'done') terminal.err(`${at} ms: ${verb}: ${result}\n`);
    });
    const load = wish.load && startLoad(pbx, { rate: wish.load.rate, seed: wish.seed ?? 1 });
    await untilAborted(terminal.signal);
    load?.stop();
  } finally {
    await control?.stop();
    await pbx?.stop();
    certificate?.remove();
  }
}

function pbxOptions(
  wish: SimWish,
  secret: string,
  certificate: ServedCertificate | null,
): SimulatedPbxOptions {
  const { config, era, seed } = wish;
  const conf: DriverConf | null = config === undefined ? null : readDriverConf(config);
  const named = (wish.accounts ?? '').split(',').map((user) => ({ user: user.trim(), secret: 'simulated' }));
  const accounts = wish.load ? callCentreAccounts(wish.load.accounts) : (conf?.accounts ?? named);
  const { extensions } = wish;
  const dialplan =
    extensions === undefined
      ? null
      : { ...readDialplanConf(extensions), readDialplan: () => readDialplanConf(extensions) };
  return {
    accounts,
    managers: [{ username: USER, secret, read: ['all'], write: ['all'] }],
    ari: { username: USER, password: secret },
    amiPort: wish.amiPort,
    ariPort: wish.ariPort,
    ...(wish.tls && certificate ? { amiTls: { ...certificate, port: wish.tls.port } } : {}),
    incomingApp: wish.app,
    licensedChannels: wish.licenses,
    variation: seed === null ? plainVariation(era) : variationOf(seed, era),
    ...(conf === null ? {} : { settings: conf.settings }),
    ...(conf?.defaultUser ? { defaultUser: conf.defaultUser } : {}),
    ...(config === undefined ? {} : { readAccounts: () => readDriverConf(config).accounts }),
    ...(dialplan ?? {}),
    files: {
      ...(config === undefined ? {} : { 'chan_skype.conf': config }),
      ...(extensions === undefined ? {} : { 'extensions.conf': extensions }),
    },
  };
}

function announce(
  pbx: SimulatedPbx,
  { control, secret, ca }: { control: Control | null; secret: string; ca: string },
  { seed, era, json }: SimWish,
  terminal: Terminal,
): void {
  const accounts = [...pbx.community.accounts].map(({ name }) => name);
  if (json) {
    const where = {
      ami: { ...pbx.ami, username: USER, secret, tls: pbx.amiTls && { ...pbx.amiTls, ca } },
      ari: { ...pbx.ari, username: USER, password: secret },
      control: control && { url: control.url, token: secret },
      era,
      seed,
      accounts,
    };
    terminal.out(`${JSON.stringify(where)}\n`);
    return;
  }
  terminal.out(`AMI      ${pbx.ami.host}:${pbx.ami.port}\n`);
  if (pbx.amiTls) terminal.out(`AMI TLS  ${pbx.amiTls.host}:${pbx.amiTls.port}, authority ${ca}\n`);
  terminal.out(`ARI      ${pbx.ari.url}\n`);
  if (control) terminal.out(`Control  ${control.url}\n`);
  terminal.out(
    `User     ${USER}\nSecret   ${secret}\nAsterisk ${era}${seed === null ? '' : `, seed ${seed}`}\n`,
  );
  const shown =
    accounts.length > 10 ? [...accounts.slice(0, 10), `and ${accounts.length - 10} more`] : accounts;
  terminal.out(`Accounts ${shown.join(', ')}\n`);
  terminal.err('Ctrl-C ends it.\n');
}
