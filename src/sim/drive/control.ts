import { timingSafeEqual } from 'node:crypto';
import Fastify, { type FastifyInstance } from 'fastify';
import { ZodError, z } from 'zod';
import type { SimulatedPbx } from '../pbx.ts';
import { type Load, startLoad } from './load.ts';
import { VERB_NAMES, VERBS } from './verbs.ts';

/** How the control API is served. */
export interface ControlOptions {
  readonly pbx: SimulatedPbx;
  /** 0 takes a free port; it listens on 127.0.0.1 only. */
  readonly port: number;
  /** Bearer token that every request must carry; null asks for none. */
  readonly token: string | null;
}

/** The control API, up. */
export interface Control {
  readonly url: string;
  stop(): Promise<void>;
}

const HOST = '127.0.0.1';
const LOAD = z.strictObject({ rate: z.number().positive(), seed: z.number().int().default(1) });

/**
 * Serves the control API of a simulated PBX: `POST /VERB` with the verb's argument as JSON answers
 * `{ "result": "done" }` or the refusal; `GET /state` shows accounts, channels and the seed; `POST /load` with
 * `{ rate, seed }` keeps the accounts busy and `DELETE /load` ends that.
 *
 * @throws the system's error when the port is taken.
 */
export async function startControl({ pbx, port, token }: ControlOptions): Promise<Control> {
  const server = Fastify({ forceCloseConnections: true });
  if (token !== null) askForToken(server, token);
  server.setErrorHandler((error: unknown, _, reply) => {
    if (error instanceof ZodError) {
      const problems = error.issues.map(({ path, message }) => `${path.join('.') || 'body'}: ${message}`);
      return reply.code(400).send({ problems });
    }
    const status = error instanceof Error && 'statusCode' in error ? Number(error.statusCode) : 500;
    return reply.code(status).send({ problems: [error instanceof Error ? error.message : String(error)] });
  });
  for (const name of VERB_NAMES) {
    const { run } = VERBS[name];
    server.post(`/${name}`, async ({ body }) => run(pbx, body));
  }
  let load: Load | null = null;
  server.post('/load', async ({ body }) => {
    const { rate, seed } = LOAD.parse(body);
    load?.stop();
    load = startLoad(pbx, { rate, seed });
    return { result: 'done' };
  });
  server.delete('/load', async () => {
    load?.stop();
    return { result: 'done', told: load?.told ?? 0 };
  });
  server.get('/state', async () => state(pbx, load));
  const url = await server.listen({ host: HOST, port });
  return {
    url,
    async stop() {
      load?.stop();
      await server.close();
    },
  };
}

function askForToken(server: FastifyInstance, token: string): void {
  const expected = Buffer.from(`Bearer ${token}`);
  server.addHook('onRequest', async (request, reply) => {
    const given = Buffer.from(request.headers.authorization ?? '');
    if (given.length === expected.length && timingSafeEqual(given, expected)) return;
    await reply.code(401).send({ problems: ['a bearer token is needed'] });
  });
}

function state({ community, calls, variation }: SimulatedPbx, load: Load | null) {
  return {
    era: variation.era,
    seed: variation.seed,
    told: load?.told ?? 0,
    accounts: [...community.accounts].map(({ name, loggedIn, availability, buddies }) => ({
      user: name,
      status: loggedIn ? 'Logged In' : 'Logged Out',
      availability,
      buddies: [...buddies].map((buddy) => ({ buddy: buddy.name, status: community.buddyStatus(buddy) })),
    })),
    channels: calls.book.channels.map(({ id, name, state: word }) => ({ id, name, state: word })),
  };
}
