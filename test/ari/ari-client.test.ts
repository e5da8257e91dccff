import { expect, it, onTestFinished } from 'vitest';
import { operationsOf } from '../../src/ari/ari-client.ts';
import { AriHttp } from '../../src/ari/http.ts';
import { serverForTest } from './support.ts';

const LIST = { httpMethod: 'GET', nickname: 'list', responseClass: 'List[Channel]', parameters: [] };
const GET = {
  httpMethod: 'GET',
  nickname: 'get',
  responseClass: 'Channel',
  parameters: [{ name: 'channelId', paramType: 'path', required: true, dataType: 'string' }],
};
const DOCUMENTS: Readonly<Record<string, object>> = {
  '/ari/api-docs/resources.json': { swaggerVersion: '1.1', apis: [{ path: '/api-docs/channels.{format}' }] },
  '/ari/api-docs/channels.json': {
    swaggerVersion: '1.1',
    resourcePath: '/api-docs/channels.{format}',
    models: {},
    apis: [
      { path: '/channels', operations: [LIST] },
      { path: '/channels/{channelId}', operations: [GET] },
    ],
  },
};

/** Operations of a PBX that answers all of them alike, and the paths that it was asked for. */
async function operations(status: number, body: string) {
  const paths: string[] = [];
  const { url } = await serverForTest((request, response) => {
    const document = DOCUMENTS[request.url ?? ''];
    if (document !== undefined) return void response.end(JSON.stringify(document));
    paths.push(request.url ?? '');
    response.writeHead(status).end(body);
  });
  const http = new AriHttp({ url, username: 'sfa', password: 'secret' });
  onTestFinished(() => http.stop());
  return { call: await operationsOf(http), paths };
}

it('gives back what the PBX answered, as it is', async () => {
  const { call, paths } = await operations(200, '[{"id":"a","new_field":1}]');
  expect(await call('channels', 'list', {})).toEqual([{ id: 'a', new_field: 1 }]);
  await call('channels', 'get', { channelId: 'a/../b?c' });
  expect(paths).toEqual(['/ari/channels', '/ari/channels/a%2F..%2Fb%3Fc']);
});

it('gives back null for an answer without a body', async () => {
  const { call } = await operations(204, '');
  expect(await call('channels', 'list', {})).toBeNull();
});

it.each([
  [200, '<html>', { status: 200, reason: 'an answer that is no JSON' }],
  [409, '{"message":"Channel not in Stasis application"}', { reason: 'Channel not in Stasis application' }],
  [500, '', { status: 500, reason: 'no reason given' }],
])('fails with the status and reason of an answer of %i %s', async (status, body, error) => {
  const { call } = await operations(status, body);
  await expect(call('channels', 'list', {})).rejects.toMatchObject({ name: 'AriHttpError', ...error });
});

it('asks for nothing where a parameter is missing, or the PBX has no such operation', async () => {
  const { call, paths } = await operations(200, '{}');
  await expect(call('channels', 'get', {})).rejects.toMatch(/channelId.*required/);
  await expect(call('channels', 'fly', {})).rejects.toMatchObject({
    reason: expect.stringContaining('no such'),
  });
  await expect(call('planes', 'list', {})).rejects.toMatchObject({ status: null });
  expect(paths).toEqual([]);
});
