import { DIAGNOSTIC_CODES as CODES, type KeyPath, quote } from '../diagnostic.ts';
import type { RawMapping } from '../yaml/document.ts';
import { type Findings, list, mapping, text } from './findings.ts';
import { isDialplanSkypeName, isExtension, shortestMatch } from './names.ts';
import { DEFAULT_TRANSFER_CONTEXT } from './routes.ts';
import { DEFAULT_HINTS_CONTEXT, incomingContext } from './schema.ts';

/** Hints of buddies and `extra`: each extension once in a context, and names that a hint can hold. */
export function checkHints(findings: Findings, hints: RawMapping): void {
  const context = text(hints['context']) ?? DEFAULT_HINTS_CONTEXT;
  for (const [name, user] of Object.entries(findings.users)) {
    for (const [buddy, entry] of Object.entries(mapping(mapping(user)['buddies']))) {
      const exten = mapping(entry)['hint'];
      const path = ['users', name, 'buddies', buddy, 'hint'];
      if (exten === undefined) continue;
      findings.unique('hint', context, exten, path);
      for (const part of [name, buddy]) {
        if (isDialplanSkypeName(part) || !part.includes(',')) continue;
        const message = `found a hint for ${quote(part)}, allowed: names without a comma, which would end the hint`;
        findings.add(path, CODES.VALUE, message);
      }
    }
  }
  for (const [index, entry] of list(hints['extra']).entries()) {
    const { exten, user, context: own } = mapping(entry);
    const path = ['hints', 'extra', index];
    findings.unique('hint', text(own) ?? context, exten, [...path, 'exten']);
    findings.known(user, [...path, 'user']);
    findings.plain(user, [...path, 'user']);
  }
}

/** Routes of calls: accounts that are there, steps that lead somewhere, each extension once. */
export function checkRoutes(findings: Findings, routes: RawMapping): void {
  const incoming = list(routes['incoming']).map(mapping);
  for (const [index, route] of incoming.entries()) checkIncoming(findings, route, index);
  for (const [index, route] of list(routes['outgoing']).entries()) {
    checkOutgoing(findings, mapping(route), index);
  }
  const transfer = text(mapping(routes['transfer'])['context']) ?? DEFAULT_TRANSFER_CONTEXT;
  const none = routes['transfer'] === undefined && incoming.every((route) => route['app'] === undefined);
  if (!none) findings.unique('route', transfer, 's', ['routes', 'transfer']);
}

function checkIncoming(findings: Findings, route: RawMapping, index: number): void {
  const path = ['routes', 'incoming', index];
  if (route['dial'] === undefined && route['app'] === undefined && route['continue'] === undefined) {
    const message = 'found neither dial nor app nor continue, required: at least one of them';
    findings.add(path, CODES.MISSING_KEY, message);
  }
  if (route['timeout'] !== undefined && route['dial'] === undefined) {
    const message = 'found timeout without dial, allowed: timeout where something rings';
    findings.add([...path, 'timeout'], CODES.CONTRADICTION, message, 'key');
  }
  const user = findings.known(route['user'], [...path, 'user']);
  if (user === null) return;
  const own = findings.option(user, 'exten');
  const exten = own ?? user;
  if (own === undefined && !isExtension(exten)) {
    const message = `found ${quote(exten)} without exten, allowed: an account whose name can be an extension, or one with exten`;
    findings.add([...path, 'user'], CODES.VALUE, message);
  }
  const context = findings.option(user, 'context');
  const generated = incomingContext(context, text(route['context']));
  findings.unique('route', generated, exten, [...path, 'user']);
  checkContinuation(findings, route, [...path, 'continue'], exten, [generated, context ?? 'default']);
}

/** A call that continues where it came from would come back for ever. */
function checkContinuation(
  findings: Findings,
  route: RawMapping,
  path: KeyPath,
  exten: string,
  contexts: readonly string[],
): void {
  const target = text(route['continue']) ?? text(mapping(route['continue'])['context']);
  const targetExten = text(mapping(route['continue'])['exten']) ?? exten;
  if (target === undefined || targetExten !== exten || !contexts.includes(target)) return;
  const message = `found ${quote(target)}, allowed: another context, because this one leads back to this route for ever`;
  findings.add(path, CODES.CONTRADICTION, message);
}

function checkOutgoing(findings: Findings, route: RawMapping, index: number): void {
  const path = ['routes', 'outgoing', index];
  const exten = text(route['exten']);
  findings.known(route['originator'], [...path, 'originator']);
  findings.plain(route['originator'], [...path, 'originator']);
  const context = text(route['context']);
  if (context !== undefined) findings.unique('route', context, exten, [...path, 'exten']);
  const to = route['to'] !== undefined;
  const strip = text(route['strip']);
  if (to && strip !== undefined) {
    const message = 'found strip beside to, allowed: one of the two';
    findings.add([...path, 'strip'], CODES.CONTRADICTION, message, 'key');
  } else if (!to && route['strip'] === undefined) {
    findings.add(path, CODES.MISSING_KEY, 'found neither to nor strip, required: one of the two');
  }
  if (to || strip === undefined || exten === undefined || Number(strip) < shortestMatch(exten)) return;
  const message = `found ${quote(strip)}, allowed: less than the ${shortestMatch(exten)} characters that ${quote(exten)} takes at least`;
  findings.add([...path, 'strip'], CODES.CONTRADICTION, message);
}
