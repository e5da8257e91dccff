import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CompanionError } from '../../src/model/errors.ts';
import { apply, rolloutSteps, runSteps } from '../../src/services/provisioning/apply.ts';
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

  /** A PBX that refuses one step, once. */
  function pbx(
    refuses: string | null,
    error = new CompanionError('PBX_REFUSED', 'no'),
    { channels = 0 }: { channels?: number } = {},
  ) {
    const asked: string[] = [];
    let loaded = true;
    const step = async (what: string) => {
      const first = !asked.includes(what);
      asked.push(what);
      if (what === refuses && first) throw error;
      if (what.startsWith('unload')) loaded = false;
      if (what.startsWith('load')) loaded = true;
    };
    const control: PbxControl = {
      reload: (module) => step(`reload ${module}`),
      unload: (module) => step(`unload ${module}`),
      load: (module) => step(`load ${module}`),
      isLoaded: async () => loaded,
      accountStatus: async () => 'Logged In',
      hasHint: async () => true,
      includesOf: async () => [],
      skypeChannels: async () => channels,
    };
    return { control, asked };
  }
  const text = (name: string) => readFileSync(join(directory, name), 'utf8');
  const steps = rolloutSteps(FILES, { loaded: true, restart: false });
  const stepNames = (name: string, text: string | null, driver: { loaded: boolean; restart: boolean }) =>
    rolloutSteps([{ name, text }], driver).map((step) => step.name);

  it('reloads the driver first, then the dialplan, then the manager', async () => {
    const { control, asked } = pbx(null);
    const all = [{ name: 'manager_skype.conf', text: 'new\n' }, ...FILES.toReversed()];
    await apply(deployment, FILES, rolloutSteps(all, { loaded: true, restart: false }), control, () => {});
    expect(asked).toEqual(['reload chan_skype.so', 'reload pbx_config.so', 'reload manager']);
    expect(text('chan_skype.conf')).toBe('new\n');
    expect((await deployment.backups())[0]?.files).toEqual([
      { name: 'chan_skype.conf', text: 'old\n' },
      { name: 'extensions_skype.conf', text: null },
    ]);
  });

  it('does with the driver what its file and its state ask for', () => {
    const names = (text: string | null, loaded: boolean, restart = false) =>
      stepNames('chan_skype.conf', text, { loaded, restart });
    expect(names('new', true)).toEqual(['reload chan_skype.so']);
    expect(names('new', true, true)).toEqual(['unload and load chan_skype.so']);
    expect(names('new', false)).toEqual(['load chan_skype.so']);
    expect(names(null, true)).toEqual(['unload chan_skype.so']);
    expect(names(null, false)).toEqual([]);
    expect(stepNames('manager_skype.conf', 'new', { loaded: true, restart: true })).toEqual([
      'reload manager',
    ]);
  });

  it('loads the driver again with the old files when it refuses the new ones', async () => {
    const { control, asked } = pbx('load chan_skype.so');
    const restart = rolloutSteps(FILES, { loaded: true, restart: true });
    const failing = apply(deployment, FILES, restart, control, () => {});
    await expect(failing).rejects.toThrow('all files are as they were, and so is the PBX');
    expect(asked).toEqual(['unload chan_skype.so', 'load chan_skype.so', 'load chan_skype.so']);
    expect(text('chan_skype.conf')).toBe('old\n');
  });

  it('puts all files back when the first step is refused', async () => {
    const failing = apply(deployment, FILES, steps, pbx('reload chan_skype.so').control, () => {});
    await expect(failing).rejects.toMatchObject({ code: 'PBX_REFUSED', restored: true, done: [] });
    await expect(failing).rejects.toThrow(
      "reload chan_skype.so failed: no; the PBX's log gives the reason; all files are as they were, and so is the PBX",
    );
    expect(text('chan_skype.conf')).toBe('old\n');
    expect(existsSync(join(directory, 'extensions_skype.conf'))).toBe(false);
  });

  it('says that calls are up, which is why the driver refuses', async () => {
    const { control } = pbx('reload chan_skype.so', undefined, { channels: 2 });
    await expect(apply(deployment, FILES, steps, control, () => {})).rejects.toThrow(
      '2 Skype channels are up, and the driver takes new files only without a call (manual 2.5)',
    );
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
