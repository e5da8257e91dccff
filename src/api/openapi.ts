import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import type { FastifyInstance } from 'fastify';
import { createJsonSchemaTransform, createJsonSchemaTransformObject } from 'fastify-type-provider-zod';
import { PROBLEM_JSON, problemSchema } from './problem.ts';
import { schemaNames } from './schemas.ts';

const PUBLIC = new Set(['/healthz', '/readyz']);

/**
 * Describes the API as OpenAPI 3.1, from the same schemas that check requests and answers: at
 * `/openapi.json`, and for people at `/docs`. Has to come before the routes.
 */
export async function describeApi(server: FastifyInstance, version: string): Promise<void> {
  const transform = createJsonSchemaTransform({ schemaRegistry: schemaNames });
  await server.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'chan-skype-companion',
        description: 'Accounts, presence, chats and calls of chan_skype (Skype for Asterisk).',
        version,
        license: { name: 'MIT', identifier: 'MIT' },
      },
      components: { securitySchemes: { token: { type: 'http', scheme: 'bearer' } } },
      security: [{ token: [] }],
    },
    transform: (input) => {
      const { schema, url } = transform(input);
      return { url, schema: PUBLIC.has(url) ? { ...schema, security: [] } : schema };
    },
    transformObject: createJsonSchemaTransformObject({ schemaRegistry: schemaNames }),
  });
  await server.register(swaggerUi, { routePrefix: '/docs', staticCSP: true });
  server.get('/openapi.json', { schema: { hide: true } }, () => server.swagger());
  const problem = {
    description: 'Problem (RFC 9457), with a code of the error catalogue',
    content: { [PROBLEM_JSON]: { schema: problemSchema } },
  };
  // Every route may answer with a problem.
  server.addHook('onRoute', (route) => {
    if (route.schema?.hide === true || route.schema === undefined || !route.url.startsWith('/v1')) return;
    const response = typeof route.schema.response === 'object' ? route.schema.response : {};
    route.schema = { ...route.schema, response: { ...response, '4xx': problem, '5xx': problem } };
  });
}
