import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runSfa } from '../../src/cli/commands.ts';
import { readDialplanConf } from '../../src/sim/conf/dialplan-conf.ts';
import { readDriverConf } from '../../src/sim/conf/driver-conf.ts';
import { type SimulatedPbx, startSimulatedPbx } from '../../src/sim/pbx.ts';
import { plainVariation } from '../../src/sim/variation/variation.ts';
import { recordingTerminal } from '../helpers/terminal.ts';

describe('sfa plan, apply and rollback', () => {
  let directory: string;
  let target: string;
  let pbx: SimulatedPbx;
  beforeEach(async () => {
    directory = mkdtempSync(join(tmpdir(), 'sfa-apply-'));
    target = join(directory, 'etc');
    mkdirSync(target);
    writeFileSync(join(target, 'extensions.conf'), '#tryinclude "extensions_skype.conf"\n');
    pbx = await startSimulatedPbx({
      accounts: [],
      managers: [{ username: 'sfa', secret: 'manager', read: ['all'], write: ['all'] }],
      ari: { username: 'sfa', password: 'x' },
      readAccounts: () => readDriverConf(join(target, 'chan_skype.conf')).accounts,
      readDialplan: () => readDialplanConf(join(target, 'extensions.conf')),
    });
    writeFileSync(
      join(directory, 'sfa.yaml'),
      `pbxs:\n  main:\n    model: model.yaml\n    ami: { port: ${pbx.ami.port}, username: sfa, secret: { env: AMI } }\n`,
    );
    model('demo');
  });
  afterEach(async () => {
    await pbx.stop();
    rmSync(directory, { recursive: true });
  });

  const modelFile = () => join(directory, 'model.yaml');
  const model = (context: string, more = '') =>
    writeFileSync(
      modelFile(),
      `version: 1\n${more}users:\n  james_bond: { secret: { env: JAMES }, context: ${context}, buddies: { echo123: { hint: 6001 } } }\n`,
    );
  const buddies = () =>
    [...(pbx.community.account('james_bond')?.buddies ?? [])].map(({ name }) => name).sort();
  async function sfa(...args: string[]) {
    const terminal = recordingTerminal({ JAMES: 'hunter2', AMI: 'manager' });
    const code = await runSfa(args, terminal);
    return { code, stdout: terminal.stdout(), stderr: terminal.stderr() };
  }
  const plan = (...more: string[]) => sfa('plan', modelFile(), '--target', target, ...more);
  const apply = (...more: string[]) =>
    sfa('apply', modelFile(), '--target', target, '--config', join(directory, 'sfa.yaml'), ...more);
  const deployed = () => readFileSync(join(target, 'chan_skype.conf'), 'utf8');

  it('plans a diff without secrets, applies it, and then there is nothing to do', async () => {
    const first = await plan();
    expect(first.code).toBe(2);
    expect(first.stdout).toContain('+[james_bond]');
    expect(first.stdout).not.toContain('hunter2');
    expect(await apply('--yes')).toMatchObject({
      code: 0,
      stderr: expect.stringContaining('reload chan_skype.so'),
    });
    expect(deployed()).toContain('secret = hunter2');
    expect(await plan()).toMatchObject({ code: 0 });
    expect(await apply('--yes')).toMatchObject({ code: 0, stderr: expect.stringContaining('nothing to do') });
  });

  it('prints the plan as JSON', async () => {
    const { stdout } = await plan('--json');
    expect(JSON.parse(stdout)).toMatchObject({
      files: [
        { name: 'chan_skype.conf', action: 'create', ownership: null },
        { name: 'extensions_skype.conf', action: 'create', ownership: null },
      ],
      loadOnly: [],
    });
  });

  it('changes nothing with --dry-run, nor without a terminal to ask on', async () => {
    expect(await apply('--dry-run')).toMatchObject({ code: 0 });
    expect(await apply()).toMatchObject({ code: 1, stderr: expect.stringContaining('--yes') });
    expect(await plan()).toMatchObject({ code: 2 });
  });

  it('shows what would change about live accounts, with and without files', async () => {
    await apply('--yes');
    expect(await plan('--live', '--config', join(directory, 'sfa.yaml'))).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('Live accounts of main: 1 account, 0 to change\n'),
    });
    const bond = pbx.community.account('james_bond');
    if (bond === undefined) throw new Error('james_bond is on the PBX');
    pbx.community.removeBuddy(bond, 'echo123');
    bond.buddies.add('dr_evil');
    const live = (...more: string[]) =>
      sfa('plan', modelFile(), '--live', '--config', join(directory, 'sfa.yaml'), ...more);
    expect(await live()).toMatchObject({
      code: 2,
      stdout: `Live accounts of main: 1 account, 1 to change
  james_bond (Logged In)
    add buddy echo123
    not in the model, and kept without --prune: dr_evil
`,
    });
    const { stdout } = await live('--prune', '--json');
    expect(JSON.parse(stdout)).toEqual({
      files: null,
      loadOnly: null,
      live: {
        pbx: 'main',
        changes: 1,
        accounts: [
          {
            user: 'james_bond',
            status: 'Logged In',
            login: null,
            set: [],
            add: ['echo123'],
            remove: ['dr_evil'],
            strangers: [],
            error: null,
          },
        ],
      },
    });
    // Files are as they should be: only the live account is brought to the model.
    expect(await apply('--yes')).toMatchObject({ code: 0, stderr: expect.not.stringContaining('reload') });
    expect(buddies()).toEqual(['dr_evil', 'echo123']);
    expect(await apply('--yes', '--prune')).toMatchObject({ code: 0 });
    expect(buddies()).toEqual(['echo123']);
    expect(await live()).toMatchObject({ code: 0 });
  });

  it('wants a directory or the running PBX to plan for', async () => {
    expect(await sfa('plan', modelFile(), '--target', join(directory, 'nowhere'))).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('nowhere: there is no such directory'),
    });
    expect(await sfa('plan', modelFile())).toMatchObject({
      code: 64,
      stderr: expect.stringContaining('give --target DIR, --live, or both'),
    });
  });

  it('looks after an apply whether everything is there, and says what is not', async () => {
    const good = await apply('--yes', '--json');
    expect(good.code).toBe(0);
    expect(JSON.parse(good.stdout)).toMatchObject({
      steps: ['write the files', 'reload chan_skype.so', 'reload pbx_config.so'],
      reconciled: [{ user: 'james_bond', error: null, plan: { add: ['echo123'] } }],
      checks: [
        { code: 'SFA334', severity: 'ok', message: 'the running driver has all 1 account' },
        { code: 'SFA335', severity: 'ok' },
        { code: 'SFA336', severity: 'ok' },
        { code: 'SFA337', severity: 'ok' },
      ],
      complete: true,
    });
    writeFileSync(join(target, 'extensions.conf'), '[demo]\n');
    model('demo', 'routes: { incoming: [{ user: james_bond, dial: PJSIP/7 }] }\n');
    const bad = await apply('--yes');
    expect(bad.code).toBe(1);
    expect(bad.stdout).toContain(`FAIL SFA336 main: 1 hint not registered: 6001@skype-hints
            -> #tryinclude extensions_skype.conf in extensions.conf, then dialplan reload
FAIL SFA337 main: 2 generated contexts not in the running dialplan: skype-hints, skype-in-demo
            -> #tryinclude extensions_skype.conf in extensions.conf, then dialplan reload
warn SFA338 main: [demo] does not include skype-in-demo, so calls from Skype end there
            -> write "include => skype-in-demo" in [demo] of extensions.conf, then dialplan reload
`);
    expect(bad.stderr).toContain('not everything is there');
  });

  it('logs in what can be logged in, and names what cannot', async () => {
    model('demo', 'defaults: { direction: both }\n');
    writeFileSync(
      modelFile(),
      'version: 1\nusers: { james_bond: { secret: { env: JAMES } }, m_office: { context: demo } }\n',
    );
    const { code, stdout } = await apply('--yes');
    expect(code).toBe(0);
    expect(stdout).toContain(
      'ok   SFA335 main: 1 account logged in; without a password in the files: m_office\n',
    );
    pbx.community.logoffAll();
    expect((await plan('--live', '--config', join(directory, 'sfa.yaml'))).stdout).toContain(
      '  james_bond (Logged Out)\n    log in; its profile and buddies are looked at then\n',
    );
    expect(await apply('--yes')).toMatchObject({ code: 0 });
    expect(pbx.community.account('james_bond')?.loggedIn).toBe(true);
  });

  it('tells how many accounts leave, and leaves live accounts alone with --files-only', async () => {
    writeFileSync(
      modelFile(),
      'version: 1\nusers: { james_bond: { secret: { env: JAMES } }, q_branch: { secret: { env: JAMES } } }\n',
    );
    await apply('--yes');
    model('demo');
    const planned = await plan('--live', '--config', join(directory, 'sfa.yaml'));
    expect(planned.stdout).toContain('  q_branch (Logged In)\n    log off; the model has it no more\n');
    expect(await apply('--yes', '--files-only')).toMatchObject({ code: 0 });
    expect(buddies()).toEqual([]);
    expect(pbx.community.account('q_branch')).toBeUndefined();
  });

  describe('rollback', () => {
    const rollback = (...more: string[]) =>
      sfa('rollback', '--target', target, '--config', join(directory, 'sfa.yaml'), ...more);

    it('goes back to the set before, and back again', async () => {
      await apply('--yes');
      const first = deployed();
      model('other');
      await apply('--yes');
      const second = deployed();
      expect(second).toContain('context = other');
      expect(await rollback()).toMatchObject({
        code: 0,
        stdout: expect.stringMatching(/^restored chan_skype\.conf\n(restored extensions_skype\.conf\n)?ok /),
      });
      expect(deployed()).toBe(first);
      expect((await rollback()).code).toBe(0);
      expect(deployed()).toBe(second);
    });

    it('goes back to any set of the list', async () => {
      await apply('--yes');
      const first = deployed();
      for (const context of ['second', 'third']) {
        model(context);
        await apply('--yes');
      }
      const list = JSON.parse((await rollback('--list', '--json')).stdout) as { id: string }[];
      expect(list).toHaveLength(3);
      expect((await rollback('--list')).stdout.split('\n')[2]).toBe(
        `${list[2]?.id}  chan_skype.conf (not there), extensions_skype.conf (not there)`,
      );
      expect((await rollback('--to', list[1]?.id ?? '')).code).toBe(0);
      expect(deployed()).toBe(first);
      expect(await rollback('--to', 'nothing')).toMatchObject({
        code: 1,
        stderr: expect.stringContaining('found no backup "nothing"'),
      });
    });

    it('takes the first apply back: the driver is unloaded, and what may be included is emptied', async () => {
      await apply('--yes');
      const { code, stdout, stderr } = await rollback();
      expect(code).toBe(0);
      expect(stdout).toContain('removed chan_skype.conf\nrestored extensions_skype.conf\n');
      expect(stderr).toContain('unload chan_skype.so');
      expect(() => deployed()).toThrow('ENOENT');
      expect(readFileSync(join(target, 'extensions_skype.conf'), 'utf8')).not.toContain('[');
      // And from there on again.
      const again = await apply('--yes');
      expect(again).toMatchObject({ code: 0, stderr: expect.stringContaining('\nload chan_skype.so') });
      expect(buddies()).toEqual(['echo123']);
    });

    it('does not lose what was changed by hand', async () => {
      await apply('--yes');
      model('other');
      await apply('--yes');
      writeFileSync(join(target, 'chan_skype.conf'), `${deployed()}[extra]\n`);
      expect(await rollback()).toMatchObject({
        code: 1,
        stderr: expect.stringContaining('chan_skype.conf: found changes made by hand'),
      });
      expect(deployed()).toContain('[extra]');
      expect((await rollback('--overwrite')).code).toBe(0);
    });

    it('says when there is nothing to go back to', async () => {
      expect(await rollback()).toMatchObject({
        code: 1,
        stderr: expect.stringContaining('there is no backup'),
      });
      expect(await rollback('--list')).toMatchObject({ code: 0, stderr: 'there is no backup\n' });
    });
  });

  it('does not overwrite what was changed by hand, until told to', async () => {
    await apply('--yes');
    writeFileSync(join(target, 'chan_skype.conf'), `${deployed()}[extra]\n`);
    model('other');
    expect(await plan()).toMatchObject({ code: 2, stdout: expect.stringContaining('changed by hand') });
    expect(await apply('--yes')).toMatchObject({ code: 1, stderr: expect.stringContaining('--overwrite') });
    expect(deployed()).toContain('[extra]');
    expect(await apply('--yes', '--overwrite')).toMatchObject({ code: 0 });
    expect(deployed()).not.toContain('[extra]');
  });

  it("never overwrites an operator's own file", async () => {
    writeFileSync(join(target, 'chan_skype.conf'), '[general]\n');
    expect(await apply('--yes', '--overwrite')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('sfa did not write'),
    });
    expect(deployed()).toBe('[general]\n');
  });

  it('empties the file of managers when the model has none any more', async () => {
    model('demo', 'manager: { script: { secret: { env: JAMES } } }\n');
    expect((await apply('--yes')).code).toBe(0);
    const managers = () => readFileSync(join(target, 'manager_skype.conf'), 'utf8');
    expect(managers()).toContain('[script]');
    model('demo');
    const { code, stdout, stderr } = await apply('--yes');
    expect([code, stdout, stderr]).toEqual([
      0,
      expect.stringContaining('manager_skype.conf: replace'),
      expect.stringContaining('reload manager'),
    ]);
    expect(managers()).not.toContain('[');
    expect((await plan()).code).toBe(0);
  });

  it('does not bother the driver, nor its calls, for what stands in another file', async () => {
    const own =
      '[demo]\nexten => james_bond,1,Wait(600)\ninclude => skype-in-demo\n#include "extensions_skype.conf"\n';
    writeFileSync(join(target, 'extensions.conf'), own);
    await apply('--yes');
    expect(pbx.calls.incomingCall({ from: 'dr_evil', to: 'james_bond' })).toMatchObject({ tech: 'Skype' });
    model('demo', 'routes: { incoming: [{ user: james_bond, dial: PJSIP/7 }] }\n');
    const { code, stdout, stderr } = await apply('--yes');
    expect(stdout).toContain('chan_skype.conf: replace (comments only: nothing is reloaded for it)\n');
    expect([code, stderr]).toEqual([0, expect.not.stringContaining('reload chan_skype.so')]);
    expect(stderr).toContain('reload pbx_config.so');
    expect((await plan()).code).toBe(0);
  });

  it('refuses with the reason while a call is up, and changes nothing', async () => {
    const own = '[demo]\nexten => james_bond,1,Wait(600)\n#include "extensions_skype.conf"\n';
    writeFileSync(join(target, 'extensions.conf'), own);
    await apply('--yes');
    const first = deployed();
    expect(pbx.calls.incomingCall({ from: 'dr_evil', to: 'james_bond' })).toMatchObject({ tech: 'Skype' });
    model('other');
    const refused = await apply('--yes', '--json');
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain(
      '1 Skype channel is up, and the driver takes new files only without a call',
    );
    expect(JSON.parse(refused.stdout)).toMatchObject({
      failure: { code: 'PBX_REFUSED', done: [], restored: true },
    });
    expect(deployed()).toBe(first);
  });

  it('leaves an Asterisk alone that is too old to say whether it took the files', async () => {
    await pbx.stop();
    pbx = await startSimulatedPbx({
      accounts: [],
      managers: [{ username: 'sfa', secret: 'manager', read: ['all'], write: ['all'] }],
      ari: { username: 'sfa', password: 'x' },
      variation: plainVariation('1.4'),
      amiPort: pbx.ami.port,
    });
    const { code, stderr } = await apply('--yes');
    expect(code).toBe(1);
    expect(stderr).toContain(
      'this Asterisk is too old to be reloaded from here: write the files with sfa generate',
    );
    expect(() => deployed()).toThrow('ENOENT');
  });

  it('writes nothing when the PBX cannot be reached, and still shows what it would', async () => {
    await apply('--yes');
    const first = deployed();
    model('other');
    await pbx.stop();
    expect(await apply('--yes')).toMatchObject({ code: 1, stdout: '' });
    expect(await apply('--dry-run')).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('+context = other'),
      stderr: expect.stringContaining('the PBX cannot be looked at'),
    });
    expect(deployed()).toBe(first);
  });

  it('says which options need more than a reload', async () => {
    await apply('--yes');
    model('demo', 'general: { engine_directory: /var/lib/skype }\n');
    expect((await plan()).stdout).toContain('A reload leaves engine_directory alone');
    expect(await apply('--yes')).toMatchObject({
      code: 0,
      stderr: expect.stringContaining('reload chan_skype'),
    });
    // Deployed by then: the restart is still to be had.
    expect(await apply('--yes', '--restart-driver')).toMatchObject({
      code: 0,
      stderr: expect.stringContaining('unload and load chan_skype.so ...\nbring the live accounts'),
    });
  });
});
