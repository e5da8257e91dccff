import { printable } from '../../model/text.ts';
import { count, someOf } from '../../services/doctor/findings.ts';
import type { ModelPlan } from '../../services/provisioning/model-plan.ts';
import { type AccountPlan, changesAnything } from '../../services/reconcile/live-plan.ts';
import type { AccountOutcome } from '../../services/reconcile/reconcile.ts';

/** The plan of the files for people: a diff for each, and what needs more than a reload. */
export function printFilePlan({ files, loadOnly }: Pick<ModelPlan, 'files' | 'loadOnly'>): string {
  const lines = files.map(({ name, action, ownership, effective, diff }) => {
    const edited = ownership === 'edited' ? ' (changed by hand since it was written)' : '';
    const foreign = ownership === 'foreign' ? ' (sfa did not write it)' : '';
    const silent = action === 'replace' && !effective ? ' (comments only: nothing is reloaded for it)' : '';
    return `${name}: ${action}${edited}${foreign}${silent}\n${diff}`;
  });
  if (loadOnly.length > 0) {
    lines.push(`A reload leaves ${loadOnly.join(', ')} alone: apply with --restart-driver.\n`);
  }
  return lines.join('');
}

/** The plan of the live accounts for people; only accounts of which there is something to say. */
export function printLivePlan(pbx: string, outcomes: readonly AccountOutcome[]): string {
  const changing = outcomes.filter(({ plan }) => plan !== null && changesAnything(plan)).length;
  const absent = outcomes.flatMap(({ user, plan }) => (plan?.status === null ? [user] : []));
  const lines = outcomes.flatMap((outcome) => {
    const details = detailsOf(outcome);
    const status = outcome.plan?.status ? ` (${printable(outcome.plan.status)})` : '';
    return details.length === 0
      ? []
      : [`  ${outcome.user}${status}`, ...details.map((line) => `    ${line}`)];
  });
  if (absent.length > 0) {
    lines.push(
      `  not in the running driver${absent.length > 1 ? ` (${absent.length})` : ''}: ${someOf(absent)}`,
    );
  }
  const head = `Live accounts of ${pbx}: ${count(outcomes.length, 'account')}, ${changing} to change`;
  return `${[head, ...lines].join('\n')}\n`;
}

function detailsOf({ plan, error }: AccountOutcome): string[] {
  const trouble = error === null ? [] : [`cannot be looked at: ${printable(error)}`];
  return plan === null ? trouble : [...trouble, ...changesOf(plan)];
}

function changesOf({ login, set, add, remove, strangers }: AccountPlan): string[] {
  return [
    ...(login === 'in' ? ['log in; its profile and buddies are looked at then'] : []),
    ...(login === 'off' ? ['log off; the model has it no more'] : []),
    ...set.map(
      ({ property, from, to }) =>
        `set ${property}: ${from === null ? '(unreadable)' : text(from)} -> ${text(to)}`,
    ),
    ...add.map((buddy) => `add buddy ${buddy}`),
    ...remove.map((buddy) => `remove buddy ${buddy}`),
    ...(strangers.length === 0
      ? []
      : [`not in the model, and kept without --prune: ${strangers.join(', ')}`]),
  ];
}

/** What became of the live accounts, in one line and one for each failure. */
export function printLiveResult(outcomes: readonly AccountOutcome[]): string {
  const changed = outcomes.filter(
    ({ plan, error }) => error === null && plan !== null && changesAnything(plan),
  );
  const failed = outcomes.filter(({ error }) => error !== null);
  const lines = failed.map(({ user, error }) => `  ${user}: ${printable(error ?? '')}\n`);
  const head = `live accounts: ${outcomes.length} looked at, ${changed.length} changed, ${failed.length} failed\n`;
  return head + lines.join('');
}

function text(value: string): string {
  return JSON.stringify(printable(value));
}
