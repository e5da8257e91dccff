import { createHash } from 'node:crypto';
import { existsSync, globSync } from 'node:fs';
import { cp, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import process from 'node:process';
import { isMissing, LAB_DIR, LAB_HOME, LabError, MIRROR, progress, SUITE } from './paths.ts';
import { hasProgram, must, run } from './run.ts';

/** An Asterisk 22 with its headers and a compiler. */
export interface Installation {
  /** The folder that Asterisk sees as `/`; empty for the machine's own Asterisk. */
  readonly root: string;
  readonly version: string;
  /** Seen from outside of `root`, as all paths without "inside" in their name. */
  readonly moduleDir: string;
}

/** What runs a program within the installation. */
export function inside({ root }: Pick<Installation, 'root'>, argv: readonly string[]): string[] {
  return root === '' ? [...argv] : ['chroot', root, ...argv];
}

/** A path as Asterisk sees it. */
export function insidePath({ root }: Pick<Installation, 'root'>, path: string): string {
  return root === '' ? path : path.slice(root.length);
}

/** The folder for instances and built modules, where the installation can see it. */
export function workDir({ root }: Pick<Installation, 'root'>): string {
  return root === '' ? LAB_HOME : join(root, 'lab');
}

const WANTED = /^Asterisk 22\./;
const PACKAGES = ['asterisk', 'asterisk-dev', 'asterisk-core-sounds-en-gsm', 'gcc', 'libc6-dev'];

/** The machine's own Asterisk 22, else one in a folder of ours, installed where it is not yet. */
export async function install(): Promise<Installation> {
  return (await native()) ?? (await ours());
}

async function native(): Promise<Installation | null> {
  if (!(await hasProgram('asterisk')) || !(await hasProgram('gcc'))) return null;
  if (!existsSync('/usr/include/asterisk.h')) return null;
  const found = await describe('');
  if (!WANTED.test(found.version)) return null;
  progress(`using this machine's ${found.version}`);
  return found;
}

async function describe(root: string): Promise<Installation> {
  const { output } = await run(inside({ root }, ['asterisk', '-V']));
  const places = ['usr/lib/*/asterisk/modules', 'usr/lib64/asterisk/modules', 'usr/lib/asterisk/modules'];
  const moduleDir = places.flatMap((place) => globSync(join(root || '/', place)))[0] ?? '';
  return { root, version: output.trim(), moduleDir };
}

async function ours(): Promise<Installation> {
  const root = join(LAB_HOME, `debian-${SUITE}`);
  const complete = `${root}.complete`;
  if (process.platform !== 'linux') throw new LabError('the laboratory runs on Linux only');
  if (process.getuid?.() !== 0) {
    throw new LabError('installing and running Asterisk in a folder of its own needs root (chroot)');
  }
  await mkdir(LAB_HOME, { recursive: true });
  return await locked(join(LAB_HOME, 'install.lock'), async () => {
    if (!existsSync(complete)) {
      await bootstrap(root);
      const found = await describe(root);
      if (!WANTED.test(found.version)) {
        throw new LabError(`Debian ${SUITE} carries '${found.version}', not Asterisk 22 (see SFA_LAB_SUITE)`);
      }
      await writeFile(complete, `${found.version}\n`);
    }
    const found = await describe(root);
    if (!WANTED.test(found.version)) {
      await rm(complete, { force: true });
      throw new LabError(`the Asterisk in ${root} does not run; the next start installs it anew`);
    }
    return found;
  });
}

/** A folder without its mark of completion is half of one: it goes, and all begins again. */
async function bootstrap(root: string): Promise<void> {
  const log = join(LAB_HOME, 'install.log');
  if (existsSync(root)) {
    progress('an installation was interrupted: removing what is there of it');
    await remove(root);
  }
  if (!(await hasProgram('debootstrap'))) {
    progress('installing debootstrap');
    const apt = ['env', 'DEBIAN_FRONTEND=noninteractive', 'apt-get'];
    await must('apt-get update', [...apt, 'update'], { log });
    await must(
      'installing debootstrap',
      [...apt, 'install', '-y', '--no-install-recommends', 'debootstrap'],
      { log },
    );
  }
  const mirror = await debianMirror();
  progress(`installing Asterisk 22 from Debian ${SUITE} into ${root} (a minute or two, 900 MB)`);
  const argv = ['debootstrap', '--variant=minbase', `--include=${PACKAGES.join(',')}`, SUITE, root];
  // Without a mirror debootstrap takes its own default.
  await must('debootstrap', mirror === null ? argv : [...argv, mirror], { log });
  // No service shall ever start in there, whatever is installed later.
  await writeFile(join(root, 'usr/sbin/policy-rc.d'), '#!/bin/sh\nexit 101\n', { mode: 0o755 });
  await rm(join(root, 'var/cache/apt/archives'), { recursive: true, force: true });
}

/** Removes a folder in which debootstrap may have left something mounted. */
async function remove(root: string): Promise<void> {
  const mounts = async () =>
    (await readFile('/proc/mounts', 'utf8'))
      .split('\n')
      .map((line) => (line.split(' ')[1] ?? '').replaceAll('\\040', ' '))
      .filter((path) => path.startsWith(`${root}/`))
      .sort((a, b) => b.length - a.length);
  for (const path of await mounts()) await must(`unmounting ${path}`, ['umount', path]);
  if ((await mounts()).length > 0) throw new LabError(`something is still mounted below ${root}`);
  await rm(root, { recursive: true, force: true });
}

/** The mirror that apt uses on this machine, so that no host name stands here. */
async function debianMirror(): Promise<string | null> {
  if (MIRROR !== undefined && MIRROR !== '') return MIRROR;
  const format = ['apt-get', 'indextargets', '--format', '$(REPO_URI) $(LABEL)', 'Created-By: Packages'];
  const targets = (await hasProgram('apt-get')) ? (await run(format)).output.split('\n') : [];
  const uris = targets.map((line) => line.split(' '));
  // The label is known after `apt-get update` only.
  const labelled = uris.find(([uri, ...label]) => /^https?:/.test(uri ?? '') && label.join(' ') === 'Debian');
  const named = uris.find(([uri]) => /^https?:.*\/debian\/?$/.test(uri ?? ''));
  return labelled?.[0] ?? named?.[0] ?? null;
}

/** One at a time, over all processes; a lock whose owner died is no lock. */
async function locked<T>(path: string, work: () => Promise<T>): Promise<T> {
  for (let tries = 0; ; tries++) {
    try {
      await writeFile(path, String(process.pid), { flag: 'wx' });
      break;
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
    }
    const owner = Number(await readFile(path, 'utf8').catch(() => ''));
    if (tries > 0 && !isAlive(owner)) await rm(path, { force: true });
    else {
      if (tries === 1) progress(`waiting for another installation (process ${owner})`);
      if (tries > 600) throw new LabError(`another installation holds ${path}`);
      await new Promise((resolve) => setTimeout(resolve, 1000));
    }
  }
  try {
    return await work();
  } finally {
    await rm(path, { force: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    return pid > 0 && process.kill(pid, 0);
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

const FLAGS = [
  '-std=gnu17',
  '-O2',
  '-g',
  '-Wall',
  '-Wextra',
  '-Werror',
  // Asterisk's callbacks and registration macros leave parameters and fields unused.
  '-Wno-unused-parameter',
  '-Wno-missing-field-initializers',
  '-fPIC',
  '-shared',
  '-pthread',
  '-fvisibility=hidden',
  '-D_GNU_SOURCE',
  '-DAST_MODULE="chan_skype"',
  '-DAST_MODULE_SELF_SYM=__internal_chan_skype_self',
];

/** Builds `chan_skype.so`, unless these very sources were built for this Asterisk before. */
export async function buildModule(installation: Installation): Promise<string> {
  const source = join(LAB_DIR, 'chan_skype');
  const files = (await readdir(source)).filter((name) => /\.[ch]$/.test(name)).sort();
  const hash = createHash('sha256').update(JSON.stringify([installation.version, FLAGS, 'prefix map']));
  for (const file of files) hash.update(`${file}\0`).update(await readFile(join(source, file)));
  const dir = join(workDir(installation), 'modules', hash.digest('hex').slice(0, 16));
  const module = join(dir, 'chan_skype.so');
  if (existsSync(module)) return module;
  progress('building chan_skype.so');
  await mkdir(dir, { recursive: true });
  for (const file of files) await cp(join(source, file), join(dir, file));
  const sources = files.filter((name) => name.endsWith('.c'));
  const at = insidePath(installation, dir);
  const partial = `chan_skype.so.${process.pid}`;
  // Logs and the debug headers of AMI name a source file without its folder.
  const map = `-ffile-prefix-map=${at}/=`;
  const argv = [
    'gcc',
    ...FLAGS,
    map,
    ...sources.map((name) => join(at, name)),
    '-lm',
    '-o',
    join(at, partial),
  ];
  const { code, output } = await run(inside(installation, argv));
  if (code !== 0) throw new LabError(`chan_skype does not compile:\n${output.trim()}`);
  await rename(join(dir, partial), module);
  return module;
}

/** The modules of Asterisk that the laboratory loads; whatever a list entry lacks here is passed over. */
export async function moduleFiles(installation: Installation, wanted: RegExp): Promise<string[]> {
  try {
    const names = await readdir(installation.moduleDir);
    return names
      .filter((name) => wanted.test(basename(name, '.so')))
      .map((name) => join(installation.moduleDir, name));
  } catch (error) {
    if (isMissing(error)) throw new LabError('the modules of Asterisk cannot be found');
    throw error;
  }
}
