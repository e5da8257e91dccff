import { type Context, contextsOf, type Step } from '../../dialplan/conf/dialplan.ts';
import { type ReadConf, readConf } from '../../dialplan/conf/reader.ts';
import { CompanionError } from '../../model/errors.ts';
import type { DialplanContext, DialplanExtension, DialplanStep } from '../calls/dialplan.ts';
import type { Hint } from '../calls/hints.ts';

/** What an `extensions.conf` gives to the simulated PBX. */
export interface DialplanConf {
  readonly dialplan: readonly DialplanContext[];
  readonly hints: readonly Hint[];
}

/**
 * Reads the contexts of an `extensions.conf`: `exten => X,1,App(data)`, `same => n(label),...`, `include => context`,
 * `exten => X,hint,Skype:user@buddy`.
 *
 * @throws CompanionError `CONFIG_INVALID` for a file that Asterisk refuses as a whole.
 */
export function readDialplanConf(file: string): DialplanConf {
  const conf = readConf(file);
  if (!conf.valid) throw new CompanionError('CONFIG_INVALID', `${file}: Asterisk would refuse this file`);
  return dialplanConf(conf);
}

/** Turns sections, which are contexts, into extensions and hints. */
export function dialplanConf(conf: ReadConf): DialplanConf {
  const contexts = [...contextsOf(conf).values()];
  return { dialplan: contexts.map(contextOf), hints: contexts.flatMap(hintsOf) };
}

function contextOf({ name, includes, steps }: Context): DialplanContext {
  const byExten = Map.groupBy(
    steps.filter(({ priority }) => priority !== 'hint'),
    ({ exten }) => exten,
  );
  return {
    name,
    includes: includes.map(({ context }) => context),
    extensions: [...byExten].map(([exten, own]) => extensionOf(exten, own)),
  };
}

function extensionOf(exten: string, own: readonly Step[]): DialplanExtension {
  const steps = new Map<number, DialplanStep>();
  const labels = new Map<string, number>();
  let last = 0;
  for (const { priority, label, application, data } of own) {
    last = priority === 'n' ? last + 1 : Number(priority);
    // Of a priority that is written twice Asterisk keeps the first.
    if (!Number.isInteger(last) || steps.has(last)) continue;
    steps.set(last, { application, data });
    if (label !== null) labels.set(label, last);
  }
  return { exten, steps, labels };
}

function hintsOf({ name, steps }: Context): readonly Hint[] {
  return steps
    .filter(({ priority }) => priority === 'hint')
    .map(({ exten, application }) => ({ exten, context: name, device: application }));
}
