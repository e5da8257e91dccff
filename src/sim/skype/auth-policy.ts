/** What becomes of a request to be added as a buddy. */
export type AuthDecision = 'accept' | 'deny' | 'block' | 'ignore';

/** The rules of `auth_policy` in their order; `password` null accepts everybody. */
export type AuthPolicy = readonly { readonly decision: AuthDecision; readonly password: string | null }[];

/**
 * Reads the words of option `auth_policy` (manual 3.1): `accept`, `accept.PASSWORD`, `deny`, `block`,
 * `ignore`. A word that is none of them counts as `ignore`, the harmless reading.
 */
export function parseAuthPolicy(words: readonly string[]): AuthPolicy {
  return words.map((word) => {
    if (word.startsWith('accept.')) return { decision: 'accept', password: word.slice('accept.'.length) };
    return { decision: isDecision(word) ? word : 'ignore', password: null };
  });
}

/**
 * Decides about a request: the first rule that matches wins; when none does, the request is ignored
 * (seen with `accept.swordfish` alone and another password).
 */
export function decide(policy: AuthPolicy, message: string): AuthDecision {
  const rule = policy.find(({ password }) => password === null || password === message);
  return rule?.decision ?? 'ignore';
}

function isDecision(word: string): word is AuthDecision {
  return word === 'accept' || word === 'deny' || word === 'block' || word === 'ignore';
}
