import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Deployment } from '../../src/services/provisioning/deployment.ts';

const CHILD = new URL('deploy-child.ts', import.meta.url).pathname;
const NEW = [
  { name: 'chan_skype.conf', text: 'new chan_skype\n' },
  { name: 'extensions_skype.conf', text: 'new extensions\n' },
];

describe('Deployment', () => {
  let directory: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'sfa-deploy-'));
    writeFileSync(join(directory, 'chan_skype.conf'), 'old chan_skype\n');
    chmodSync(join(directory, 'chan_skype.conf'), 0o600);
    writeFileSync(join(directory, 'manager.conf'), "the operator's\n");
  });
  afterEach(() => rmSync(directory, { recursive: true }));

  const read = () =>
    Object.fromEntries(
      readdirSync(directory)
        .filter((name) => name.endsWith('.conf'))
        .map((name) => [name, readFileSync(join(directory, name), 'utf8')]),
    );
  const OLD = { 'chan_skype.conf': 'old chan_skype\n', 'manager.conf': "the operator's\n" };
  const FRESH = {
    'chan_skype.conf': 'new chan_skype\n',
    'extensions_skype.conf': 'new extensions\n',
    'manager.conf': "the operator's\n",
  };
  async function deploy() {
    const deployment = await Deployment.open(directory);
    await deployment.write(NEW);
    await deployment.finish();
    await deployment.close();
  }

  it('replaces all files, keeps modes, and remembers the old set', async () => {
    await deploy();
    expect(read()).toEqual(FRESH);
    expect(statSync(join(directory, 'chan_skype.conf')).mode & 0o777).toBe(0o600);
    expect(statSync(join(directory, 'extensions_skype.conf')).mode & 0o777).toBe(0o640);
    const later = await Deployment.open(directory);
    expect(await later.recover()).toBe('none');
    expect(await later.backups()).toMatchObject([
      {
        files: [
          { name: 'chan_skype.conf', text: 'old chan_skype\n' },
          { name: 'extensions_skype.conf', text: null },
        ],
      },
    ]);
    await later.close();
  });

  it('puts the old set back, and removes what was not there', async () => {
    const deployment = await Deployment.open(directory);
    await deployment.write(NEW);
    expect(read()).toEqual(FRESH);
    await deployment.undo();
    await deployment.close();
    expect(read()).toEqual(OLD);
    expect(statSync(join(directory, 'chan_skype.conf')).mode & 0o777).toBe(0o600);
  });

  it("gives new files to the directory's owner where root writes, and keeps the owner of old ones", async () => {
    const root = process.getuid?.() === 0;
    if (root) chownSync(directory, 4_711, 4_712);
    await deploy();
    const owner = (name: string) => {
      const { uid, gid } = statSync(join(directory, name));
      return [uid, gid];
    };
    const own = [process.getuid?.(), process.getgid?.()];
    expect(owner('extensions_skype.conf')).toEqual(root ? [4_711, 4_712] : own);
    expect(owner('chan_skype.conf')).toEqual(own);
  });

  it('replaces no symbolic link', async () => {
    symlinkSync('manager.conf', join(directory, 'extensions_skype.conf'));
    const deployment = await Deployment.open(directory);
    await expect(deployment.write(NEW)).rejects.toThrow('extensions_skype.conf: found a symbolic link');
    await deployment.close();
    expect(read()).toEqual({ ...OLD, 'extensions_skype.conf': "the operator's\n" });
  });

  it('takes files away, and puts them back', async () => {
    await deploy();
    const deployment = await Deployment.open(directory);
    await deployment.write([{ name: 'extensions_skype.conf', text: null }]);
    expect(Object.keys(read())).toEqual(['chan_skype.conf', 'manager.conf']);
    await deployment.undo();
    expect(read()).toEqual(FRESH);
    await deployment.write([{ name: 'extensions_skype.conf', text: null }]);
    await deployment.finish();
    const [last, first] = await deployment.backups();
    expect(last?.files).toEqual([{ name: 'extensions_skype.conf', text: 'new extensions\n' }]);
    await deployment.write(first?.files ?? []);
    expect(read()).toEqual(OLD);
    await deployment.close();
  });

  it('keeps the last five backups', async () => {
    for (let round = 0; round < 7; round += 1) await deploy();
    expect(readdirSync(join(directory, '.sfa')).filter((name) => name.startsWith('backup-'))).toHaveLength(5);
  });

  it('lets one run in at a time', async () => {
    const first = await Deployment.open(directory);
    await expect(Deployment.open(directory)).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      message: expect.stringContaining(`another run (process ${process.pid})`),
    });
    await first.close();
    const second = await Deployment.open(directory);
    await second.close();
  });

  it('names a directory that is not there', async () => {
    await expect(Deployment.open(join(directory, 'none'))).rejects.toThrow('there is no such directory');
  });

  it.each(['write', 'undo'])(
    'kill -9 at every step of %s leaves one set, or a marker that the next run undoes',
    async (kind) => {
      let killed = 0;
      for (let step = 0; ; step += 1) {
        rmSync(directory, { recursive: true });
        directory = mkdtempSync(join(tmpdir(), 'sfa-deploy-'));
        for (const [name, text] of Object.entries(OLD)) writeFileSync(join(directory, name), text);
        const { signal, status, stderr } = spawnSync(
          process.execPath,
          [CHILD, directory, String(step), kind],
          { encoding: 'utf8' },
        );
        if (signal === null) {
          expect([status, stderr]).toEqual([0, expect.any(String)]);
          break;
        }
        killed += 1;
        const marked = readdirSync(join(directory, '.sfa')).includes('deployment.json');
        const left = JSON.stringify(read());
        if (!marked) expect([JSON.stringify(OLD), JSON.stringify(FRESH)]).toContain(left);
        const next = await Deployment.open(directory);
        const recovery = await next.recover();
        await next.close();
        expect(read()).toEqual(
          recovery === 'written' || (!marked && left === JSON.stringify(FRESH)) ? FRESH : OLD,
        );
      }
      // Staging two files, two marks, two replacements and the end of the marker at least.
      expect(killed).toBeGreaterThanOrEqual(7);
    },
  );
});
