import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import process from 'node:process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const CHECKOUT = resolve(import.meta.dirname, '..');
const PACKED = [
  'package.json',
  'package-lock.json',
  'tsconfig.json',
  'tsconfig.build.json',
  'README.md',
  'LICENSE',
  'CHANGELOG.md',
  'src',
  'tools',
  'conf-templates',
  'deploy',
  'examples',
];
const run = promisify(execFile);
/** What `examples/demo.yaml` takes from the environment. */
const SECRETS = { JAMES_SECRET: 'a', Q_SECRET: 'b', MONEYPENNY_SECRET: 'c' };
/** Milliseconds for packing, and for installing, on a machine that has much else to do. */
const PATIENCE_MS = 600_000;

interface Manifest {
  readonly name: string;
  readonly version: string;
}

/**
 * A registry that has this one package and sends everybody on to the real one for all others: npm heeds a
 * shrinkwrap only in packages from a registry, not in a tarball from a path.
 */
async function registryWith(manifest: Manifest, tarball: Buffer, elsewhere: string) {
  const { name, version } = manifest;
  const integrity = `sha512-${createHash('sha512').update(tarball).digest('base64')}`;
  const server = createServer((request, response) => {
    const url = `http://${request.headers.host}`;
    if (request.url === `/${name}`) {
      const dist = { tarball: `${url}/tarball`, integrity };
      const versions = { [version]: { ...manifest, _hasShrinkwrap: true, dist } };
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ name, 'dist-tags': { latest: version }, versions }));
    } else if (request.url === '/tarball') response.end(tarball);
    else response.writeHead(302, { location: `${elsewhere.replace(/\/+$/, '')}${request.url}` }).end();
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    stop: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

/** Packs a copy of the checkout, whose `dist` may be in use, and installs the package somewhere else. */
describe('the published package', () => {
  let directory: string;
  let installed: string;

  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'sfa-package-'));
    const source = join(directory, 'source');
    for (const name of PACKED) cpSync(join(CHECKOUT, name), join(source, name), { recursive: true });
    symlinkSync(join(CHECKOUT, 'node_modules'), join(source, 'node_modules'));
    await run('npm', ['pack', '--pack-destination', directory], { cwd: source });
    expect(readdirSync(source)).not.toContain('npm-shrinkwrap.json');
    const tarball = readdirSync(directory).find((name) => name.endsWith('.tgz')) ?? '';
    const manifest = JSON.parse(readFileSync(join(CHECKOUT, 'package.json'), 'utf8')) as Manifest;
    const { stdout: real } = await run('npm', ['config', 'get', 'registry']);
    const registry = await registryWith(manifest, readFileSync(join(directory, tarball)), real.trim());
    const elsewhere = join(directory, 'elsewhere');
    mkdirSync(elsewhere);
    writeFileSync(join(elsewhere, 'package.json'), '{ "name": "elsewhere", "private": true }');
    const options = ['--prefer-offline', '--no-audit', '--no-fund', '--registry', registry.url];
    await run('npm', ['install', ...options, `${manifest.name}@${manifest.version}`], {
      cwd: elsewhere,
    });
    registry.stop();
    installed = join(elsewhere, 'node_modules', manifest.name);
  }, PATIENCE_MS);
  afterAll(() => rmSync(directory, { recursive: true }), PATIENCE_MS);

  const node = (...words: string[]) =>
    run(process.execPath, words, { cwd: dirname(dirname(installed)), env: SECRETS });
  const sfa = (...words: string[]) => node(join(installed, 'dist', 'cli', 'main.js'), ...words);

  it(
    'tells its version',
    async () => {
      const { version } = JSON.parse(readFileSync(join(CHECKOUT, 'package.json'), 'utf8')) as Manifest;
      expect((await sfa('--version')).stdout.trim()).toBe(version);
    },
    PATIENCE_MS,
  );

  it(
    'checks and generates: its templates and examples are there',
    async () => {
      const model = join(installed, 'examples', 'demo.yaml');
      expect((await sfa('check', model)).stdout).toBe('');
      const { stdout } = await sfa('schema');
      expect(JSON.parse(stdout)).toHaveProperty('properties');
      const generated = await sfa('generate', model, '--stdout');
      expect(generated.stdout).toContain('[james_bond]');
    },
    PATIENCE_MS,
  );

  it(
    'gives tests the replay of captures, without a test runner of its own',
    async () => {
      const program = `console.log(typeof (await import('chan-skype-companion/testing')).replay)`;
      expect((await node('--input-type=module', '--eval', program)).stdout.trim()).toBe('function');
    },
    PATIENCE_MS,
  );

  it('brings what runs it as a service', () => {
    expect(readFileSync(join(installed, 'deploy', 'sfa.service'), 'utf8')).toContain('[Service]');
  });

  it('brings @cypress/request in the place of the deprecated request', () => {
    const require = createRequire(join(installed, 'package.json'));
    const client = createRequire(require.resolve('ari-client'));
    expect(client('request/package.json')).toMatchObject({ name: '@cypress/request' });
  });

  it('is locked, and brings nothing that only development needs', () => {
    const lock = JSON.parse(readFileSync(join(installed, 'npm-shrinkwrap.json'), 'utf8')) as {
      packages: Record<string, { dev?: boolean }>;
    };
    expect(Object.values(lock.packages).filter(({ dev }) => dev)).toEqual([]);
    expect(Object.keys(lock.packages)).not.toContain('node_modules/vitest');
    expect(() => createRequire(join(installed, 'package.json')).resolve('vitest')).toThrow();
  });
});
