import { messageOf } from '../model/errors.ts';
import { AriHttp, type AriHttpOptions } from './http.ts';
import { probeAri } from './probe.ts';

/** What can be found out about an ARI without registering an application. */
export interface AriFacts {
  /** Why it cannot be used; null when it can. */
  readonly trouble: string | null;
  /** Whether the user may do more than read; null when that cannot be told. */
  readonly writable: boolean | null;
  /** Whether somebody has registered the application; null when that cannot be told. */
  readonly registered: boolean | null;
}

/** Looks at an ARI: nothing is changed, and an application that is registered stays with its service. */
export async function enquireAri(options: AriHttpOptions, app: string): Promise<AriFacts> {
  const http = new AriHttp({ timeoutMs: 5_000, ...options });
  try {
    const trouble = await probeAri(http, options.username);
    if (trouble !== null) return { trouble, writable: null, registered: null };
    const status = async (method: string, path: string) => (await http.send({ method, path })).status;
    // A channel that there is not: 404 for who may hang up, 403 for a user who may only read (Asterisk 22 seen).
    const hangup = await status('DELETE', '/channels/sfa-doctor-asks-nothing');
    const found = await status('GET', `/applications/${encodeURIComponent(app)}`);
    return { trouble: null, writable: answerOf(hangup, 404, 403), registered: answerOf(found, 200, 404) };
  } catch (thrown) {
    return { trouble: messageOf(thrown), writable: null, registered: null };
  } finally {
    http.stop();
  }
}

function answerOf(status: number, yes: number, no: number): boolean | null {
  if (status === yes) return true;
  return status === no ? false : null;
}
