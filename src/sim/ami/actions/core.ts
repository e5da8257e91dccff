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
    name: 'ModuleCheck',
    synopsis: 'Check if module is loaded.',
    rights: ['system'],
    run: (context) =>
      MODULES.has(context.request.text('Module').replace(/\.so$/, ''))
        ? successWith(context, [['Version', '']])
        : failure(context, 'Module not loaded'),
  },
  {
    name: 'CoreSettings',
    synopsis: 'Show PBX core settings (version etc).',
    rights: ['system', 'reporting'],
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
        ['CoreCDRenabled', 'No'],
        ['CoreHTTPenabled', 'Yes'],
      ]),
  },
  {
    name: 'Getvar',
    synopsis: 'Gets a channel variable or function value.',
    rights: ['call', 'reporting'],
    run: getvar,
  },
  { name: 'Setvar', synopsis: 'Sets a channel variable or function value.', rights: ['call'], run: setvar },
];

const MODULES: ReadonlySet<string> = new Set(['chan_skype', 'res_skypeforasterisk', 'res_ari', 'chan_pjsip']);

/** A function that fails gives an empty `Value`, not an error (Asterisk 22). */
function getvar(context: ActionContext): string {
  const { request, world } = context;
  const variable = request.text('Variable');
  if (variable === '') return failure(context, 'No variable specified');
  const channel = findChannel(context);
  if (channel === undefined) return failure(context, 'No such channel');
  return successWith(context, [
    ['Variable', variable],
    ['Value', world.variables.read(variable, channel) ?? ''],
  ]);
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

/** The channel that the request names: null when it names none, undefined when there is no such channel. */
function findChannel({ request, world }: ActionContext) {
  const name = request.text('Channel');
  return name === '' ? null : world.calls.book.channel(name);
}
