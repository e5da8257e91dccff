import { createHmac, randomBytes } from 'node:crypto';

/** Options of chan_skype.conf whose whole value is a secret (manual 3.1). */
const SECRET_LINE = /^(\s*(?:secret|https_proxy_password|socks5_proxy_password)\s*=>?\s*)(.+)$/i;
/** `auth_policy` holds passwords between other words: `accept.PASSWORD`. */
const POLICY_LINE = /^(\s*auth_policy\s*=>?\s*)(.+)$/i;
const PASSWORD = /(\baccept\.)([^,]+)/gi;

/** Hides the secrets of configuration text, so that a diff can be shown and stored. */
export type Mask = (text: string) => string;

/**
 * Makes a mask that writes each secret as a mark: equal secrets have equal marks, so that a diff still
 * shows that one changed. The marks are keyed at random and mean nothing outside of one mask.
 */
export function createMask(key: Buffer = randomBytes(32)): Mask {
  const mark = (secret: string) =>
    `<secret ${createHmac('sha256', key).update(secret.trim()).digest('hex').slice(0, 6)}>`;
  return (text) =>
    text
      .split('\n')
      .map((line) => {
        if (POLICY_LINE.test(line)) {
          return line.replace(PASSWORD, (_all, word: string, secret: string) => word + mark(secret));
        }
        return line.replace(SECRET_LINE, (_all, start: string, secret: string) => start + mark(secret));
      })
      .join('\n');
}
