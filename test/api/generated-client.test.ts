import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { createClient } from '@hey-api/openapi-ts';
import pino from 'pino';
import ts from 'typescript';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Demo, startDemo } from '../../src/demo.ts';

/**
 * A script as somebody writes it who has the API's description and nothing else. It is compiled together
 * with the generated client, strictly: a field that the description does not have is an error.
 */
const SCRIPT = `
import { createClient, createConfig } from './client/index.js';
import * as api from './sdk.gen.js';
import type { Chat, Event, Problem } from './types.gen.js';

export async function run(baseUrl: string, token: string, say: (line: string) => void): Promise<void> {
  const client = createClient(createConfig({ baseUrl, auth: token }));
  while ((await api.getReadiness({ client })).data?.status !== 'ok') await new Promise((go) => setTimeout(go, 10));
  const path = { user: 'james_bond' };
  const login = await api.loginAccount({ client, path });
  say('account ' + login.data?.user + ': ' + login.data?.status);

  const stopping = new AbortController();
  const query = { user: 'james_bond', type: 'chat' };
  const { stream } = await api.followEvents({ client, query, signal: stopping.signal });
  const first = stream.next();

  const headers = { 'idempotency-key': 'order-4711' };
  const body = { to: 'echo123', text: 'written by a generated client' };
  const sent = await api.sendChat({ client, path, headers, body, query: { wait: 30 } });
  const again = await api.sendChat({ client, path, headers, body });
  say('chat ' + sent.data?.state + ', the same again: ' + (again.data?.id === sent.data?.id));

  const { value } = await first;
  const event: Event | undefined = value ?? undefined;
  say('event ' + event?.type + ' on ' + event?.pbx);
  stopping.abort();

  const found = await api.listChats({ client, path, query: { q: 'generated', direction: 'out' } });
  const chats: Chat[] = found.data?.items ?? [];
  say('search ' + chats.map(({ text, peer }) => peer + ': ' + text).join());

  const refused = await api.sendChat({ client, path, body: { to: 'echo123', text: 'x'.repeat(5000) } });
  const problem: Problem | undefined = refused.error;
  say('problem ' + problem?.code + ' ' + problem?.['limitBytes']);
}
`;

const directory = mkdtempSync(join(tmpdir(), 'sfa-client-'));
let demo: Demo;
beforeAll(async () => {
  const model = fileURLToPath(new URL('../../examples/demo.yaml', import.meta.url));
  demo = await startDemo(model, 'test', pino({ level: 'silent' }));
});
afterAll(async () => {
  await demo.stop();
  rmSync(directory, { recursive: true });
});

it('a client generated from /openapi.json compiles and works against the demo', {
  timeout: 60_000,
}, async () => {
  const input = (await (await fetch(`${demo.service.url}/openapi.json`)).json()) as Record<string, unknown>;
  await createClient({
    input,
    output: join(directory, 'src'),
    plugins: ['@hey-api/client-fetch', '@hey-api/typescript', '@hey-api/sdk'],
    logs: { level: 'silent' },
  });
  writeFileSync(join(directory, 'package.json'), '{ "type": "module" }');
  const script = join(directory, 'src/script.ts');
  writeFileSync(script, SCRIPT);
  expect(compile(script)).toEqual([]);

  const { run } = (await import(pathToFileURL(join(directory, 'built/script.js')).href)) as {
    run(url: string, token: string, say: (line: string) => void): Promise<void>;
  };
  const said: string[] = [];
  await run(demo.service.url, demo.token, (line) => said.push(line));
  expect(said).toEqual([
    'account james_bond: Logged In',
    'chat sent, the same again: true',
    'event chat on demo',
    'search echo123: written by a generated client',
    'problem CHAT_TOO_LONG 759',
  ]);
});

/** Compiles to `built`. @returns what the compiler has against it. */
function compile(file: string): string[] {
  const program = ts.createProgram([file], {
    strict: true,
    target: ts.ScriptTarget.ES2024,
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    lib: ['lib.es2024.d.ts', 'lib.dom.d.ts', 'lib.dom.iterable.d.ts', 'lib.dom.asynciterable.d.ts'],
    types: [],
    rootDir: join(directory, 'src'),
    outDir: join(directory, 'built'),
  });
  const { diagnostics } = program.emit();
  return [...ts.getPreEmitDiagnostics(program), ...diagnostics].map(
    ({ messageText, file: source, start }) => {
      const place = source && start !== undefined ? source.getLineAndCharacterOfPosition(start).line + 1 : '';
      return `${source?.fileName ?? ''}:${place} ${ts.flattenDiagnosticMessageText(messageText, '\n')}`;
    },
  );
}
