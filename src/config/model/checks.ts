import { nameKey } from '../../model/skype-name.ts';
import { DIAGNOSTIC_CODES as CODES, type KeyPath, type Problem, quote } from '../diagnostic.ts';
import type { RawMapping, RawValue } from '../yaml/document.ts';
import { Findings, list, mapping, text } from './findings.ts';
import { checkHints, checkRoutes } from './route-checks.ts';
import { accountProperty, propertyMistake } from './variables.ts';

/**
 * Finds what no single value shows: names that refer to nothing, extensions that stand twice, keys that
 * contradict each other. Works on the file as it was read, not on the parsed model, so that these
 * mistakes are told together with all others; whatever has another shape than expected is passed over,
 * because the schema tells that.
 */
export function checkModel(raw: RawValue): Problem[] {
  const model = mapping(raw);
  const findings = new Findings(model);
  findings.once(Object.keys(findings.users), ['users']);
  findings.known(mapping(model['general'])['default_user'], ['general', 'default_user']);
  checkOptions(findings, findings.defaults, ['defaults'], null);
  for (const name of Object.keys(findings.users)) {
    const user = mapping(findings.users[name]);
    checkOptions(findings, user, ['users', name], name);
    findings.once(Object.keys(mapping(user['buddies'])), ['users', name, 'buddies']);
  }
  checkHints(findings, mapping(model['hints']));
  checkRoutes(findings, mapping(model['routes']));
  return findings.problems;
}

/** The options of an account, or with `name` null those that all share. */
function checkOptions(findings: Findings, options: RawMapping, path: KeyPath, name: string | null): void {
  const disallow = list(options['disallow']);
  const all = disallow.length === 1 && disallow[0] === 'all';
  if (options['allow'] !== undefined && disallow.length > 0 && !all) {
    const message = 'found a list beside allow, allowed: [all], which is what stands before every allow';
    findings.add([...path, 'disallow'], CODES.CONTRADICTION, message);
  }
  if (options['setvar'] === undefined) return;
  checkVariables(findings, options, path, name);
}

function checkVariables(findings: Findings, options: RawMapping, path: KeyPath, name: string | null): void {
  const profile = { ...mapping(findings.defaults['profile']), ...mapping(options['profile']) };
  const seen = new Map<string, string>();
  for (const [variable, value] of Object.entries(mapping(options['setvar']))) {
    const here = [...path, 'setvar', variable];
    const found = accountProperty(variable);
    if (found === null) continue;
    const { account, property } = found;
    if (account !== null && (name === null || nameKey(account) !== nameKey(name))) {
      const allowed = name === null ? 'no account in defaults' : `${quote(name)} or no account`;
      const message = `found a property of the account ${quote(account)}, allowed: ${allowed}`;
      findings.add(here, CODES.CONTRADICTION, message, 'key');
    }
    const earlier = seen.get(property);
    if (earlier !== undefined) {
      const message = `found a property that ${quote(earlier)} sets too, allowed: every property once`;
      findings.add(here, CODES.DUPLICATE, message, 'key');
    }
    seen.set(property, variable);
    if (Object.hasOwn(profile, property)) {
      const message = `found a property that profile.${property} sets too, allowed: one of the two`;
      findings.add(here, CODES.CONTRADICTION, message, 'key');
    }
    const written = text(value);
    const mistake = written === undefined ? null : propertyMistake(property, written);
    if (mistake !== null) {
      findings.add(here, CODES.VALUE, `found ${quote(written ?? '')}, allowed: ${mistake}`);
    }
  }
}
