import { messageOf } from '../model/errors.ts';
import type { AriHttpResponse } from './exchange.ts';
import { fieldsOf, itemsOf, textOf } from './fields.ts';
import type { AriHttp } from './http.ts';

/** The resources without which no call can be controlled. */
const NEEDED = ['channels', 'bridges', 'events', 'applications'];

/**
 * Finds out what stands behind a URL before the library does, which tells all failures alike.
 *
 * @returns one sentence that says what is wrong and where to mend it, or null when it is an ARI.
 */
export async function probeAri(http: AriHttp, username: string): Promise<string | null> {
  const base = http.base.slice(0, -'/ari'.length);
  let answer: AriHttpResponse;
  try {
    answer = await http.send({ method: 'GET', path: '/api-docs/resources.json' });
  } catch (thrown) {
    return `nobody answers at ${base} (${messageOf(thrown)}): is the URL right, and http.conf enabled?`;
  }
  switch (answer.status) {
    case 200:
      return missingResources(answer, base);
    case 401:
      return `${base} refuses the user "${username}": wrong name or password, see ari.conf`;
    case 403:
      return `${base} forbids ARI to the user "${username}": see ari.conf and the ACL of the HTTP server`;
    case 404:
      return notFound(http, base);
    default:
      return `${base} is not an ARI that can be used: it answers ${answer.status} to /ari/api-docs/resources.json`;
  }
}

function missingResources(answer: AriHttpResponse, base: string): string | null {
  let document: unknown;
  try {
    document = JSON.parse(answer.data.toString('utf8'));
  } catch {
    return `${base} is not an ARI: its /ari/api-docs/resources.json is no JSON`;
  }
  const names = itemsOf(fieldsOf(document)['apis']).map((api) => textOf(fieldsOf(api)['path']));
  if (names.length === 0) return `${base} is not an ARI: its /ari/api-docs/resources.json names no resources`;
  const missing = NEEDED.filter((name) => !names.some((path) => path.includes(`/${name}.`)));
  return missing.length === 0
    ? null
    : `the ARI at ${base} offers no ${missing.join(', ')}: is it Asterisk 13+?`;
}

/** ARI that is off and api-docs that are not installed look alike; an operation tells them apart. */
async function notFound(http: AriHttp, base: string): Promise<string> {
  try {
    const info = await http.send({ method: 'GET', path: '/asterisk/info' });
    if (info.status === 200) {
      return `the ARI at ${base} has no api-docs: install Asterisk's static-http/rest-api files (astdatadir)`;
    }
    const server = textOf(info.headers['server']);
    return /asterisk/i.test(server)
      ? `ARI is off at ${base}: set enabled = yes in ari.conf and load res_ari`
      : `ARI is off at ${base}, or it is another server (${server || 'it does not say what'}): set enabled = yes in ari.conf`;
  } catch (thrown) {
    return `nobody answers at ${base} (${messageOf(thrown)})`;
  }
}
