import { DIAL_STRING_RULE, isDialString, matchesDialPattern } from '../../model/dial-string.ts';
import { CompanionError } from '../../model/errors.ts';
import { isSkypeName, SKYPE_NAME_RULE, type SkypeName } from '../../model/skype-name.ts';
import { lineBreakerIn } from '../../model/text.ts';
import type { CallRules } from './rules.ts';

const EXTENSION = /^[A-Za-z0-9*#+][A-Za-z0-9*#+_.-]{0,63}$/;
const VARIABLE = /^_{0,2}[A-Za-z][A-Za-z0-9_]{0,79}$/;
const DIGITS = /^[0-9A-Da-d*#]{1,64}$/;
const MEDIA = /^(?:sound|recording|number|digits|characters|tone):[A-Za-z0-9_/.;:*#+-]{1,120}$/;
const MUSIC_CLASS = /^[A-Za-z0-9_.-]{1,64}$/;

/** What may be called and what may be written: every value of a request that reaches a PBX passes here. */

/** @throws CompanionError `VALUE_FORBIDDEN` for what is no Skype name, or an emergency number. */
export function checkDestination(to: string, rules: CallRules, field = 'to'): SkypeName {
  if (!isSkypeName(to)) throw forbidden(field, `allowed is ${SKYPE_NAME_RULE}`);
  checkNoEmergency(to, rules, field);
  return to;
}

/** @throws CompanionError `VALUE_FORBIDDEN` for a dial string that the allow-list does not hold. */
export function checkAgent(agent: string, rules: CallRules, field = 'agent'): string {
  if (!isDialString(agent)) throw forbidden(field, `allowed is ${DIAL_STRING_RULE}`);
  if (!rules.agents.some((pattern) => matchesDialPattern(pattern, agent))) {
    throw forbidden(field, `the settings (calls.agents) allow only ${rules.agents.join(', ') || 'nothing'}`);
  }
  // A device may be named like a number; what dials one is a number at a trunk or in a context.
  if (agent.includes('@')) checkNoEmergency(agent.slice(agent.indexOf('/') + 1), rules, field);
  return agent;
}

/** @throws CompanionError `VALUE_FORBIDDEN` */
export function checkExtension(
  extension: string,
  context: string | undefined,
  rules: CallRules,
): { readonly extension: string; readonly context: string } {
  if (!EXTENSION.test(extension)) throw forbidden('extension', 'allowed is an extension, for example 6001');
  checkNoEmergency(extension, rules, 'extension');
  const wanted = context ?? rules.transferContexts[0];
  if (wanted === undefined || !rules.transferContexts.includes(wanted)) {
    const allowed = rules.transferContexts.join(', ') || 'none';
    throw forbidden('context', `the settings (calls.transfer_contexts) allow only ${allowed}`);
  }
  return { extension, context: wanted };
}

/** @throws CompanionError `VALUE_FORBIDDEN` for a function, or a value that ends its line. */
export function checkVariables(
  variables: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  for (const [name, value] of Object.entries(variables)) {
    if (!VARIABLE.test(name)) {
      throw forbidden('variables', `"${name}": allowed are plain names; functions such as SHELL() are not`);
    }
    checkText(value, `variables.${name}`);
  }
  return variables;
}

/** @throws CompanionError `VALUE_FORBIDDEN` for CR, LF and NUL. */
export function checkText(text: string, field: string): string {
  const breaker = lineBreakerIn(text);
  if (breaker !== null) throw forbidden(field, `found ${breaker}, allowed is text of one line`);
  return text;
}

/** @throws CompanionError `VALUE_FORBIDDEN` */
export function checkDigits(digits: string): string {
  if (!DIGITS.test(digits)) throw forbidden('digits', 'allowed are 1 to 64 of 0-9 A-D * #');
  return digits;
}

/** @throws CompanionError `VALUE_FORBIDDEN` for what could reach a file or a server outside the PBX's sounds. */
export function checkMedia(media: string): string {
  if (!MEDIA.test(media) || /\.\.|\/\/|:\//.test(media)) {
    throw forbidden('media', 'allowed is sound:NAME, recording:NAME, number:, digits:, characters: or tone:');
  }
  return media;
}

/** @throws CompanionError `VALUE_FORBIDDEN` */
export function checkMusicClass(name: string): string {
  if (!MUSIC_CLASS.test(name)) throw forbidden('musicClass', 'allowed is a class of musiconhold.conf');
  return name;
}

/** Looks at the digits alone, so that neither a plus nor blanks and dashes hide an emergency number. */
function checkNoEmergency(text: string, rules: CallRules, field: string): void {
  const number = /^[+0-9().\s-]+(?=@|$)/.exec(text)?.[0].replace(/\D/g, '') ?? '';
  if (number !== '' && rules.emergency.includes(number)) {
    throw forbidden(field, `${number} is an emergency number: Skype for Asterisk must not call it`);
  }
}

function forbidden(field: string, rule: string): CompanionError {
  return new CompanionError('VALUE_FORBIDDEN', `${field}: ${rule}`, { field });
}
