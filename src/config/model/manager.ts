import { isIP } from 'node:net';
import { z } from 'zod';
import { secretRef } from '../secrets.ts';
import { flag, listOf, matching, orEmptyMapping } from '../yaml/scalars.ts';
import { lint } from './lint.ts';

/** Loopback alone; both families, because Asterisk lets through what no line of its family denies. */
export const LOOPBACK_ONLY = {
  deny: ['0.0.0.0/0.0.0.0', '::/0'],
  permit: ['127.0.0.1/255.255.255.255', '::1/128'],
} as const;

const NAME_RULE = 'a manager user: ASCII letters, digits and _ . -, at most 64, and not general';
const managerName = () =>
  matching((text) => /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,63}$/.test(text) && !/^general$/i.test(text), NAME_RULE);

const NETWORK_RULE = 'networks such as 127.0.0.1/255.255.255.255 or ::1/128, in a list';
const network = () => matching(isNetwork, NETWORK_RULE);

function isNetwork(text: string): boolean {
  const [address = '', mask, more] = text.split('/');
  const family = isIP(address);
  if (family === 0 || more !== undefined) return false;
  if (mask === undefined) return true;
  if (/^\d{1,3}$/.test(mask)) return Number(mask) <= (family === 4 ? 32 : 128);
  return family === 4 && isIP(mask) === 4;
}

const manager = z.strictObject({
  secret: secretRef.describe('Password of the manager user.'),
  command: flag()
    .optional()
    .describe('The right to the whole CLI, which login and logoff of accounts and debug take. Default: no.'),
  originate: flag()
    .optional()
    .describe('The right to begin calls over AMI, which a PBX without ARI takes. Default: no.'),
  deny: listOf(network(), NETWORK_RULE).optional().describe('Default: every address.'),
  permit: listOf(network(), NETWORK_RULE).optional().describe('Default: this machine alone.'),
  lint,
});

/** The users of `manager_skype.conf`. */
export const managersSchema = orEmptyMapping(z.record(managerName(), orEmptyMapping(manager)));

export type ManagerUser = { readonly name: string } & z.output<typeof manager>;
