import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cli, resume, suspend } from '../../lab/asterisk.ts';
import { runSfa } from '../../src/cli/commands.ts';
import { loadModel } from '../../src/config/model/load.ts';
import { generate } from '../../src/dialplan/generate.ts';
import { connectLink } from '../../src/endpoint.ts';
import { apply, rolloutSteps } from '../../src/services/provisioning/apply.ts';
import { Deployment } from '../../src/services/provisioning/deployment.ts';
import { type PbxControl, pbxControl } from '../../src/services/provisioning/pbx-control.ts';
import { recordingTerminal } from '../helpers/terminal.ts';
import { borrowEtc, type LabEtc } from './etc.ts';
import { eventually, lab } from './helpers.ts';

const CHILD = new URL('apply-child.ts', import.meta.url).pathname;
const CONTEXTS = `[demo]
include => skype-in-demo
exten => wait,1,Answer()
 same => n,Wait(600)
[office]
include => skype-hints
`;

/** An admin's way with `sfa plan`, `apply`, `rollback` and `doctor`, from a bare Asterisk on. */
describe('apply on a real Asterisk', () => {
  let etc: LabEtc;
  let directory: string;
  let secret: string;
  beforeAll(async () => {
    etc = await borrowEtc();
    directory = mkdtempSync(join(tmpdir(), 'sfa-lab-apply-'));
    const { ami, ari } = await lab();
    ({ secret } = ami);
    writeFileSync(
      join(directory, 'sfa.yaml'),
      `pbxs:
  lab:
    model: model.yaml
    etc: ${etc.directory}
    ami: { port: ${ami.port}, username: ${ami.username}, secret: { env: LAB_AMI } }
    ari: { url: "${ari.url}", username: ${ari.username}, password: { env: LAB_ARI }, app: sfa-lab }
`,
    );
    ENV['LAB_AMI'] = ami.secret;
    ENV['LAB_ARI'] = ari.password;
    // Bare: no driver, none of our files, and an extensions.conf that expects them.
    await cli('module unload chan_skype.so');
    for (const name of ['chan_skype.conf', 'extensions_skype.conf']) etc.remove(name);
    etc.write('extensions.conf', `${CONTEXTS}#tryinclude "extensions_skype.conf"\n`);
    await cli('dialplan reload');
    model();
  });
  afterAll(async () => {
    await cli('skype lab hangup all');
    await etc.restore();
    rmSync(directory, { recursive: true });
  });

  const ENV: Record<string, string> = { JAMES: 's007', Q: 'quartermaster' };
  const modelFile = () => join(directory, 'model.yaml');
  const model = (mood = 'On a mission', more = '') =>
    writeFileSync(
      modelFile(),
      `version: 1
general: { engine_directory: /tmp }
users:
  james_bond:
    secret: { env: JAMES }
    context: demo
    exten: wait
    profile: { mood_text: ${mood} }
    buddies: { austin_powers: { hint: 6001 } }
${more}`,
    );
  const SECOND = '  q_branch: { secret: { env: Q }, context: demo, exten: 008 }\n';
  async function sfa(...args: string[]) {
    const terminal = recordingTerminal(ENV);
    const code = await runSfa([...args, '--config', join(directory, 'sfa.yaml')], terminal);
    const [stdout, stderr] = [terminal.stdout(), terminal.stderr()];
    for (const hidden of [secret, 's007', 'quartermaster']) expect(stdout + stderr).not.toContain(hidden);
    return { code, stdout, stderr };
  }
  const target = () => ['--target', etc.directory];
  const applyModel = (...more: string[]) => sfa('apply', modelFile(), ...target(), '--yes', ...more);
  const deployed = () =>
    ['chan_skype.conf', 'extensions_skype.conf'].map((name) =>
      existsSync(join(etc.directory, name)) ? etc.read(name) : null,
    );
  const users = () => cli('skype show users');

  it('first apply: loads the driver, logs in, adds buddies, and finds everything there', async () => {
    const plan = await sfa('plan', modelFile(), ...target());
    expect(plan).toMatchObject({ code: 2, stdout: expect.stringContaining('chan_skype.conf: create') });
    const { code, stdout, stderr } = await applyModel();
    expect([code, stderr]).toEqual([
      0,
      expect.stringContaining('\nload chan_skype.so ...\nreload pbx_config.so ...\n'),
    ]);
    expect(stdout).toContain(`live accounts: 1 looked at, 1 changed, 0 failed
ok   SFA334 lab: the running driver has all 1 account
ok   SFA335 lab: 1 account logged in
ok   SFA336 lab: 1 hint registered
ok   SFA337 lab: 1 generated context in the running dialplan
`);
    expect(await users()).toContain('james_bond');
    expect(await cli('core show hints')).toMatch(/6001@skype-hints\s+: Skype:james_bond@austin_powers/);
    expect(await applyModel()).toMatchObject({ code: 0, stderr: 'nothing to do\n' });
  });

  it('a change: a plan with its diff, then a reload, and both accounts are in', async () => {
    model('Back home', SECOND);
    const plan = await sfa('plan', modelFile(), ...target(), '--live');
    expect(plan.code).toBe(2);
    expect(plan.stdout).toContain('+[q_branch]');
    expect(plan.stdout).toContain('    set mood_text: "On a mission" -> "Back home"\n');
    expect(plan.stdout).toContain('  not in the running driver: q_branch\n');
    const { code, stdout, stderr } = await applyModel();
    expect([code, stderr]).toEqual([0, expect.stringContaining('\nreload chan_skype.so ...\n')]);
    expect(stdout).toContain('ok   SFA335 lab: 2 accounts logged in\n');
    expect(await sfa('plan', modelFile(), '--live')).toMatchObject({ code: 0 });
  });

  it('buddies that the model does not name are told, and go with --prune', async () => {
    const { ami } = await lab();
    const link = await connectLink('lab', { ...ami, link: 'socket', tls: null });
    try {
      await link.request({
        name: 'SkypeAddBuddy',
        headers: [
          ['User', 'james_bond'],
          ['Buddy', 'dr_evil'],
        ],
        reply: 'response',
      });
    } finally {
      await link.stop();
    }
    expect(await sfa('plan', modelFile(), '--live')).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('not in the model, and kept without --prune: dr_evil'),
    });
    expect(await sfa('plan', modelFile(), '--live', '--prune')).toMatchObject({
      code: 2,
      stdout: expect.stringContaining('remove buddy dr_evil'),
    });
    expect((await applyModel('--prune')).code).toBe(0);
    expect(await sfa('plan', modelFile(), '--live', '--prune')).toMatchObject({ code: 0 });
  });

  it('a reload that a call in progress refuses: says so, and all files are as they were', async () => {
    const before = deployed();
    await cli('skype lab call austin_powers james_bond');
    await eventually(async () => /Skype\/james_bond/.test(await cli('core show channels concise')));
    model('Back home');
    const refused = await applyModel();
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain('reload chan_skype.so failed');
    expect(refused.stderr).toContain(
      '1 Skype channel is up, and the driver takes new files only without a call',
    );
    expect(refused.stderr).toContain('all files are as they were, and so is the PBX');
    expect(deployed()).toEqual(before);
    expect(await users()).toContain('q_branch');
    await cli('skype lab hangup all');
    await eventually(async () => !/Skype\//.test(await cli('core show channels concise')));
    expect((await applyModel()).code).toBe(0);
    expect(await users()).not.toContain('q_branch');
  });

  it('rollback: files and PBX are as before, and a second one takes it back', async () => {
    const now = deployed();
    const { code, stdout } = await sfa('rollback', ...target());
    expect([code, stdout]).toEqual([0, expect.stringContaining('restored chan_skype.conf\n')]);
    expect(await users()).toContain('q_branch');
    expect((await sfa('rollback', ...target())).code).toBe(0);
    expect(deployed()).toEqual(now);
    expect(await users()).not.toContain('q_branch');
  });

  it('drift: what was changed by hand is shown and kept, until told otherwise', async () => {
    etc.write('chan_skype.conf', etc.read('chan_skype.conf').replace('context = demo', 'context = office'));
    const plan = await sfa('plan', modelFile(), ...target());
    expect(plan).toMatchObject({
      code: 2,
      stdout: expect.stringContaining('changed by hand since it was written'),
    });
    expect(plan.stdout).toContain('-context = office\n+context = demo\n');
    expect(await applyModel()).toMatchObject({ code: 1, stderr: expect.stringContaining('--overwrite') });
    expect(etc.read('chan_skype.conf')).toContain('context = office');
    expect((await applyModel('--overwrite')).code).toBe(0);
    expect(etc.read('chan_skype.conf')).toContain('context = demo');
  });

  it('options that a reload leaves alone: the driver is unloaded and loaded', async () => {
    writeFileSync(modelFile(), readFileSync(modelFile(), 'utf8').replace('/tmp', '/var/tmp'));
    const plan = await sfa('plan', modelFile(), ...target());
    expect(plan.stdout).toContain('A reload leaves engine_directory alone: apply with --restart-driver.');
    const { code, stderr } = await applyModel('--restart-driver');
    expect([code, stderr]).toEqual([0, expect.stringContaining('unload and load chan_skype.so')]);
    expect(await cli('skype show settings')).toContain('/var/tmp');
  });

  it('a dialplan that does not include ours: says what is missing and what to do', async () => {
    const own = etc.read('extensions.conf');
    etc.write('extensions.conf', '[demo]\nexten => wait,1,Wait(600)\n');
    model('Back home', 'routes: { incoming: [{ user: james_bond, dial: Local/wait@demo }] }\n');
    const { code, stdout, stderr } = await applyModel();
    expect([code, stderr]).toEqual([1, expect.stringContaining('not everything is there')]);
    expect(stdout).toContain('FAIL SFA336 lab: 1 hint not registered: 6001@skype-hints\n');
    expect(stdout).toContain(
      'FAIL SFA337 lab: 2 generated contexts not in the running dialplan: skype-hints, skype-in-demo\n',
    );
    expect(stdout).toContain('-> write "include => skype-in-demo" in [demo] of extensions.conf');
    expect(await sfa('doctor')).toMatchObject({
      code: 1,
      stdout: expect.stringContaining(
        'FAIL SFA321 lab: extensions.conf does not include extensions_skype.conf',
      ),
    });
    etc.write('extensions.conf', own);
    await cli('dialplan reload');
    const doctor = await sfa('doctor', '--json');
    const findings = (JSON.parse(doctor.stdout) as { findings: { code: string; severity: string }[] })
      .findings;
    expect(findings.filter(({ severity }) => severity === 'error')).toEqual([]);
    expect(findings.filter(({ severity }) => severity === 'ok').map(({ code }) => code)).toEqual(
      expect.arrayContaining([
        'SFA321',
        'SFA330',
        'SFA331',
        'SFA332',
        'SFA333',
        'SFA338',
        'SFA339',
        'SFA340',
        'SFA341',
      ]),
    );
  });

  it('a module that is absent: nothing is changed, and the message says where to look', async () => {
    const before = deployed();
    const { directory: etcDir } = etc;
    const module = join(etcDir, '..', 'modules', 'chan_skype.so');
    await cli('module unload chan_skype.so');
    renameSync(module, `${module}.away`);
    try {
      model('Away');
      writeFileSync(modelFile(), readFileSync(modelFile(), 'utf8').replace('exten: wait', 'exten: wait2'));
      const { code, stderr } = await applyModel();
      expect(code).toBe(1);
      expect(stderr).toContain('load chan_skype.so failed');
      expect(stderr).toContain("is chan_skype.so among the PBX's modules");
      expect(deployed()).toEqual(before);
      expect(await sfa('plan', modelFile(), '--live')).toMatchObject({
        code: 1,
        stderr: expect.stringContaining('MODULE_ABSENT'),
      });
      expect((await sfa('doctor')).stdout).toContain('FAIL SFA331 lab: chan_skype is not loaded');
    } finally {
      renameSync(`${module}.away`, module);
    }
    expect((await applyModel()).code).toBe(0);
    // Also when no file has changed since.
    await cli('module unload chan_skype.so');
    expect(await applyModel()).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('chan_skype is not loaded: it will be\n'),
    });
    expect(await users()).toContain('james_bond');
  });

  describe('a PBX that dies in the middle of an apply', () => {
    /** Applies by hand; Asterisk is killed right before a module is reloaded. */
    async function dyingAt(module: string): Promise<Error> {
      const { ami } = await lab();
      const link = await connectLink('lab', { ...ami, link: 'socket', tls: null });
      const deployment = await Deployment.open(etc.directory);
      try {
        const control = pbxControl(link);
        const dying: PbxControl = {
          ...control,
          async reload(name) {
            if (name === module) await suspend('SIGKILL');
            await control.reload(name);
          },
        };
        const loaded = loadModel(modelFile(), { env: ENV, readFile: () => '' });
        if (loaded.model === null) throw new Error('the model is good');
        const files = generate(loaded.model, loaded.secrets, { modelFile: modelFile() });
        const steps = rolloutSteps(files, { loaded: true, restart: false });
        return await apply(deployment, files, steps, dying, () => {}).then(
          () => new Error('it went through'),
          (thrown: Error) => thrown,
        );
      } finally {
        await deployment.close();
        await link.stop();
      }
    }

    it('before the first step: the old files are back, and the next apply does it', async () => {
      const before = deployed();
      model('Down', SECOND);
      const { message } = await dyingAt('chan_skype.so');
      expect(message).toContain('reload chan_skype.so failed');
      expect(message).toContain('whether the PBX had taken the new ones is unknown');
      expect(deployed()).toEqual(before);
      expect(await applyModel()).toMatchObject({ code: 1, stdout: '' });
      await resume();
      expect((await applyModel()).code).toBe(0);
      expect(await users()).toContain('q_branch');
    });

    it('behind it: says what is done and what is not, and the next apply finishes', async () => {
      model('Down again');
      const { message } = await dyingAt('pbx_config.so');
      expect(message).toContain(
        'the new files are in place; done: reload chan_skype.so; not done: reload pbx_config.so',
      );
      const wanted = deployed();
      await resume();
      const finished = await applyModel();
      expect([finished.code, finished.stderr]).toEqual([
        0,
        expect.stringContaining('reload chan_skype.so ...\nreload pbx_config.so ...\n'),
      ]);
      expect(deployed()).toEqual(wanted);
      expect(await applyModel()).toMatchObject({ code: 0, stderr: 'nothing to do\n' });
    });
  });

  it('kill -9 at every step: one set of files or a marker, and the next apply ends well', async () => {
    const plain = (more: string) => {
      model('Killed', more);
      // The child knows no environment.
      const text = readFileSync(modelFile(), 'utf8').replaceAll(/\{ env: \w+ \}/g, 'plain');
      writeFileSync(modelFile(), text);
    };
    let kills = 0;
    for (let step = 0; ; step += 1) {
      plain('');
      expect((await applyModel()).code).toBe(0);
      const old = deployed();
      plain(SECOND);
      const child = spawnSync(process.execPath, [CHILD, modelFile(), String(step)], { encoding: 'utf8' });
      if (child.signal === null) {
        expect([child.status, child.stderr]).toEqual([0, expect.any(String)]);
        break;
      }
      kills += 1;
      const left = deployed();
      const marked = existsSync(join(etc.directory, '.sfa', 'deployment.json'));
      const { code, stderr } = await applyModel();
      expect([code, stderr]).toEqual([0, expect.any(String)]);
      expect(await users()).toContain('q_branch');
      const fresh = deployed();
      if (!marked) expect([old, fresh]).toContainEqual(left);
      expect(existsSync(join(etc.directory, '.sfa', 'deployment.json'))).toBe(false);
    }
    // Staging, marking, replacing two files each, two reloads, and the end of the marker.
    expect(kills).toBeGreaterThanOrEqual(10);
  }, 120_000);

  it('the way back to the bare Asterisk: the driver is unloaded, its file taken away', async () => {
    rmSync(join(etc.directory, '.sfa'), { recursive: true });
    await cli('module unload chan_skype.so');
    for (const name of ['chan_skype.conf', 'extensions_skype.conf']) etc.remove(name);
    model();
    expect((await applyModel()).code).toBe(0);
    const { code, stdout, stderr } = await sfa('rollback', ...target());
    expect([code, stderr]).toEqual([0, expect.stringContaining('unload chan_skype.so')]);
    expect(stdout).toContain('removed chan_skype.conf\nrestored extensions_skype.conf\n');
    expect(await cli('module show like chan_skype')).toContain('0 modules loaded');
    expect(await cli('core show hints')).not.toContain('6001@skype-hints');
  });
});
