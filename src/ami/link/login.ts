import { createHash } from 'node:crypto';
import { CompanionError } from '../../model/errors.ts';
import type { AmiAction } from '../skype/action.ts';
import { type AmiHeader, header } from '../wire/message.ts';
import type { AmiReply } from './port.ts';
import type { Credentials, TransportConnection } from './transport.ts';

/** What a login needs of the link. */
export interface LoginOptions {
  readonly pbx: string;
  /** `host:port`, for messages. */
  readonly address: string;
  readonly credentials: Credentials;
  readonly exchange: (
    action: AmiAction,
    settle: { resolve: (reply: AmiReply) => void; reject: (error: CompanionError) => void },
  ) => void;
  /** Called in the turn in which the PBX said yes, so that no event can come before. */
  readonly accepted: () => void;
  readonly refused: (error: CompanionError) => void;
}

/** Logs in: by the transport's own means where it has some, by challenge otherwise. */
export function login(connection: TransportConnection, options: LoginOptions): void {
  if (connection.login === undefined) {
    byChallenge(options);
    return;
  }
  connection.login((accepted) => {
    if (accepted) options.accepted();
    else options.refused(authFailed(options, ''));
  });
}

/** By challenge, so that the secret itself never travels nor lands in a capture. */
function byChallenge(options: LoginOptions): void {
  const { username, secret, eventMask } = options.credentials;
  const refused = (error: CompanionError) => {
    const reply = error.details['reply'];
    options.refused(typeof reply === 'string' ? authFailed(options, reply) : error);
  };
  options.exchange(loginAction('Challenge', [['AuthType', 'MD5']]), {
    reject: refused,
    resolve: ({ response }) => {
      const nonce = header(response, 'Challenge');
      if (!nonce) return refused(notAManager(options.address, 'its answer to Challenge holds no challenge'));
      const key = createHash('md5').update(nonce).update(secret).digest('hex');
      const headers: AmiHeader[] = [
        ['AuthType', 'MD5'],
        ['Username', username],
        ['Key', key],
        ['Events', eventMask],
      ];
      options.exchange(loginAction('Login', headers), { reject: refused, resolve: options.accepted });
    },
  });
}

function loginAction(name: string, headers: readonly AmiHeader[]): AmiAction {
  return { name, headers, reply: 'response' };
}

function authFailed({ pbx, address, credentials }: LoginOptions, reply: string): CompanionError {
  const { username } = credentials;
  return new CompanionError(
    'AMI_AUTH_FAILED',
    `the PBX at ${address} refused the manager user "${username}": wrong name or secret, or not permitted from here`,
    { pbx, username, reply },
  );
}

/** What listens at the address speaks something else. */
export function notAManager(address: string, why: string): CompanionError {
  return new CompanionError(
    'AMI_DISCONNECTED',
    `what answers at ${address} is no Asterisk manager interface: ${why}`,
    { address },
  );
}
