import { describe, expect, it } from 'vitest';
import { WebSocketServer } from 'ws';
import type { AriEvent, AriLinkState } from '../../src/ari/port.ts';
import { until } from '../helpers/until.ts';
import { ARI, pbxForTest, serverForTest, supervised } from './support.ts';

/** Sockets and timers that keep the process busy, by their kind. */
function resources(): Readonly<Record<string, number>> {
  const kinds = process.getActiveResourcesInfo().filter((kind) => /TCP|Timeout/.test(kind));
  return Object.fromEntries(kinds.map((kind) => [kind, kinds.filter((other) => other === kind).length]));
}

describe('connecting to ARI', () => {
  it.each([
    ['a wrong user', 401, {}, 'refuses the user "sfa": wrong name or password, see ari.conf'],
    ['a user that may not', 403, {}, 'forbids ARI to the user "sfa"'],
    ['ARI that is off', 404, { server: 'Asterisk/22.10.1' }, 'ARI is off at'],
    ['another server', 404, { server: 'nginx' }, 'or it is another server (nginx)'],
    ['a broken server', 500, {}, 'is not an ARI that can be used: it answers 500'],
  ])('says so of %s', async (_what, status, headers, sentence) => {
    const { url } = await serverForTest(
      (_request, response) => void response.writeHead(status, headers).end(),
    );
    const port = supervised({ url });
    await until(() => port.troubles.length > 0);
    expect(port.troubles[0]).toContain(sentence);
    expect(port).toMatchObject({ connected: false, reason: port.troubles[0] });
  });

  it.each([
    ['no JSON', 'hello', 'is no JSON'],
    ['no list', '{}', 'names no resources'],
    ['too little', '{"apis":[{"path":"/api-docs/asterisk.{format}"}]}', 'offers no channels, bridges'],
  ])('says that it is not an ARI: %s', async (_what, body, sentence) => {
    const { url } = await serverForTest((_request, response) => void response.end(body));
    const port = supervised({ url });
    await until(() => port.troubles.length > 0);
    expect(port.troubles[0]).toContain(sentence);
  });

  it('says that api-docs are missing where ARI itself answers', async () => {
    const { url } = await serverForTest((request, response) => {
      response.writeHead(request.url?.endsWith('/asterisk/info') ? 200 : 404).end('{}');
    });
    const port = supervised({ url });
    await until(() => port.troubles.length > 0);
    expect(port.troubles[0]).toContain('has no api-docs');
  });

  it('survives a document that is missing or broken among the others', async () => {
    const apis = ['channels', 'bridges', 'events', 'applications'].map((name) => ({
      path: `/api-docs/${name}.{format}`,
    }));
    for (const broken of [404, 200]) {
      const { url } = await serverForTest((request, response) => {
        const list = request.url?.endsWith('resources.json') === true;
        const basePath = `http://${request.headers.host}/ari`;
        response.writeHead(list ? 200 : broken, { 'content-type': 'application/json' });
        response.end(list ? JSON.stringify({ swaggerVersion: '1.1', basePath, apis }) : '{"no":');
      });
      const port = supervised({ url });
      await until(() => port.troubles.length > 0);
      expect(port.troubles[0]).toContain('cannot be read');
    }
  });

  it('says that nobody listens, and connects when somebody does', async () => {
    const pbx = await pbxForTest();
    await pbx.fault({ kind: 'refuse', where: 'ari', millis: 60 });
    const port = supervised({ url: pbx.ari.url });
    await until(() => port.troubles.length > 0);
    expect(port.troubles[0]).toContain('nobody answers at');
    await until(() => port.connected);
    expect(port.reason).toBeNull();
  });

  it('gives up on a server that never answers', async () => {
    const { url } = await serverForTest(() => {});
    const port = supervised({ url, timeoutMs: 30 });
    await until(() => port.troubles.length > 0);
    expect(port.troubles[0]).toContain('no answer within 30 ms');
  });
});

describe('an ARI connection', () => {
  it('reconnects for ever and registers the application again', async () => {
    const pbx = await pbxForTest();
    const port = supervised({ url: pbx.ari.url });
    const states: AriLinkState[] = [];
    port.onLink((state) => states.push(state));
    for (let round = 0; round < 15; round += 1) {
      await until(() => port.connected);
      await port.operations.originate({ channelId: `c${round}`, endpoint: 'PJSIP/x', timeoutSeconds: 5 });
      await pbx.fault({ kind: 'drop', where: 'ari' });
      await until(() => !port.connected);
    }
    expect(states.filter(({ connected }) => connected)).toHaveLength(15);
  });

  it('keeps status and reason of a refusal, and fails at once without a connection', async () => {
    const pbx = await pbxForTest();
    const port = supervised({ url: pbx.ari.url });
    await expect(port.operations.listChannels()).rejects.toMatchObject({ code: 'ARI_REQUEST_FAILED' });
    await until(() => port.connected);
    await expect(port.operations.hangup('nobody')).rejects.toMatchObject({
      code: 'ARI_REQUEST_FAILED',
      details: { pbx: 'main', operation: 'channels.hangup', httpStatus: 404, reason: 'Channel not found' },
    });
    await expect(
      port.operations.originate({ channelId: 'x', endpoint: 'Skype/nobody@x', timeoutSeconds: 1 }),
    ).rejects.toMatchObject({ details: { httpStatus: 500, reason: 'Allocation failed' } });
  });

  it('ends a request whose answer is lost or late', async () => {
    const pbx = await pbxForTest();
    const port = supervised({ url: pbx.ari.url, timeoutMs: 50 });
    await until(() => port.connected);
    await pbx.fault({ kind: 'lost', action: 'create' });
    await expect(port.operations.createBridge('b')).rejects.toMatchObject({ details: { httpStatus: null } });
    await pbx.fault({ kind: 'late', action: 'create', millis: 300 });
    await expect(port.operations.createBridge('c')).rejects.toMatchObject({
      details: { httpStatus: null, reason: 'no answer within 50 ms' },
    });
    expect((await port.operations.listBridges()).map(({ id }) => id)).toEqual(['b', 'c']);
  });

  it('lets two PBXs on one host, with users of their own, work side by side', async () => {
    const one = await pbxForTest({ username: 'one', password: 'first' });
    const two = await pbxForTest({ username: 'two', password: 'second' });
    const first = supervised({ pbx: 'one', url: one.ari.url, username: 'one', password: 'first' });
    const second = supervised({ pbx: 'two', url: two.ari.url, username: 'two', password: 'second' });
    await until(() => first.connected && second.connected);
    await Promise.all(
      Array.from({ length: 50 }, (_, index) =>
        (index % 2 === 0 ? first : second).operations.createBridge(`b${index}`),
      ),
    );
    expect(one.calls.book.bridges.length + two.calls.book.bridges.length).toBe(50);
    expect(one.calls.book.bridges.every(({ id }) => Number(id.slice(1)) % 2 === 0)).toBe(true);
  });

  it('is found dead by a ping when nothing says so', async () => {
    const pbx = await pbxForTest();
    const port = supervised({ url: pbx.ari.url, pingMs: 30 });
    await until(() => port.connected);
    await pbx.fault({ kind: 'slow-reader', where: 'ari', millis: 500 });
    await until(() => port.troubles.some((reason) => reason.includes('did not answer a ping')));
    await until(() => port.connected);
  });

  it('is not troubled by what it does not know', async () => {
    const pbx = await pbxForTest();
    const sockets = new WebSocketServer({ noServer: true });
    const { url, server } = await serverForTest((request, response) => {
      // The documents of the simulated PBX, but events of our own making.
      void fetch(`${pbx.ari.url}${request.url ?? ''}`, {
        headers: { authorization: request.headers.authorization ?? '' },
      }).then(async (answer) => response.writeHead(answer.status).end(await answer.text()));
    });
    const strange = [
      '{"type":"SomethingNew","channel":{"id":"x"}}',
      '{"type":"StasisStart"}',
      '{"type":"StasisStart","channel":null,"args":7}',
      '{"type":42}',
      'null',
      '[]',
      'no JSON',
      '{"type":"__proto__","channel":{"id":"x"}}',
      '{"type":"StasisStart","channel":{"id":"good","new_field":{"deep":[1]}},"args":["a",1]}',
    ];
    server.on('upgrade', (request, socket, head) =>
      sockets.handleUpgrade(request, socket, head, (client) => {
        for (const text of strange) client.send(text);
      }),
    );
    const port = supervised({ url });
    const events: AriEvent[] = [];
    port.onEvent((event) => events.push(event));
    await until(() => events.length > 0);
    expect(events).toMatchObject([{ kind: 'entered', channel: { id: 'good' }, args: ['a', ''] }]);
    expect(port.connected).toBe(true);
    for (const client of sockets.clients) client.terminate();
  });

  it('leaves no socket, timer or listener behind when it is stopped', async () => {
    const pbx = await pbxForTest();
    const before = resources();
    const ports = [
      supervised({ url: pbx.ari.url }),
      supervised({ url: pbx.ari.url, ...ARI, password: 'wrong' }),
      supervised({ url: 'http://127.0.0.1:9' }),
    ];
    await until(() => ports[0]?.connected === true && ports[2]?.troubles.length === 1);
    await ports[0]?.operations.listChannels();
    await Promise.all(ports.map((port) => port.stop()));
    // What earlier tests left may go meanwhile; nothing may come.
    await until(() => Object.entries(resources()).every(([kind, count]) => count <= (before[kind] ?? 0)));
    for (const port of ports) expect(port.connected).toBe(false);
  });
});
