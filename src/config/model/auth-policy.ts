import { z } from 'zod';
import { DIAGNOSTIC_CODES as CODES } from '../diagnostic.ts';
import { PlainSecret, readSecretRef, SECRET_JSON, type SecretRef } from '../secrets.ts';

const WORDS = ['accept', 'deny', 'block', 'ignore'] as const;

/** An answer to a request for authorization; with a password only who sends it is accepted (manual 3.1). */
export type AuthPolicy = (typeof WORDS)[number] | { readonly accept: SecretRef };

const RULE =
  'accept, accept.<password> without a comma, { accept: <secret> }, deny, block or ignore, in a list';

// Conf lists divide their items by commas, and the manual shows no way to quote.
const WITH_PASSWORD = /^accept\.([^,]+)$/s;

/** More would tell nobody anything: the first that fits is taken. */
const MAX_POLICIES = 32;

/** The policies of an account in their order. Messages quote nothing, because any item may be a password. */
export function authPolicies() {
  return z
    .array(policy, { error: RULE })
    .superRefine((policies, context) => {
      if (policies.length === 0 || policies.length > MAX_POLICIES) {
        const found = policies.length === 0 ? 'an empty list' : `${policies.length} items`;
        context.addIssue({ code: 'custom', message: RULE, params: { found } });
      }
      const seen = new Set<unknown>();
      for (const [index, item] of policies.entries()) {
        const key = typeof item === 'string' ? item : identity(item.accept);
        if (seen.has(key)) {
          const params = { found: 'an item that stands twice', code: CODES.DUPLICATE };
          context.addIssue({ code: 'custom', message: 'every item once', params, path: [index] });
        }
        seen.add(key);
      }
    })
    .meta({ json: { type: 'array', items: POLICY_JSON, minItems: 1, maxItems: MAX_POLICIES } });
}

const POLICY_JSON = {
  anyOf: [
    { enum: WORDS },
    { type: 'string', pattern: WITH_PASSWORD.source },
    {
      type: 'object',
      properties: { accept: SECRET_JSON },
      required: ['accept'],
      additionalProperties: false,
    },
  ],
};

const policy = z.unknown().transform((input, context): AuthPolicy => {
  const found = readPolicy(input);
  if (found !== null) return found;
  context.addIssue({ code: 'custom', message: RULE, params: { found: 'other text' } });
  return z.NEVER;
});

function readPolicy(input: unknown): AuthPolicy | null {
  const ref = policySecret(input);
  if (ref !== null) return { accept: ref };
  return WORDS.find((word) => word === input) ?? null;
}

/** The secret in an item of the list, as it stands in a file; null when there is none. */
export function policySecret(input: unknown): SecretRef | null {
  if (typeof input === 'string') {
    const password = WITH_PASSWORD.exec(input)?.[1];
    return password === undefined ? null : { plain: new PlainSecret(password) };
  }
  if (typeof input !== 'object' || input === null || Object.keys(input).join() !== 'accept') return null;
  const ref = readSecretRef(Reflect.get(input, 'accept'));
  return 'found' in ref ? null : ref;
}

function identity(ref: SecretRef): string {
  if ('plain' in ref) return `plain ${ref.plain.reveal()}`;
  return 'env' in ref ? `env ${ref.env}` : `file ${ref.file}`;
}
