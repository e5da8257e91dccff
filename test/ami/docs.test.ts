import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { LINK_DEFAULTS } from '../../src/ami/link/link.ts';
import type { ActionFacts } from '../../src/ami/skype/action.ts';
import * as skype from '../../src/ami/skype/actions.ts';
import * as cli from '../../src/ami/skype/cli.ts';
import * as core from '../../src/ami/skype/core-actions.ts';
import * as properties from '../../src/ami/skype/properties.ts';
import { ASTERISK_22_LIMITS } from '../../src/ami/wire/encoder.ts';
import { DEFAULT_FRAME_LIMITS } from '../../src/ami/wire/framer.ts';
import { RO_CALL_PROPERTIES, RW_CALL_PROPERTIES } from '../../src/model/call-properties.ts';
import { ERROR_CATALOGUE } from '../../src/model/errors.ts';
import { nameFromPbx } from '../../src/model/skype-name.ts';
import * as status from '../../src/model/status.ts';

const page = readFileSync(new URL('../../docs/ami.md', import.meta.url), 'utf8');

/** The rows of the table whose head begins with that word, cells without back quotes. */
function table(head: string): string[][] {
  const lines = page.split('\n');
  const start = lines.findIndex((line) => line.startsWith(`| ${head} |`));
  expect(start, `the table "${head}"`).toBeGreaterThan(-1);
  const length = lines.slice(start).findIndex((line) => !line.startsWith('|'));
  return lines.slice(start + 2, start + length).map((line) =>
    line
      .slice(1, -1)
      .split(/(?<!\\)\|/)
      .map((cell) => cell.trim()),
  );
}

const bare = (cell: string | undefined) => (cell ?? '').replaceAll('`', '');
const quoted = (cell: string | undefined) => [...(cell ?? '').matchAll(/`([^`]+)`/g)].map(([, name]) => name);

describe('docs/ami.md and the code', () => {
  it('know the same actions, where they are written down, and how they are answered', () => {
    const makers = [skype, properties, cli, core].flatMap((module) => Object.values<unknown>(module));
    const facts = new Set(
      makers.flatMap((maker) =>
        typeof maker === 'function' && 'facts' in maker ? [maker.facts as ActionFacts] : [],
      ),
    );
    const described = [...facts].map(({ name, source, reply }) => {
      const shape = reply === 'response' ? 'response' : `${reply.entryEvent} up to ${reply.completeEvent}`;
      return `${name}, ${source}: ${shape}`;
    });
    const rows = table('action').map((row) => `${bare(row[0])}, ${row[1]}: ${bare(row[3])}`);
    expect(new Set(rows)).toEqual(new Set(described));
  });

  it('know the same headers', () => {
    const name = nameFromPbx('a');
    const made = [
      skype.skypeAccountProperty(name, { city: 'x' }),
      skype.skypeAddBuddy(name, name, 'x'),
      skype.skypeRemoveBuddy(name, name),
      skype.skypeBuddies(name),
      skype.skypeBuddy(name, name),
      skype.skypeChatSend({ user: name, to: name, text: 'x' }),
      skype.skypeLicenseList(),
      skype.skypeLicenseStatus(),
      properties.getAccountProperty(name, 'city'),
      properties.setCallProperty('c', 'topic', 'x'),
      properties.getVariable('c', 'x'),
      cli.command('x'),
      core.ping(),
      core.listCommands(),
      core.moduleCheck('x'),
      core.moduleLoad('x', 'load'),
      core.reload('x'),
      core.redirect('c', { context: 'x', exten: 'x' }),
      core.bridge('c', 'c'),
      core.atxfer('c', { context: 'x', exten: 'x' }),
      core.hangup('c'),
      core.extensionState({ context: 'x', exten: 'x' }),
      core.showDialplan('x'),
      core.coreShowChannels(),
      core.status(),
      core.originate({
        channel: 'c',
        context: 'x',
        exten: 'x',
        timeoutMs: 1,
        callerId: 'x',
        variables: { x: 'x' },
      }),
    ].map((action) => `${action.name}: ${action.headers.map(([header]) => header).join(', ')}`);
    const rows = table('action').map((row) => `${bare(row[0])}: ${quoted(row[2]).join(', ')}`);
    expect(new Set(rows)).toEqual(new Set(made));
  });

  it('know the same CLI commands', () => {
    expect(table('CLI command').map(([name, section, user]) => [bare(name), { section, user }])).toEqual(
      Object.entries(cli.CLI_COMMANDS),
    );
  });

  it('know the same properties', () => {
    expect(table('properties').map((row) => quoted(row[1]))).toEqual([
      [...status.RW_ACCOUNT_PROPERTIES],
      [...status.RO_ACCOUNT_PROPERTIES],
      [...RW_CALL_PROPERTIES],
      [...RO_CALL_PROPERTIES],
      [...properties.CHANNEL_PROPERTIES],
    ]);
  });

  it('know the same statuses', () => {
    expect(table('statuses').map((row) => quoted(row[1]))).toEqual([
      [...status.ACCOUNT_STATUSES],
      [...status.AVAILABILITIES],
      [...status.BUDDY_STATUSES],
    ]);
  });

  it('know the same settings and limits', () => {
    const { backoff, ...rest } = LINK_DEFAULTS;
    const defaults = { ...rest, 'backoff.firstMs': backoff.firstMs, 'backoff.maxMs': backoff.maxMs };
    expect(
      Object.fromEntries(table('setting of the link').map((row) => [bare(row[0]), bare(row[1])])),
    ).toEqual(Object.fromEntries(Object.entries(defaults).map(([name, value]) => [name, String(value)])));
    const named = (prefix: string, limits: object) =>
      Object.entries(limits).map(([name, value]) => [`${prefix}.${name}`, String(value)]);
    expect(table('limit').map((row) => [bare(row[0]), bare(row[1])])).toEqual([
      ...named('frameLimits', DEFAULT_FRAME_LIMITS),
      ...named('actionLimits', ASTERISK_22_LIMITS),
      ['limitBytes', String(skype.chatLimitBytes())],
    ]);
  });

  it('know the same events', () => {
    const decoder = readFileSync(new URL('../../src/ami/skype/decoder.ts', import.meta.url), 'utf8');
    const names = table('event').map((row) => bare(row[0]));
    const cases = [...decoder.matchAll(/case '(\w+)':/g)].map(([, name]) => name);
    expect(new Set(names.map((name) => name.toLowerCase()))).toEqual(new Set(cases));
  });

  it('know the same codes', () => {
    for (const [code] of table('code')) expect(Object.keys(ERROR_CATALOGUE)).toContain(bare(code));
    const folder = new URL('../../src/ami/', import.meta.url);
    const used = readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((path) => /^(?:link|skype|wire).*\.ts$/.test(path))
      .flatMap((path) => [...readFileSync(new URL(path, folder), 'utf8').matchAll(/'([A-Z]+_[A-Z_]+)'/g)])
      .map(([, code]) => code ?? '')
      .filter((code) => code in ERROR_CATALOGUE);
    expect(new Set(table('code').map(([code]) => bare(code)))).toEqual(new Set(used));
  });

  it('name a test for each trap', () => {
    const folder = new URL('./', import.meta.url);
    const tests = readdirSync(folder)
      .filter((path) => path !== 'docs.test.ts')
      .map((path) => readFileSync(new URL(path, folder), 'utf8'))
      .join('\n');
    for (const row of table('trap')) expect(tests).toContain(row[2]);
  });
});
