/**
 * Writes npm-shrinkwrap.json for a published package: the lock file without what only development needs. npm's
 * `overrides` hold for the root project alone; this file is what makes an installed package use them, above all
 * `@cypress/request` in the place of the deprecated `request`. Run by `prepack`.
 */
import { readFileSync, writeFileSync } from 'node:fs';

interface Lock {
  readonly packages: Readonly<Record<string, { readonly dev?: boolean; readonly devDependencies?: object }>>;
}

const lock = JSON.parse(readFileSync('package-lock.json', 'utf8')) as Lock;
const packages = Object.entries(lock.packages)
  .filter(([, { dev }]) => dev !== true)
  .map(([path, { devDependencies: _, ...entry }]) => [path, entry]);
writeFileSync(
  'npm-shrinkwrap.json',
  `${JSON.stringify({ ...lock, packages: Object.fromEntries(packages) }, null, 2)}\n`,
);
