import { CompanionError } from '../../model/errors.ts';
import type { SkypeName } from '../../model/skype-name.ts';
import { sleep } from '../link/backoff.ts';
import type { AmiLink } from '../link/port.ts';
import { loginUser, logoffUser } from './cli.ts';
import { askAccountStatus } from './enquiry.ts';
import { explainRefusal } from './explain.ts';

/** How the end of a login or logoff is noticed. */
export interface LoginOptions {
  readonly timeoutMs?: number;
  /** The longest pause between two looks at the status, in milliseconds. */
  readonly pollMs?: number;
  /**
   * Subscribes to the `SkypeAccountStatus` events of the account; gives the way to end that. Without it,
   * only the status is read, which needs the right `call`.
   */
  readonly onStatus?: (listener: (status: string) => void) => () => void;
}

const DEFAULTS = { timeoutMs: 30_000, pollMs: 1_000 };

/**
 * Logs an account in and waits until its state says so: an event or its status property. What the CLI
 * command prints proves nothing.
 *
 * @returns the status that proved it.
 * @throws CompanionError `AMI_TIMEOUT` with the last known `status` when it does not happen in time (there
 *   is no sign of a refused password); `AMI_PERMISSION_DENIED`, `ACCOUNT_UNKNOWN`, `MODULE_ABSENT` and the
 *   other errors of a request.
 */
export function loginAccount(link: AmiLink, user: SkypeName, options: LoginOptions = {}): Promise<string> {
  return change(link, user, options, {
    name: 'login',
    command: loginUser(user),
    reached: (status) => status === 'Logged In',
  });
}

/** Logs an account off and waits until its state says so, like {@link loginAccount}. */
export function logoffAccount(link: AmiLink, user: SkypeName, options: LoginOptions = {}): Promise<string> {
  return change(link, user, options, {
    name: 'logoff',
    command: logoffUser(user),
    reached: (status) => status === 'Logged Out' || status === 'Logged Out and Password Saved',
  });
}

interface Change {
  readonly name: string;
  readonly command: ReturnType<typeof loginUser>;
  readonly reached: (status: string) => boolean;
}

async function change(
  link: AmiLink,
  user: SkypeName,
  options: LoginOptions,
  { name, command, reached }: Change,
): Promise<string> {
  const { timeoutMs, pollMs, onStatus } = { ...DEFAULTS, ...options };
  const done = new AbortController();
  const proof = Promise.withResolvers<string>();
  let last: string | null = null;
  const see = (status: string) => {
    last = status;
    if (reached(status)) proof.resolve(status);
  };
  const unsubscribe = onStatus?.(see);
  const watch = async (): Promise<void> => {
    await request(link, user, command);
    for (let pause = 20; !done.signal.aborted; pause = Math.min(pollMs, pause * 2)) {
      const status = await askAccountStatus(link, user);
      if (status !== null) see(status);
      // Without the right to look, the event is all there is to wait for.
      else if (onStatus === undefined) throw cannotLook(link, user);
      else return;
      await sleep(pause, done.signal);
    }
  };
  const timer = setTimeout(() => {
    const text = `the ${name} of "${user}" was not seen to be done within ${timeoutMs} ms`;
    proof.reject(new CompanionError('AMI_TIMEOUT', text, { pbx: link.pbx, user, status: last }));
  }, timeoutMs);
  try {
    watch().catch(proof.reject);
    return await proof.promise;
  } finally {
    clearTimeout(timer);
    done.abort();
    unsubscribe?.();
  }
}

async function request(link: AmiLink, user: SkypeName, command: ReturnType<typeof loginUser>): Promise<void> {
  try {
    await link.request(command);
  } catch (thrown) {
    const why = await explainRefusal(link, thrown, { user });
    // Logged out is where a login begins; and a refusal may mean that it is done already: the status tells.
    const open = why instanceof CompanionError && UNDECIDED.has(why.code);
    if (!open) throw why;
  }
}

const UNDECIDED: ReadonlySet<string> = new Set(['PBX_REFUSED', 'ACCOUNT_LOGGED_OUT']);

function cannotLook(link: AmiLink, user: SkypeName): CompanionError {
  return new CompanionError(
    'AMI_PERMISSION_DENIED',
    `the status of "${user}" cannot be read: the manager user of the PBX "${link.pbx}" may not use Getvar`,
    { pbx: link.pbx, action: 'Getvar' },
  );
}
