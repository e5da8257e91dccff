import { Validator } from '@seriousme/openapi-schema-validator';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ERROR_CATALOGUE } from '../../src/model/errors.ts';
import { SCOPES } from '../../src/services/scopes.ts';
import { account, type Journey, startJourney } from '../helpers/service.ts';

let journey: Journey;
beforeAll(async () => {
  journey = await startJourney([account('james_bond')]);
});
afterAll(() => journey.stop());

const open = (path: string) => fetch(`${journey.service.url}${path}`);

it('describes itself in valid OpenAPI 3.1', async () => {
  const document = (await (await open('/openapi.json')).json()) as {
    openapi: string;
    paths: Record<string, Record<string, { summary?: string; operationId?: string }>>;
    components: { schemas: Record<string, unknown> };
  };
  const { valid, errors } = await new Validator().validate(structuredClone(document));
  expect(errors).toBeUndefined();
  expect(valid).toBe(true);
  expect(document.openapi).toBe('3.1.0');
  for (const path of [
    '/healthz',
    '/v1/accounts/{user}',
    '/v1/accounts/{user}/properties',
    '/v1/accounts/{user}/buddies/{buddy}',
    '/v1/accounts/{user}/presence/history',
    '/v1/accounts/{user}/chats',
    '/v1/chats/{id}/resolve',
    '/v1/calls',
    '/v1/events',
    '/v1/pbxs',
    '/v1/provisioning/diagnostics',
    '/v1/provisioning/plan',
    '/v1/tokens',
  ]) {
    expect(Object.keys(document.paths)).toContain(path);
  }
  expect(Object.keys(document.components.schemas)).toEqual(
    expect.arrayContaining(['Account', 'Buddy', 'Chat', 'Event', 'Problem', 'Token']),
  );
  const nameless = Object.entries(document.paths).flatMap(([path, operations]) =>
    Object.entries(operations).flatMap(([method, { summary }]) => (summary ? [] : [`${method} ${path}`])),
  );
  expect(nameless).toEqual([]);
  // What generated clients call them.
  const ids = Object.values(document.paths).flatMap((operations) =>
    Object.values(operations).map(({ operationId }) => operationId ?? ''),
  );
  expect(ids.filter((id) => !/^[a-z]+[A-Z][A-Za-z]+$/.test(id))).toEqual([]);
  expect(new Set(ids).size).toBe(ids.length);
});

it('declares every problem as problem+json with the codes of the catalogue, and answers so', async () => {
  const { paths, components } = (await (await open('/openapi.json')).json()) as {
    paths: Record<string, Record<string, { responses: Record<string, { content?: object }> }>>;
    components: { schemas: { Problem: { properties: { code: { enum: string[] } } } } };
  };
  for (const [path, operations] of Object.entries(paths).filter(([path]) => path.startsWith('/v1'))) {
    for (const { responses } of Object.values(operations)) {
      for (const range of ['4XX', '5XX']) {
        expect([path, Object.keys(responses[range]?.content ?? {})]).toEqual([
          path,
          ['application/problem+json'],
        ]);
      }
    }
  }
  expect(components.schemas.Problem.properties.code.enum).toEqual(Object.keys(ERROR_CATALOGUE));
  const refused = await open('/v1/accounts');
  expect(refused.headers.get('content-type')).toMatch(/^application\/problem\+json/);
});

it('shows a page at /docs that loads nothing from elsewhere', async () => {
  const page = await open('/docs/');
  expect(page.status).toBe(200);
  const html = await page.text();
  const sources = [...html.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, source = '']) => source);
  expect(sources.length).toBeGreaterThan(0);
  expect(sources.filter((source) => /^(?:https?:)?\/\//.test(source))).toEqual([]);
});

it('sends security headers and a request id', async () => {
  const { headers } = await open('/healthz');
  expect(headers.get('x-content-type-options')).toBe('nosniff');
  expect(headers.get('content-security-policy')).toContain("default-src 'none'");
  expect(headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
});

it('keeps scopes and error codes in their forms', () => {
  for (const scope of SCOPES) expect(scope).toMatch(/^[a-z]+:[a-z]+$/);
  for (const code of Object.keys(ERROR_CATALOGUE)) expect(code).toMatch(/^[A-Z]+(_[A-Z]+)*$/);
});
