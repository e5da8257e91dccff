import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { closeSync, existsSync, openSync } from 'node:fs';
import { chmod, copyFile, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { basename, join } from 'node:path';
import process from 'node:process';
import {
  buildModule,
  type Installation,
  inside,
  insidePath,
  install,
  moduleFiles,
  workDir,
} from './install.ts';
import {
  CHECKOUT,
  FACTS_FILE,
  INSTANCE,
  isMissing,
  LAB_DIR,
  LabError,
  messageOf,
  progress,
  RUN_DIR,
} from './paths.ts';
import { must } from './run.ts';

/** What one needs to know to talk to the laboratory's Asterisk: `lab/.run/lab.json`. */
export interface LabFacts {
  readonly pid: number;
  /** When the process began, by the kernel's clock: a pid alone may be somebody else's by now. */
  readonly pidStart: string;
  readonly version: string;
  readonly ami: Endpoint;
  /** A manager user with the class `system` alone, as the manual asks for (3.5). */
  readonly amiSystem: Endpoint;
  readonly ari: {
    readonly url: string;
    readonly username: string;
    readonly password: string;
    readonly app: string;
  };
  /** Runs a CLI command that is appended as one argument. */
  readonly cli: readonly string[];
  /** Starts Asterisk in the foreground. */
  readonly command: readonly string[];
  readonly etcDir: string;
  readonly logFile: string;
  readonly recordingsDir: string;
}

export interface Endpoint {
  readonly host: string;
  readonly port: number;
  readonly username: string;
  readonly secret: string;
}

const APP = 'sfa-lab';
const BOOT_MS = 60_000;
const STOP_MS = 20_000;

/** All that the tests use; small, so that a start takes a moment and a log stays readable. */
const MODULES = new RegExp(
  `^(${[
    'app_(bridgewait|dial|echo|exec|milliwatt|mixmonitor|originate|playback|playtones|read|record)',
    'app_(senddtmf|sendtext|stack|stasis|transfer|userevent|verbose|while)',
    'bridge_(builtin_features|builtin_interval_features|holding|simple|softmix)',
    'chan_bridge_media',
    'codec_(a_mu|alaw|gsm|resample|ulaw)',
    'format_(gsm|pcm|sln|wav)',
    'func_(base64|callerid|channel|cut|db|devstate|dialplan|evalexten|extstate|global|groupcount|hangupcause)',
    'func_(logic|math|module|sprintf|strings|timeout|uri)',
    'pbx_config',
    'res_(ari.*|stasis.*|clioriginate|http_websocket|manager_devicestate|musiconhold|sorcery_astdb)',
    'res_(sorcery_config|sorcery_memory|timing_timerfd|websocket_client)',
  ].join('|')})$`,
);

/** Files whose absence Asterisk would call an error in the log. */
const UNUSED = ['acl', 'ccss', 'cdr', 'cel', 'features', 'udptl', 'websocket_client'].map(
  (name) => `${name}.conf`,
);

/** Installs, builds, configures and starts; gives the facts of one that runs already. */
export async function up(): Promise<LabFacts> {
  const running = await facts();
  if (running !== null) {
    progress(`already running, process ${running.pid}`);
    return running;
  }
  const installation = await install();
  const module = await buildModule(installation);
  return await start(await configure(installation, module));
}

/** Ends what {@link up} started and forgets it; false when nothing runs. */
export async function down(): Promise<boolean> {
  const running = await facts();
  if (running !== null) await end(running, 'SIGTERM');
  await rm(FACTS_FILE, { force: true });
  return running !== null;
}

/** The facts of the running Asterisk, or null when none runs. */
export async function facts(): Promise<LabFacts | null> {
  const last = await lastFacts();
  return last !== null && (await runs(last)) ? last : null;
}

/** Facts of the last start, also when its process is gone. */
async function lastFacts(): Promise<LabFacts | null> {
  try {
    return JSON.parse(await readFile(FACTS_FILE, 'utf8')) as LabFacts;
  } catch (error) {
    if (isMissing(error) || error instanceof SyntaxError) return null;
    throw error;
  }
}

async function required(): Promise<LabFacts> {
  const found = await facts();
  if (found === null) throw new LabError('the laboratory does not run: start it with npm run lab');
  return found;
}

/** Ends Asterisk and starts it again with the same configuration, ports and secrets. */
export async function restart(how: 'SIGTERM' | 'SIGKILL' = 'SIGTERM'): Promise<LabFacts> {
  const running = await required();
  await end(running, how);
  return await start(running);
}

/** Ends Asterisk and keeps its configuration for {@link resume}. */
export async function suspend(how: 'SIGTERM' | 'SIGKILL' = 'SIGTERM'): Promise<LabFacts> {
  const running = await required();
  await end(running, how);
  return running;
}

/** Starts again what {@link suspend} ended. */
export async function resume(): Promise<LabFacts> {
  const last = await lastFacts();
  if (last === null) throw new LabError('there is nothing to resume');
  return (await runs(last)) ? last : await start(last);
}

/**
 * Runs one CLI command, given as one text or as words (each is quoted where it needs to be). Asterisk tells a
 * failed command by its text only; over AMI it is `Response: Error`.
 */
export async function cli(command: string | readonly string[]): Promise<string> {
  const { cli: argv } = await required();
  const text = typeof command === 'string' ? command : command.map(quoteWord).join(' ');
  return await must(`CLI '${text}'`, [...argv, text]);
}

function quoteWord(word: string): string {
  return /^[^\s"\\]+$/.test(word) ? word : `"${word.replace(/["\\]/g, '\\$&')}"`;
}

/** Reloads chan_skype; false when it refused, as it does while a call is up (manual 2.5). */
export async function reload(): Promise<boolean> {
  return /reloaded successfully/.test(await cli('module reload chan_skype.so'));
}

/** The log since the start, or from an offset that {@link logSize} gave. */
export async function readLog(from = 0): Promise<string> {
  const { logFile } = await required();
  return (await readFile(logFile)).subarray(from).toString('utf8');
}

export async function logSize(): Promise<number> {
  return (await readFile((await required()).logFile)).length;
}

// ---- configuration -----------------------------------------------------------------------------

/** Facts of an instance that does not run yet. */
type Configured = Omit<LabFacts, 'pid' | 'pidStart'>;

async function configure(installation: Installation, module: string): Promise<Configured> {
  const dir = join(workDir(installation), 'instances', INSTANCE);
  const etcDir = join(dir, 'etc');
  const seen = insidePath(installation, dir);
  await rm(dir, { recursive: true, force: true });
  for (const name of ['etc', 'modules', 'lib', 'spool/recording', 'run', 'log', 'cache']) {
    await mkdir(join(dir, name), { recursive: true, mode: 0o750 });
  }
  for (const file of [...(await moduleFiles(installation, MODULES)), module]) {
    // Copies: the manager's ModuleLoad follows no link that leaves the folder of modules.
    await copyFile(file, join(dir, 'modules', basename(file)));
  }
  const [amiPort, httpPort] = await freePorts();
  const secret = () => randomBytes(18).toString('base64url');
  const secrets = { ami: secret(), system: secret(), ari: secret() };
  const values: Readonly<Record<string, string>> = {
    ETC: insidePath(installation, etcDir),
    DIR: seen,
    DATA: '/usr/share/asterisk',
    AMI_PORT: String(amiPort),
    HTTP_PORT: String(httpPort),
    AMI_SECRET: secrets.ami,
    SYSTEM_SECRET: secrets.system,
    ARI_PASSWORD: secrets.ari,
    ARI_APP: APP,
  };
  for (const name of await readdir(join(LAB_DIR, 'etc'))) {
    const template = await readFile(join(LAB_DIR, 'etc', name), 'utf8');
    const text = template.replace(/@([A-Z_]+)@/g, (whole, key: string) => values[key] ?? whole);
    await writeFile(join(etcDir, name), text, { mode: 0o640 });
  }
  for (const name of UNUSED)
    await writeFile(join(etcDir, name), '; Nothing to say, but Asterisk looks for it.\n');
  await generate(etcDir);
  // One that crashes leaves a core file beside its log.
  const asterisk = ['asterisk', '-f', '-g', '-C', join(seen, 'etc/asterisk.conf')];
  const command = inside(installation, ['env', '-C', join(seen, 'log'), ...asterisk]);
  const host = '127.0.0.1';
  return {
    version: installation.version,
    ami: { host, port: amiPort, username: 'lab', secret: secrets.ami },
    amiSystem: { host, port: amiPort, username: 'skype', secret: secrets.system },
    ari: { url: `http://${host}:${httpPort}`, username: 'lab', password: secrets.ari, app: APP },
    cli: inside(installation, ['asterisk', '-C', join(seen, 'etc/asterisk.conf'), '-rx']),
    command,
    etcDir,
    logFile: join(dir, 'log', 'full.log'),
    recordingsDir: join(dir, 'spool', 'recording'),
  };
}

/** Writes chan_skype.conf and extensions_skype.conf of the example model into a folder. */
export async function generate(out: string, model = join(LAB_DIR, 'model.yaml')): Promise<void> {
  const sfa = join(CHECKOUT, 'dist', 'cli', 'main.js');
  if (!existsSync(sfa)) throw new LabError('sfa is not built: npm ci or npm run build does it');
  await must('sfa generate', [process.execPath, sfa, 'generate', model, '--out', out]);
}

/** Two ports that are free now; both are held until both are known. */
async function freePorts(): Promise<[number, number]> {
  const servers = [createServer(), createServer()];
  const ports: number[] = [];
  for (const server of servers) {
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    if (address !== null && typeof address === 'object') ports.push(address.port);
  }
  for (const server of servers) {
    server.close();
    await once(server, 'close');
  }
  const [first, second] = ports;
  if (first === undefined || second === undefined) throw new LabError('no free ports on 127.0.0.1');
  return [first, second];
}

// ---- the process -------------------------------------------------------------------------------

async function start(configured: Configured): Promise<LabFacts> {
  const [program = '', ...args] = configured.command;
  const console = openSync(`${configured.logFile}.console`, 'a', 0o640);
  const child = spawn(program, args, { detached: true, stdio: ['ignore', console, console] });
  closeSync(console);
  let ended: string | null = null;
  child.once('error', (error) => {
    ended = error.message;
  });
  child.once('exit', (code, signal) => {
    ended ??= `Asterisk ended with ${signal ?? `exit code ${code}`}`;
  });
  const pid = child.pid;
  if (pid === undefined) throw new LabError(`${program} cannot be started`);
  child.unref();
  const started: LabFacts = { ...configured, pid, pidStart: (await processStart(pid)) ?? '' };
  await mkdir(RUN_DIR, { recursive: true });
  await writeFile(FACTS_FILE, `${JSON.stringify(started, null, 2)}\n`, { mode: 0o600 });
  await chmod(FACTS_FILE, 0o600);
  try {
    const until = Date.now() + BOOT_MS;
    const alive = () => {
      if (ended !== null) throw new LabError(`${ended}; see ${configured.logFile}.console`);
    };
    await poll('AMI', until, alive, () => amiBooted(started.ami));
    await poll('ARI', until, alive, () => ariAnswers(started.ari));
  } catch (error) {
    if (ended === null) await end(started, 'SIGKILL');
    await rm(FACTS_FILE, { force: true });
    throw error;
  }
  progress(`${started.version} is up, process ${pid}`);
  return started;
}

/** Tries until it works; between two tries a tenth of a second. */
async function poll(
  what: string,
  until: number,
  alive: () => void,
  works: () => Promise<boolean>,
): Promise<void> {
  let last = 'no answer';
  while (Date.now() < until) {
    alive();
    try {
      if (await works()) return;
    } catch (error) {
      last = messageOf(error);
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new LabError(`${what} of Asterisk was not ready in ${BOOT_MS / 1000} s: ${last}`);
}

/** Logs in and sees FullyBooted, which Asterisk sends at login once it is. */
async function amiBooted({ host, port, username, secret }: Endpoint): Promise<boolean> {
  const socket = connect({ host, port });
  try {
    await once(socket, 'connect', { signal: AbortSignal.timeout(2000) });
    socket.write(`Action: Login\r\nUsername: ${username}\r\nSecret: ${secret}\r\n\r\n`);
    let text = '';
    for await (const chunk of socket.setTimeout(2000, () => socket.destroy())) {
      text += String(chunk);
      if (/^Response: Error/m.test(text)) return false;
      if (/^Event: FullyBooted\r\n/m.test(text)) return true;
    }
    return false;
  } finally {
    socket.destroy();
  }
}

async function ariAnswers({ url, username, password }: LabFacts['ari']): Promise<boolean> {
  const authorization = `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
  const response = await fetch(`${url}/ari/asterisk/info`, {
    headers: { authorization },
    signal: AbortSignal.timeout(2000),
  });
  await response.arrayBuffer();
  return response.ok;
}

/** Ends exactly the process that was started here, and waits until it is gone. */
async function end(started: LabFacts, signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
  for (const [kind, patience] of [
    [signal, STOP_MS],
    ['SIGKILL', 5000],
  ] as const) {
    if (!(await runs(started))) return;
    process.kill(started.pid, kind);
    const until = Date.now() + patience;
    while (Date.now() < until) {
      if (!(await runs(started))) return;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
  throw new LabError(`process ${started.pid} does not end`);
}

async function runs({ pid, pidStart }: Pick<LabFacts, 'pid' | 'pidStart'>): Promise<boolean> {
  return pidStart !== '' && (await processStart(pid)) === pidStart;
}

/** The start time of a process in the kernel's ticks; null for none, and for one that is dead already. */
async function processStart(pid: number): Promise<string | null> {
  try {
    const [, ...rest] = (await readFile(`/proc/${pid}/stat`, 'utf8')).split(') ');
    const fields = rest.join(') ').split(' ');
    // One that was killed is a zombie while its other threads still hold its sockets.
    const dead = /^[ZX]/.test(fields[0] ?? '') && Number(fields[17]) <= 1;
    return dead ? null : (fields[19] ?? null);
  } catch {
    return null;
  }
}
