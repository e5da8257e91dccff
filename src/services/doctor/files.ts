import { stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { LoadedModel } from '../../config/model/load.ts';
import { type ConfFiles, diskFiles } from '../../dialplan/conf/files.ts';
import { readConf } from '../../dialplan/conf/reader.ts';
import { lintModel } from '../../dialplan/lint/lint.ts';
import { messageOf } from '../../model/errors.ts';
import { unfinishedIn } from '../provisioning/deployment.ts';
import { changedFiles, type ModelPlan, planModelFiles } from '../provisioning/model-plan.ts';
import { readDeployed } from '../provisioning/read-deployed.ts';
import { count, type Finding, fine, unknown, wrong } from './findings.ts';
import { modeOf } from './host.ts';

const OTHERS = 0o007;
/** Most findings of the rules for models that are repeated here. */
const SHOWN = 10;
/** Our files, and the operator's that have to include them; the driver reads the first by itself. */
const INCLUDED_BY: Readonly<Record<string, string>> = {
  'extensions_skype.conf': 'extensions.conf',
  'manager_skype.conf': 'manager.conf',
};

/** Looks at the configuration directory of a PBX, on its host. */
export async function checkFiles(pbx: string, etc: string, loaded: LoadedModel): Promise<Finding[]> {
  const plan = await planOf(pbx, etc, loaded);
  const names = 'files' in plan ? plan.files.map(({ name }) => name) : [];
  return [
    ...('files' in plan ? deployedFindings(pbx, plan) : [plan]),
    ...names.flatMap((name) => includeFinding(pbx, etc, name)),
    ...(await marker(pbx, etc)),
    ...(await permissions(pbx, etc, names)),
    ...modules(pbx, etc),
    ...lint(pbx, etc, loaded),
  ];
}

/** What an apply would do, or why that cannot be told here. */
async function planOf(pbx: string, etc: string, loaded: LoadedModel): Promise<ModelPlan | Finding> {
  const [file = ''] = loaded.files;
  const missing = loaded.problems.filter(({ severity }) => severity === 'error');
  if (missing.length > 0) {
    const message = `what the model generates cannot be told here: ${missing.map(({ key, message: text }) => `${key}: ${text}`).join('; ')}`;
    return unknown('SFA323', pbx, message, 'run sfa doctor with the environment and files of sfa apply');
  }
  try {
    return await planModelFiles(loaded, file, readDeployed(etc));
  } catch (thrown) {
    return unknown('SFA323', pbx, messageOf(thrown), 'run it as a user that may read the directory');
  }
}

function deployedFindings(pbx: string, plan: ModelPlan): Finding[] {
  const { files } = plan;
  const named = (of: typeof files) => of.map(({ name }) => name).join(', ');
  const missing = files.filter(({ action }) => action === 'create');
  const foreign = files.filter(({ ownership }) => ownership === 'foreign');
  const edited = files.filter(({ ownership }) => ownership === 'edited');
  const changed = changedFiles(plan).filter((name) => !missing.some((file) => file.name === name));
  return [
    missing.length > 0 ? wrong('SFA320', pbx, `not there: ${named(missing)}`) : fine('SFA320', pbx),
    ...(foreign.length > 0
      ? [
          wrong('SFA320', pbx, `somebody else's: ${named(foreign)}`, {
            remedy: 'sfa import reads it into a model; then move it away and sfa apply',
          }),
        ]
      : []),
    // Of files that are not there nothing more can be said.
    ...(missing.length === files.length
      ? []
      : [
          edited.length > 0 ? wrong('SFA322', pbx, `changed by hand: ${named(edited)}`) : fine('SFA322', pbx),
          changed.length > 0
            ? wrong('SFA323', pbx, `not what the model generates: ${changed.join(', ')}`)
            : fine('SFA323', pbx),
        ]),
  ];
}

function includeFinding(pbx: string, etc: string, name: string): Finding[] {
  const own = INCLUDED_BY[name];
  if (own === undefined) return [];
  const path = join(etc, own);
  if (diskFiles.read(path) === null) {
    const remedy = `create it with the line "#tryinclude ${name}", then reload`;
    return [wrong('SFA321', pbx, `${path} is not there, or cannot be read`, { remedy })];
  }
  const conf = readConf(path, { files: withOurs(name) });
  const [problem] = conf.problems.filter(({ severity }) => severity === 'error');
  if (!conf.valid) {
    const text = problem === undefined ? '' : `: ${problem.file}:${problem.line}: ${problem.message}`;
    return [wrong('SFA321', pbx, `Asterisk would refuse ${own}${text}`, { remedy: 'mend the file' })];
  }
  if (conf.files.some((file) => basename(file) === name))
    return [fine('SFA321', pbx, `${own} includes ${name}`)];
  return [
    wrong('SFA321', pbx, `${own} does not include ${name}`, {
      remedy: `write "#tryinclude ${name}" at the end of ${path}, then reload`,
    }),
  ];
}

/** The files of the disk, and ours as if it were there: whether it is, is another question. */
function withOurs(name: string): ConfFiles {
  return {
    read: (path) => diskFiles.read(path) ?? (basename(path) === name ? new Uint8Array() : null),
    glob: (pattern) => diskFiles.glob(pattern),
  };
}

async function marker(pbx: string, etc: string): Promise<Finding[]> {
  const phase = await unfinishedIn(etc);
  if (phase === null) return [fine('SFA324', pbx)];
  const words =
    phase === 'writing'
      ? 'an apply ended while it wrote: files may be of two sets'
      : 'an apply ended before the PBX had taken the files';
  return [wrong('SFA324', pbx, words)];
}

async function permissions(pbx: string, etc: string, names: readonly string[]): Promise<Finding[]> {
  const open: string[] = [];
  for (const name of names) {
    // The dialplan holds no password.
    if (name === 'extensions_skype.conf') continue;
    const found = await stat(join(etc, name)).catch(() => null);
    if (found !== null && (found.mode & OTHERS) !== 0) open.push(`${name} (${modeOf(found.mode)})`);
  }
  if (open.length === 0) return [fine('SFA325', pbx)];
  return [wrong('SFA325', pbx, `everybody on the PBX's host reads passwords in ${open.join(', ')}`)];
}

/** Modules are loaded by themselves unless `autoload` is off; the resource has to come first (manual 2.5). */
function modules(pbx: string, etc: string): Finding[] {
  const conf = readConf(join(etc, 'modules.conf'));
  if (!conf.valid) return [];
  const lines = conf.sections.filter(({ name }) => name === 'modules').flatMap(({ entries }) => entries);
  const at = (keys: readonly string[], module: string) =>
    lines.findIndex(
      ({ key, value }) => keys.includes(key.toLowerCase()) && value.replace(/\.so$/, '') === module,
    );
  const loads = ['load', 'preload', 'require'];
  const never = ['chan_skype', 'res_skypeforasterisk'].filter((module) => at(['noload'], module) !== -1);
  if (never.length > 0) return [wrong('SFA326', pbx, `modules.conf has noload for ${never.join(', ')}`)];
  const autoload = lines.findLast(({ key }) => key.toLowerCase() === 'autoload')?.value ?? 'no';
  if (/^(?:yes|true|y|t|1|on)$/i.test(autoload)) return [fine('SFA326', pbx)];
  const driver = at(loads, 'chan_skype');
  if (driver === -1)
    return [wrong('SFA326', pbx, 'modules.conf has autoload off and no line for chan_skype.so')];
  const resource = at(loads, 'res_skypeforasterisk');
  if (resource > driver) {
    return [wrong('SFA326', pbx, 'modules.conf loads chan_skype.so before res_skypeforasterisk.so')];
  }
  return [fine('SFA326', pbx)];
}

function lint(pbx: string, etc: string, loaded: LoadedModel): Finding[] {
  const found = lintModel(loaded, { dialplan: join(etc, 'extensions.conf') });
  if (found.length === 0) return [fine('SFA302', pbx)];
  const shown = found.slice(0, SHOWN).map(({ code, key, message }) => `${code}: ${key}: ${message}`);
  const more = found.length - shown.length;
  const lines = more === 0 ? shown : [...shown, `${count(more, 'finding')} more: sfa check shows all`];
  return lines.map((line) => wrong('SFA302', pbx, line));
}
