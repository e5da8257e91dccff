import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { runCli } from '../../src/cli/program.ts';
import { schemaCommand } from '../../src/cli/schema.ts';
import { GENERAL_OPTIONS, USER_OPTIONS } from '../../src/config/model/options.ts';
import { recordingTerminal } from '../helpers/terminal.ts';

interface Schema {
  readonly description?: string;
  readonly default?: string;
  readonly properties: Readonly<Record<string, Schema>>;
  readonly additionalProperties: Schema;
  readonly items: Schema;
}

async function printed(...args: string[]): Promise<Schema> {
  const terminal = recordingTerminal();
  expect(await runCli(['schema', ...args], terminal, [schemaCommand])).toBe(0);
  return JSON.parse(terminal.stdout());
}

/** Whether a document, typed as an editor types it (YAML 1.2 core schema), fits the schema. */
async function fits(yaml: string, ...args: string[]): Promise<boolean> {
  const schema = z.fromJSONSchema((await printed(...args)) as never);
  return schema.safeParse(parse(yaml)).success;
}

describe('sfa schema', () => {
  test('is the file beside the example', async () => {
    expect(JSON.parse(readFileSync('examples/sfa-model.schema.json', 'utf8'))).toEqual(await printed());
  });

  test.each([
    'examples/pbx.yaml',
    'examples/demo.yaml',
    'fixtures/models/full.yaml',
    'fixtures/models/example.yaml',
  ])('takes %s as an editor reads it', async (file) => {
    expect(await fits(readFileSync(file, 'utf8'))).toBe(true);
  });

  test.each([
    ['an unknown key', 'version: 1\nuser: {}'],
    ['an unknown option', 'version: 1\nusers: { q: { contxt: x } }'],
    ['a port out of range', 'version: 1\ngeneral: { bind_port: 70000 }'],
    ['no version', 'users: {}'],
    ['a word of none', 'version: 1\nusers: { q: { direction: in } }'],
    ['a pattern missed', 'version: 1\nusers: { q: { exten: a b } }'],
  ])('refuses %s', async (_name, yaml) => {
    expect(await fits(yaml)).toBe(false);
  });

  test('has every option with its documentation and default', async () => {
    const { general, defaults, users } = (await printed()).properties;
    expect(Object.keys(general?.properties ?? {})).toEqual([...Object.keys(GENERAL_OPTIONS), 'lint']);
    const user = users?.additionalProperties.properties ?? {};
    expect(Object.keys(user)).toEqual([...Object.keys(USER_OPTIONS), 'setvar', 'profile', 'buddies', 'lint']);
    expect(Object.keys(defaults?.properties ?? {})).not.toContain('secret');
    for (const [key, option] of Object.entries({ ...GENERAL_OPTIONS, ...USER_OPTIONS })) {
      const found = general?.properties[key] ?? user[key];
      expect(found?.description, key).toContain(option.doc);
    }
    expect(user['direction']?.default).toBe('both');
    expect(general?.properties['rtp_address']?.description).toBe(
      'IP address for RTP media between engine and driver. Default: 127.0.0.1. Changes take a full unload and load of the module.',
    );
  });

  test('explains every key of the model', async () => {
    const missing: string[] = [];
    const walk = (schema: Schema, path: string) => {
      for (const [key, value] of Object.entries(schema.properties ?? {})) {
        if (value.description === undefined) missing.push(`${path}${key}`);
        walk(value, `${path}${key}.`);
      }
      if (typeof schema.additionalProperties === 'object') walk(schema.additionalProperties, `${path}*.`);
      if (schema.items !== undefined) walk(schema.items, `${path}[].`);
    };
    walk(await printed(), '');
    expect(missing.filter((key) => !key.endsWith('lint.ignore'))).toEqual([]);
  });

  test('--users is for the files beside a model', async () => {
    expect(await fits('q: { secret: { env: Q } }\nr:\n', '--users')).toBe(true);
    expect(await fits('q: { contxt: x }', '--users')).toBe(false);
  });
});
