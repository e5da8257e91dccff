import type { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import Fastify, { type FastifyInstance, type FastifyRequest } from 'fastify';
import { WebSocketServer } from 'ws';
import { AnswerOrders } from '../faults/answer-orders.ts';
import type { AnswerFault, FaultyServer } from '../faults/fault.ts';
import { Listener } from '../faults/listener.ts';
import { resetConnection } from '../faults/reset.ts';
import type { ListeningAddress } from '../listen.ts';
import type { Scheduler } from '../scheduler.ts';
import { announceCall } from './call-events.ts';
import { resourceDocs, resourceList } from './docs.ts';
import { Arguments, AriError, type AriWorld, type Operation } from './operation.ts';
import { RESOURCES } from './resources/index.ts';
import { ariTime } from './snapshots.ts';

/** How an ARI server is set up. */
export interface AriServerOptions {
  readonly world: AriWorld;
  readonly scheduler: Scheduler;
  readonly username: string;
  readonly password: string;
  readonly host: string;
  /** 0 takes a free port. */
  readonly port: number;
}

/** ARI over HTTP and WebSocket: one table of operations makes the routes and the api-docs. */
export class AriServer implements FaultyServer {
  readonly #options: AriServerOptions;
  readonly #http: FastifyInstance;
  readonly #sockets = new WebSocketServer({ noServer: true });
  readonly #connections = new Set<Duplex>();
  readonly #orders = new AnswerOrders();
  readonly #listener: Listener;
  #ends: (() => void)[] = [];

  constructor(options: AriServerOptions) {
    this.#options = options;
    this.#http = Fastify({ routerOptions: { maxParamLength: 1000 }, forceCloseConnections: true });
    this.#http.removeAllContentTypeParsers();
    // Clients send `Content-Type: application/json` without a body, too; Asterisk does not mind.
    this.#http.addContentTypeParser('*', { parseAs: 'string' }, (_, text, done) => done(null, text));
    this.#http.addHook('onRequest', async (request, reply) => {
      if (this.#isAuthentic(request.headers.authorization, new URL(request.url, 'http://ari').searchParams))
        return;
      reply.header('WWW-Authenticate', 'Basic realm="Asterisk REST Interface"');
      throw new AriError(401, 'Authentication required');
    });
    this.#http.setErrorHandler((error, _, reply) => {
      if (error instanceof AriError) return reply.code(error.status).send(error.body);
      if (error instanceof SyntaxError)
        return reply.code(400).send({ message: 'Error parsing request body' });
      return reply.code(500).send({ message: 'Internal Server Error' });
    });
    this.#http.setNotFoundHandler((request) => {
      throw methodsAt(request.url.split('?')[0] ?? '').length > 0
        ? new AriError(405, 'Invalid method')
        : new AriError(404, 'Resource not found');
    });
    for (const operation of RESOURCES.flatMap((resource) => resource.operations)) this.#route(operation);
    this.#routeDocs();
    this.#http.server.on('connection', (socket) => {
      this.#connections.add(socket);
      socket.on('close', () => this.#connections.delete(socket));
    });
    this.#listener = new Listener(this.#http.server, options.scheduler);
    this.#http.server.on('upgrade', (request, socket, head) => this.#upgrade(request, socket, head));
  }

  /** Begins to listen. */
  async start(): Promise<ListeningAddress> {
    await this.#http.ready();
    const { calls, devices, media, applications, clock } = this.#options.world;
    this.#ends = [
      calls.listen((notice) => announceCall(notice, applications, clock.now())),
      devices.listen(({ device, state }) => {
        const device_state = { name: device, state };
        const event = { type: 'DeviceStateChanged', timestamp: ariTime(clock.now()), device_state };
        applications.publish(event, [`deviceState:${device}`]);
      }),
      media.listen(({ type, target, ...item }) =>
        applications.publish({ type, timestamp: ariTime(clock.now()), ...item }, [target]),
      ),
    ];
    return this.#listener.start(this.#options.host, this.#options.port);
  }

  /** Cuts every connection and stops listening. */
  async stop(): Promise<void> {
    for (const end of this.#ends) end();
    for (const socket of this.#sockets.clients) socket.terminate();
    this.#sockets.close();
    const stopped = this.#listener.stop();
    for (const connection of this.#connections) connection.destroy();
    await stopped;
    await this.#http.close();
  }

  /** Spoils coming answers. */
  order(fault: AnswerFault): void {
    this.#orders.add(fault);
  }

  drop(): void {
    for (const connection of this.#connections) {
      if (connection instanceof Socket) resetConnection(connection);
      else connection.destroy();
    }
  }

  stall(millis: number): void {
    this.#options.world.applications.stall(millis);
    this.order({ kind: 'late', where: 'ari', millis, times: 1 });
  }

  halfClose(): void {
    for (const connection of this.#connections) connection.end();
  }

  pauseReading(millis: number): void {
    for (const connection of this.#connections) {
      connection.pause();
      this.#options.scheduler.after(millis, () => connection.resume());
    }
  }

  async refuse(millis: number): Promise<void> {
    await this.#listener.pause(millis);
  }

  garbage(text: string | undefined): void {
    this.#options.world.applications.garbage(text ?? '{"type":"StasisStart","channel":');
  }

  #route(operation: Operation): void {
    this.#http.route({
      method: operation.method,
      url: `/ari${operation.path.replace(/\{(\w+)\}/g, ':$1')}`,
      handler: async (request, reply) => {
        if (this.#orders.swallows(operation.nickname)) return reply.hijack().raw.destroy();
        const result = operation.run(argumentsOf(request), this.#options.world);
        const fault = this.#orders.take(operation.nickname);
        if (fault?.kind === 'late') await this.#pause(fault.millis);
        // Answers cannot come twice over HTTP, nor bear a wrong id; lost ones end the connection.
        if (fault?.kind === 'lost') return reply.hijack().raw.destroy();
        if (result === undefined) return reply.code(204).send();
        if (Buffer.isBuffer(result)) return reply.type('audio/wav').send(result);
        return result;
      },
    });
  }

  #pause(millis: number): Promise<void> {
    return new Promise((resolve) => this.#options.scheduler.after(millis, resolve));
  }

  #routeDocs(): void {
    const base = (request: FastifyRequest) => `http://${request.host}/ari`;
    this.#http.get('/ari/api-docs/resources.json', async (request) => resourceList(base(request), RESOURCES));
    for (const resource of RESOURCES) {
      this.#http.get(`/ari/api-docs/${resource.name}.json`, async (request) =>
        resourceDocs(base(request), resource),
      );
    }
  }

  #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    // Until the handshake is over nobody else listens for a peer that resets its connection.
    socket.on('error', () => socket.destroy());
    const url = new URL(request.url ?? '/', 'http://ari');
    const names = (url.searchParams.get('app') ?? '').split(',').filter((name) => name !== '');
    const refusal = url.pathname !== '/ari/events' ? 404 : names.length === 0 ? 400 : null;
    const status = this.#isAuthentic(request.headers.authorization, url.searchParams) ? refusal : 401;
    if (status !== null) {
      socket.end(`HTTP/1.1 ${status} ${REFUSALS[status]}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
      return;
    }
    this.#sockets.handleUpgrade(request, socket, head, (client) => {
      client.on('error', () => client.terminate());
      const subscribeAll = url.searchParams.get('subscribeAll') === 'true';
      this.#options.world.applications.connect(names, client, subscribeAll);
    });
  }

  /** Basic authorisation, or `api_key=USER:PASSWORD` in the query, as Asterisk takes them. */
  #isAuthentic(authorization: string | undefined, search: URLSearchParams): boolean {
    const [scheme, credentials = ''] = authorization?.split(' ') ?? [];
    const given =
      scheme?.toLowerCase() === 'basic'
        ? Buffer.from(credentials, 'base64').toString('utf8')
        : search.get('api_key');
    return given === `${this.#options.username}:${this.#options.password}`;
  }
}

const REFUSALS: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  404: 'Not Found',
};

function argumentsOf(request: FastifyRequest): Arguments {
  const { body } = request;
  const parsed: unknown = typeof body === 'string' && body.trim() !== '' ? JSON.parse(body) : {};
  return new Arguments({ ...fields(request.query), ...fields(parsed), ...fields(request.params) });
}

function fields(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? Object.fromEntries(Object.entries(value)) : {};
}

function methodsAt(path: string): readonly Operation[] {
  return RESOURCES.flatMap((resource) => resource.operations).filter((operation) =>
    new RegExp(`^/ari${operation.path.replace(/\{\w+\}/g, '[^/]+')}$`).test(path),
  );
}
