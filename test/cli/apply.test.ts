import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { COMMANDS } from '../../src/cli/commands.ts';
import { runCli } from '../../src/cli/program.ts';
import { type SimulatedPbx, startSimulatedPbx } from '../../src/sim/pbx.ts';
import { recordingTerminal } from '../helpers/terminal.ts';

describe('sfa plan, apply and rollback', () => {
  let directory: string;
  let target: string;
  let pbx: SimulatedPbx;
  beforeEach(async () => {
    directory = mkdtempSync(join(tmpdir(), 'sfa-apply-'));
    target = join(directory, 'etc');
    mkdirSync(target);
    pbx = await startSimulatedPbx({
      accounts: [{ user: 'james_bond', secret: 'x' }],
      managers: [{ username: 'sfa', secret: 'manager', read: ['all'], write: ['all'] }],
      ari: { username: 'sfa', password: 'x' },
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
  const model = (context: string, general = '') =>
    writeFileSync(
      modelFile(),
      `version: 1\n${general}users:\n  james_bond: { secret: { env: JAMES }, context: ${context} }\n`,
    );
  async function sfa(...args: string[]) {
    const terminal = recordingTerminal({ JAMES: 'hunter2', AMI: 'manager' });
    const code = await runCli(args, terminal, COMMANDS);
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

  it('goes back to the set before', async () => {
    await apply('--yes');
    const first = deployed();
    model('other');
    await apply('--yes');
    expect(deployed()).toContain('context = other');
    const rollback = await sfa('rollback', '--target', target, '--config', join(directory, 'sfa.yaml'));
    expect(rollback).toMatchObject({ code: 0 });
    expect(deployed()).toBe(first);
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

  it('puts the old files back when the PBX cannot be asked', async () => {
    await apply('--yes');
    const first = deployed();
    model('other');
    await pbx.stop();
    expect((await apply('--yes')).code).toBe(1);
    expect(deployed()).toBe(first);
  });

  it('says which options need more than a reload', async () => {
    await apply('--yes');
    model('demo', 'general: { engine_directory: /var/lib/skype }\n');
    expect((await plan()).stdout).toContain('A reload leaves engine_directory alone');
  });
});
