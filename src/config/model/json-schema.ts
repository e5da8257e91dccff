import { type JsonSchema, jsonSchemaOf } from '../json-schema.ts';
import { documentSchema } from './schema.ts';
import { userSchema } from './user.ts';

const DIALECT = 'https://json-schema.org/draft/2020-12/schema';

/** What `sfa schema` prints: the provisioning model as JSON Schema, each key with its documentation. */
export function modelJsonSchema(): JsonSchema {
  return {
    $schema: DIALECT,
    title: 'Provisioning model of chan-skype-companion',
    description: 'One PBX with chan_skype (Skype for Asterisk): accounts, buddies, hints and routes.',
    ...jsonSchemaOf(documentSchema),
  };
}

/** What `sfa schema --users` prints: a file of `users/*.yaml`, which holds accounts alone. */
export function usersJsonSchema(): JsonSchema {
  return {
    $schema: DIALECT,
    title: 'Accounts of a provisioning model of chan-skype-companion',
    type: ['object', 'null'],
    additionalProperties: { ...jsonSchemaOf(userSchema), type: ['object', 'null'] },
  };
}
