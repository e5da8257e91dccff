import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CompanionError } from '../../src/model/errors.ts';
import { apply, reloadSteps, runSteps } from '../../src/services/provisioning/apply.ts';
import { Deployment } from '../../src/services/provisioning/deployment.ts';
import type { PbxControl } from '../../src/services/provisioning/pbx-control.ts';

const FILES = [
  { name: 'chan_skype.conf', text: 'new\n' },
  { name: 'extensions_skype.conf', text: 'new\n' },
];

describe('apply', () => {
  let directory: string;
  let deployment: Deployment;
  beforeEach(async () => {
    directory = mkdtempSync(join(tmpdir(), 'sfa-apply-'));
    writeFileSync(join(directory, 'chan_skype.conf'), 'old\n');
    deployment = await Deployment.open(directory);
  });
  afterEach(async () => {
    await deployment.close();
    rmSync(directory, { recursive: true });
  });

  /** A PBX that refuses one step. */
  function pbx(refuses: string | null, error = new CompanionError('PBX_REFUSED', 'a call is up')) {
    const asked: string[] = [];
    const step = async (what: string) => {
      asked.push(what);
      if (what === refuses) throw error;
    };
    const control: PbxControl = {
      reload: (module) => step(`reload ${module}`),
      unload: (module) => step(`unload ${module}`),
      load: (module) => step(`load ${module}`),
      isLoaded: async () => true,
      accountStatus: async () => 'Logged In',
      hasHint: async () => true,
      includesOf: async () => [],
    };
    return { control, asked };
  }
  const text = (name: string) => readFileSync(join(directory, name), 'utf8');
  const steps = reloadSteps(['chan_skype.conf', 'extensions_skype.conf'], false);

  it('reloads the driver first, then the dialplan, then the manager', async () => {
    const { control, asked } = pbx(null);
    const names = ['manager_skype.conf', 'extensions_skype.conf', 'chan_skype.conf'];
    await apply(deployment, FILES, reloadSteps(names, false), control, () => {});
    expect(asked).toEqual(['reload chan_skype.so', 'reload pbx_config.so', 'reload manager']);
    expect(text('chan_skype.conf')).toBe('new\n');
    expect((await deployment.previous())?.files).toEqual([{ name: 'chan_skype.conf', text: 'old\n' }]);
  });

  it('unloads and loads the driver where a reload is not enough', () => {
    expect(reloadSteps(['chan_skype.conf'], true).map(({ name }) => name)).toEqual([
      'unload chan_skype.so',
      'load chan_skype.so',
    ]);
  });

  it('puts all files back when the first step is refused', async () => {
    const failing = apply(deployment, FILES, steps, pbx('reload chan_skype.so').control, () => {});
    await expect(failing).rejects.toMatchObject({ code: 'PBX_REFUSED', restored: true, done: [] });
    await expect(failing).rejects.toThrow(
      'reload chan_skype.so failed: a call is up; the old files are back and the PBX runs them',
    );
    expect(text('chan_skype.conf')).toBe('old\n');
    expect(existsSync(join(directory, 'extensions_skype.conf'))).toBe(false);
  });

  it('does not claim to know what a PBX runs that went away', async () => {
    const gone = new CompanionError('AMI_DISCONNECTED', 'connection lost');
    const failing = apply(deployment, FILES, steps, pbx('reload chan_skype.so', gone).control, () => {});
    await expect(failing).rejects.toThrow('whether the PBX had taken the new ones is unknown');
  });

  it('says after a later failure what is done, what is not, and a next run finishes it', async () => {
    const failing = apply(deployment, FILES, steps, pbx('reload pbx_config.so').control, () => {});
    await expect(failing).rejects.toMatchObject({
      restored: false,
      done: ['reload chan_skype.so'],
      open: ['reload pbx_config.so'],
    });
    await expect(failing).rejects.toThrow('run sfa apply again to finish');
    expect(text('chan_skype.conf')).toBe('new\n');
    await deployment.close();
    deployment = await Deployment.open(directory);
    expect(await deployment.recover()).toBe('written');
    const { control, asked } = pbx(null);
    await runSteps(deployment, steps, control, () => {});
    expect(asked).toHaveLength(2);
    expect(await deployment.recover()).toBe('none');
  });
});
