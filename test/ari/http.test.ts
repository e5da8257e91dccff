import { describe, expect, it, onTestFinished } from 'vitest';
import { AriHttp } from '../../src/ari/http.ts';
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
  await expect(client.send(request)).rejects.toMatchObject({ status: null, reason: 'other side closed' });
  if (status === 500) {
    await expect(client.download('/x')).rejects.toMatchObject({ status: null, reason: 'other side closed' });
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

it('sends again what a closed connection swallowed, but no POST', async () => {
  const seen: string[] = [];
  const { client, request } = await http((incoming, response) => {
    const method = incoming.method ?? '';
    // The first request of each kind finds its connection closed.
    if (seen.includes(method)) response.end('{}');
    else incoming.socket.resetAndDestroy();
    seen.push(method);
  }, 10_000);
  expect((await client.send(request)).status).toBe(200);
  await expect(client.send({ ...request, method: 'POST' })).rejects.toMatchObject({
    status: null,
    reason: 'read ECONNRESET',
  });
  expect((await client.send({ ...request, method: 'POST' })).status).toBe(200);
  expect(seen).toEqual(['GET', 'GET', 'POST', 'POST']);
});

it('sends nothing again whose answer had begun, nor a second time', async () => {
  const seen: string[] = [];
  const { client, request } = await http((incoming, response) => {
    seen.push(incoming.url ?? '');
    if (incoming.url === '/ari/begun') response.writeHead(200).write('x', () => response.destroy());
    else incoming.socket.resetAndDestroy();
  }, 10_000);
  await expect(client.send({ ...request, path: '/begun' })).rejects.toMatchObject({ status: null });
  await expect(client.send({ ...request, path: '/never' })).rejects.toMatchObject({ status: null });
  expect(seen).toEqual(['/ari/begun', '/ari/never', '/ari/never']);
});

describe('a download', () => {
  it('may take longer than a request, but not stand still', async () => {
    const { client } = await http((incoming, response) => {
      if (incoming.url === '/ari/still') return void response.write('half');
      let left = 6;
      const timer = setInterval(() => {
        left -= 1;
        if (left > 0) return void response.write('some');
        clearInterval(timer);
        response.end();
      }, 20);
    }, 60);
    expect(String(Buffer.concat(await (await client.download('/long')).toArray()))).toBe('some'.repeat(5));
    await expect((await client.download('/still')).toArray()).rejects.toThrow();
  });

  it('does not keep requests waiting, however many are read slowly', async () => {
    const { client, request } = await http((incoming, response) => {
      if (incoming.url === '/ari/x') response.end('{}');
      else response.write('half');
    }, 10_000);
    const files = await Promise.all(Array.from({ length: 16 }, () => client.download('/file')));
    expect((await client.send(request)).status).toBe(200);
    for (const file of files) file.destroy();
  });
});
