import {
  chmod,
  lstat,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { writeFiles } from '../../src/dialplan/write.ts';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'sfa-write-'));
});
afterEach(async () => {
  await rm(directory, { recursive: true, force: true });
});

const mode = async (name: string) => (await stat(join(directory, name))).mode & 0o7777;

describe('writing files', () => {
  test('makes them readable for owner and group only, whatever the umask is', async () => {
    expect(await writeFiles(directory, [{ name: 'a.conf', text: 'é\n' }])).toEqual([
      { path: join(directory, 'a.conf'), bytes: 3 },
    ]);
    expect(await readFile(join(directory, 'a.conf'), 'utf8')).toBe('é\n');
    expect(await mode('a.conf')).toBe(0o640);
  });

  test('keeps the mode of a file that is there', async () => {
    await writeFile(join(directory, 'a.conf'), 'old');
    await chmod(join(directory, 'a.conf'), 0o600);
    await writeFiles(directory, [{ name: 'a.conf', text: 'new' }]);
    expect(await readFile(join(directory, 'a.conf'), 'utf8')).toBe('new');
    expect(await mode('a.conf')).toBe(0o600);
  });

  test('replaces what a symbolic link points to, not the link', async () => {
    await mkdir(join(directory, 'real'));
    await writeFile(join(directory, 'real', 'a.conf'), 'old');
    await symlink(join('real', 'a.conf'), join(directory, 'a.conf'));
    await writeFiles(directory, [{ name: 'a.conf', text: 'new' }]);
    expect((await lstat(join(directory, 'a.conf'))).isSymbolicLink()).toBe(true);
    expect(await readFile(join(directory, 'real', 'a.conf'), 'utf8')).toBe('new');
  });

  test('replaces none when one cannot be written, and leaves nothing behind', async () => {
    await writeFile(join(directory, 'a.conf'), 'old');
    const files = [
      { name: 'a.conf', text: 'new' },
      { name: 'absent/b.conf', text: 'new' },
    ];
    await expect(writeFiles(directory, files)).rejects.toMatchObject({ code: 'ENOENT' });
    expect(await readdir(directory)).toEqual(['a.conf']);
    expect(await readFile(join(directory, 'a.conf'), 'utf8')).toBe('old');
  });

  test.each([
    ['absent', 'there is no such directory'],
    ['file', 'that is no directory'],
  ])('names a directory that is none: %s', async (name, why) => {
    await writeFile(join(directory, 'file'), '');
    await expect(writeFiles(join(directory, name), [])).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      message: `--out ${join(directory, name)}: ${why}; nothing was written`,
    });
  });
});
