import { expect, it, onTestFinished } from 'vitest';
import { AriHttp } from '../../src/ari/http.ts';
import { until } from '../helpers/until.ts';
import { serverForTest } from './support.ts';

async function http(answer: Parameters<typeof serverForTest>[0], timeoutMs: number) {
  const { url } = await serverForTest(answer);
  const client = new AriHttp({ url, username: 'sfa', password: 'secret', timeoutMs });
  onTestFinished(() => client.stop());
  return { client, request: { method: 'GET', path: '/x' } };
}

it.each([200, 500])('gives up an answer of %i that begins and never ends', async (status) => {
  const { client, request } = await http((_request, response) => {
    response.writeHead(status, { 'content-length': 100 }).write('half');
  }, 40);
  await expect(client.send(request)).rejects.toMatchObject({
    status: null,
    reason: 'no answer within 40 ms',
  });
  if (status === 500) {
    await expect(client.download('/x')).rejects.toMatchObject({ reason: 'no answer within 40 ms' });
  }
});

it.each([200, 500])('says that an answer of %i broke off', async (status) => {
  const { client, request } = await http((_request, response) => {
    response.writeHead(status, { 'content-length': 100 }).write('half', () => response.destroy());
  }, 10_000);
  await expect(client.send(request)).rejects.toMatchObject({ status: null, reason: 'aborted' });
  if (status === 500) {
    await expect(client.download('/x')).rejects.toMatchObject({ status: null, reason: 'aborted' });
  }
});

it('gives up requests that still wait for a socket, when their time is over and when it is stopped', async () => {
  const { client, request } = await http(() => {}, 60);
  const late = await Promise.allSettled(Array.from({ length: 40 }, () => client.send(request)));
  expect(new Set(late.map((outcome) => outcome.status === 'rejected' && outcome.reason.reason))).toEqual(
    new Set(['no answer within 60 ms']),
  );
  const slow = await http(() => {}, 60_000);
  const waiting = Promise.allSettled(Array.from({ length: 40 }, () => slow.client.send(slow.request)));
  slow.client.stop();
  expect(
    new Set((await waiting).map((outcome) => outcome.status === 'rejected' && outcome.reason.reason)),
  ).toEqual(new Set(['the connection was stopped']));
});

it('sends again what a kept-alive connection swallowed, but no POST', async () => {
  const seen: string[] = [];
  const { client, request } = await http((incoming, response) => {
    seen.push(incoming.method ?? '');
    // The second request on a connection finds it closed.
    if (incoming.socket.bytesWritten > 0) incoming.socket.resetAndDestroy();
    else response.end('{}');
  }, 10_000);
  await client.send(request);
  expect((await client.send(request)).status).toBe(200);
  await until(() => seen.length === 3);
  await expect(client.send({ ...request, method: 'POST' })).rejects.toMatchObject({ status: null });
  expect(seen).toEqual(['GET', 'GET', 'GET', 'POST']);
});
