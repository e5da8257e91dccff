import { quote } from '../../config/diagnostic.ts';
import { USER_OPTIONS } from '../../config/model/options.ts';
import { incomingContext } from '../../config/model/schema.ts';
import { patternOf } from '../conf/patterns.ts';
import { type Finding, findSteps, type LintInput, type OperatorDialplan, type Rule } from './rule.ts';

// Rules that hold the model against the operator's dialplan; without it they have nothing to say.

/** SFA201, SFA202: where the driver sends calls, there must be somebody to take them (manual 3.2.2). */
export const callsArrive: Rule = ({ model, dialplan }) => {
  if (dialplan === null) return [];
  return model.users.flatMap((user): Finding[] => {
    if (user.direction === 'outgoing') return [];
    const context = user.context ?? USER_OPTIONS.context.default;
    const exten = user.exten ?? user.name;
    const path = ['users', user.name, ...(user.context === undefined ? [] : ['context'])];
    if (!dialplan.contexts.has(context)) {
      const message = `found no context ${quote(context)} in ${dialplan.file}, to which the driver sends calls; define it, or name another`;
      return [{ code: 'SFA201', path, message }];
    }
    if (findSteps(dialplan.contexts, context, exten).length > 0) return [];
    const message = `found no extension ${quote(exten)} in context ${quote(context)} of ${dialplan.file}; define it there, or include what does`;
    const at = user.exten === undefined ? path : ['users', user.name, 'exten'];
    return [{ code: 'SFA202', path: at, message }];
  });
};

/** SFA203: a generated context that no context of the operator includes. */
export const contextsAreIncluded: Rule = ({ generated, dialplan, model }) => {
  if (dialplan === null) return [];
  if (!dialplan.includesOurs && generated.length > 0) {
    const message = `found no "#tryinclude extensions_skype.conf" in ${dialplan.file}; write it at the end`;
    return [{ code: 'SFA203', path: ['routes'], message }];
  }
  const included = new Set(
    [...dialplan.contexts.values()].flatMap(({ includes }) => includes.map((i) => i.context)),
  );
  return generated.flatMap(({ name, includedBy }): Finding[] => {
    if (includedBy.length === 0 || included.has(name)) return [];
    const where =
      includedBy[0] === null || includedBy[0] === undefined ? 'a context of yours' : `[${includedBy[0]}]`;
    const message = `found nothing that includes the generated context ${quote(name)}; write "include => ${name}" in ${where}`;
    return [{ code: 'SFA203', path: pathOfContext(model, name), message }];
  });
};

/** SFA204: steps of the operator that hide ours, or mix with them by priority (Asterisk 22 seen). */
export const stepsDoNotMix: Rule = ({ model, dialplan }) => {
  if (dialplan === null) return [];
  const users = new Map<string, LintInput['model']['users'][number]>(
    model.users.map((user) => [user.name, user]),
  );
  const incoming = model.routes.incoming.flatMap((route, index): Finding[] => {
    const user = users.get(route.user);
    if (user === undefined) return [];
    const own = user.context ?? USER_OPTIONS.context.default;
    const generated = incomingContext(user.context, route.context);
    const exten = user.exten ?? user.name;
    return [...new Set([generated, own])].flatMap((context) =>
      foreignSteps(dialplan, context, exten, ['routes', 'incoming', index], context === generated),
    );
  });
  const outgoing = model.routes.outgoing.flatMap((route, index) => {
    const includers = [...dialplan.contexts.values()].filter(({ includes }) =>
      includes.some(({ context }) => context === route.context),
    );
    return [route.context, ...includers.map(({ name }) => name)].flatMap((context) =>
      foreignSteps(dialplan, context, route.exten, ['routes', 'outgoing', index], context === route.context),
    );
  });
  return [...incoming, ...outgoing];
};

function foreignSteps(
  dialplan: OperatorDialplan,
  context: string,
  exten: string,
  path: Finding['path'],
  same: boolean,
): Finding[] {
  const steps = dialplan.contexts.get(context)?.steps ?? [];
  const step = steps.find(
    (each) => each.priority !== 'hint' && !dialplan.isOurs(each) && each.exten === exten,
  );
  if (step === undefined) return [];
  const effect = same ? 'mix with the generated ones by priority' : 'hide the generated ones';
  const message = `found steps for ${quote(exten)} in context ${quote(context)} at ${step.file}:${step.line}, which ${effect}; remove them, or the route`;
  return [{ code: 'SFA204', path, message }];
}

/** SFA205: the operator has a hint for the same extension, or watches the same buddy already. */
export const hintsStandOnce: Rule = ({ generated, dialplan, model }) => {
  if (dialplan === null) return [];
  const theirs = [...dialplan.contexts.values()].flatMap((context) =>
    context.steps
      .filter((step) => step.priority === 'hint' && !dialplan.isOurs(step))
      .map((step) => ({ step, context })),
  );
  return generated.flatMap(({ name, entries }) =>
    entries.flatMap(({ value }): Finding[] => {
      const match = /^([^,]+),hint,(.*)$/.exec(value);
      if (match?.[1] === undefined) return [];
      const [, exten, device = ''] = match;
      const other = theirs.find(({ step, context }) => {
        if (step.application.toLowerCase() === device.toLowerCase()) return true;
        const meets = context.name === name || context.includes.some((include) => include.context === name);
        return meets && step.exten === exten;
      });
      if (other === undefined) return [];
      const message = `found a hint ${quote(`${other.step.exten} => ${other.step.application}`)} at ${other.step.file}:${other.step.line} beside ${quote(`${exten} => ${device}`)}; keep one of the two`;
      return [{ code: 'SFA205', path: pathOfHint(model, exten, device), message }];
    }),
  );
};

/** SFA214: `.` matches `&` too, and Dial takes what follows it for a second device (Asterisk 22 seen). */
export const dialsAreFiltered: Rule = ({ dialplan }) => {
  if (dialplan === null) return [];
  return [...dialplan.contexts.values()].flatMap(({ steps }) =>
    steps.flatMap((step): Finding[] => {
      if (step.application.toLowerCase() !== 'dial' || !patternOf(step.exten).open) return [];
      if (!/skype\//i.test(step.data)) return [];
      const unfiltered = step.data.replace(/\$\{FILTER\([^,]*,\$\{EXTEN[^}]*\}\)\}/g, '');
      if (!unfiltered.includes('${EXTEN')) return [];
      const message = `found \${EXTEN} in Dial of the pattern ${quote(step.exten)}, which lets & through to a second device; write \${FILTER(0-9+,\${EXTEN})}`;
      return [{ code: 'SFA214', path: [], message, place: { file: step.file, line: step.line } }];
    }),
  );
};

function pathOfContext({ routes, hints }: LintInput['model'], name: string): Finding['path'] {
  const outgoing = routes.outgoing.findIndex(({ context }) => context === name);
  if (outgoing !== -1) return ['routes', 'outgoing', outgoing, 'context'];
  if (hints.context === name) return ['hints', 'context'];
  const extra = hints.extra.findIndex(({ context }) => context === name);
  if (extra !== -1) return ['hints', 'extra', extra, 'context'];
  const incoming = routes.incoming.findIndex(({ context }) => context === name);
  return incoming === -1 ? ['routes', 'incoming'] : ['routes', 'incoming', incoming, 'context'];
}

function pathOfHint({ users, hints }: LintInput['model'], exten: string, device: string): Finding['path'] {
  for (const user of users) {
    const buddy = user.buddies?.find(
      ({ name, hint }) => hint === exten && device.endsWith(`${user.name}@${name}`),
    );
    if (buddy !== undefined) return ['users', user.name, 'buddies', buddy.name, 'hint'];
  }
  const extra = hints.extra.findIndex((hint) => hint.exten === exten);
  return extra === -1 ? ['hints'] : ['hints', 'extra', extra, 'exten'];
}
