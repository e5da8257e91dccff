import { type ActionContext, failure, type ManagerAction, mayRun, success, successWith } from '../action.ts';
import { privilege, rightMask } from '../rights.ts';

/** Actions of Asterisk's core that a companion uses (texts of Asterisk 22). */
export const CORE_ACTIONS: readonly ManagerAction[] = [
  {
    name: 'ListCommands',
    synopsis: 'List available manager commands.',
    rights: [],
    // Only what the session may run is listed (Asterisk 22 seen).
    run: (context) =>
      successWith(
        context,
        context.actions
          .filter((action) => mayRun(context.session, action))
          .map(({ name, synopsis, rights }) => [
            name,
            `${synopsis} (Priv: ${rights.length === 0 ? '<none>' : privilege(rightMask(rights))})`,
          ]),
      ),
  },
  {
    name: 'CoreSettings',
    synopsis: 'Show PBX core settings (version etc).',
    rights: ['system', 'reporting'],
    later: true,
    run: (context) =>
      successWith(context, [
        ['AMIversion', '11.0.0'],
        ['AsteriskVersion', '22.10.1-simulated'],
        ['SystemName', ''],
        ['CoreMaxCalls', '0'],
        ['CoreMaxLoadAvg', '0.000000'],
        ['CoreRunUser', ''],
        ['CoreRunGroup', ''],
        ['CoreMaxFilehandles', '0'],
        ['CoreRealTimeEnabled', 'No'],
        ['CoreCDRenabled', 'Yes'],
        ['CoreHTTPenabled', 'No'],
        ['SoundsSearchCustomDir', 'No'],
      ]),
  },
  {
    name: 'CoreStatus',
    synopsis: 'Show PBX core status variables.',
    rights: ['system', 'reporting'],
    later: true,
    run(context) {
      const { calls, lifetime } = context.world;
      const [startDate, startTime] = dateAndTime(lifetime.startedAt);
      const [reloadDate, reloadTime] = dateAndTime(lifetime.reloadedAt);
      return successWith(context, [
        ['CoreStartupDate', startDate],
        ['CoreStartupTime', startTime],
        ['CoreReloadDate', reloadDate],
        ['CoreReloadTime', reloadTime],
        ['CoreCurrentCalls', String(calls.book.bridges.length)],
        ['CoreProcessedCalls', String(calls.book.made)],
      ]);
    },
  },
  { name: 'UserEvent', synopsis: 'Send an arbitrary event.', rights: ['user'], run: userEvent },
  {
    name: 'Getvar',
    synopsis: 'Gets a channel variable or function value.',
    rights: ['call', 'reporting'],
    ancientRights: ['call'],
    run: getvar,
  },
  { name: 'Setvar', synopsis: 'Sets a channel variable or function value.', rights: ['call'], run: setvar },
];

/** A function that fails gives an empty `Value`, not an error (Asterisk 22). One that waits holds the session. */
function getvar(context: ActionContext): string | Promise<string> {
  const { request, world } = context;
  const variable = request.text('Variable');
  if (variable === '') return failure(context, 'No variable specified');
  const channel = findChannel(context);
  if (channel === undefined) return failure(context, 'No such channel');
  const value = world.variables.readLater(variable, channel);
  return value instanceof Promise
    ? value.then((late) => variableAnswer(context, variable, late))
    : variableAnswer(context, variable, value ?? '');
}

function variableAnswer(context: ActionContext, variable: string, value: string): string {
  const { actionId, world } = context;
  const fields = [
    ['Variable', variable],
    ['Value', value],
  ] as const;
  if (world.variation.era === '22') return successWith(context, fields);
  // In 1.4 the ActionID comes last.
  const id = actionId === '' ? [] : [['ActionID', actionId] as const];
  return world.dialect.answer('Success', '', [...fields, ...id]);
}

/** `Value` is taken as it is: nothing is split or unescaped, unlike `Variable: name=value` (Asterisk 22 seen). */
function setvar(context: ActionContext): string {
  const { request, world } = context;
  const variable = request.text('Variable');
  if (variable === '') return failure(context, 'No variable specified');
  const channel = findChannel(context);
  if (channel === undefined) return failure(context, 'No such channel');
  return world.variables.write(variable, request.text('Value'), channel)
    ? success(context, 'Variable Set')
    : failure(context, 'Variable not set');
}

/** Every header of the request but `Action` goes on into the event, the ActionID last (Asterisk 22 seen). */
function userEvent(context: ActionContext): string {
  const { request, world, actionId } = context;
  const fields = request.headers
    .filter(({ name }) => !['action', 'actionid', 'userevent'].includes(name))
    .map(({ written, raw }) => [written, raw.toString('utf8')] as const);
  world.publish('UserEvent', 'user', () => [
    ['UserEvent', request.text('UserEvent')],
    ...fields,
    ...(actionId === '' ? [] : [['ActionID', actionId] as const]),
  ]);
  return success(context, 'Event Sent');
}

/** `2026-11-21` and `07:15:44`, in UTC. */
function dateAndTime(millis: number): readonly [date: string, time: string] {
  const [date = '', time = ''] = new Date(millis).toISOString().split('T');
  return [date, time.slice(0, 8)];
}

/** The channel that the request names: null when it names none, undefined when there is no such channel. */
export function findChannel({ request, world }: ActionContext) {
  const name = request.text('Channel');
  return name === '' ? null : world.calls.book.channel(name);
}
