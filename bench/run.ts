/** `npm run bench -- NAME [options]`: runs one of the benches beside this file. */
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';

const names = readdirSync(import.meta.dirname, { withFileTypes: true })
  .filter((entry) => entry.isFile() && entry.name.endsWith('.ts') && entry.name !== 'run.ts')
  .map((entry) => entry.name.slice(0, -3));
const [name = '', ...options] = process.argv.slice(2);
if (names.includes(name)) {
  const bench = join(import.meta.dirname, `${name}.ts`);
  const { status } = spawnSync(process.execPath, ['--expose-gc', bench, ...options], { stdio: 'inherit' });
  process.exitCode = status ?? 1;
} else {
  process.stderr.write(`usage: npm run bench -- NAME, where NAME is one of: ${names.join(', ')}\n`);
  process.exitCode = 64;
}
