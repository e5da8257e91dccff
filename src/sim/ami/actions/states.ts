import { type ActionContext, failure, listing, type ManagerAction, successWith } from '../action.ts';
import type { Field } from '../blocks.ts';
import { channelFields } from '../call-events-22.ts';

/** Questions about channels, extensions and devices (shapes of Asterisk 22, of 1.4 by its public manager.c). */
export const STATE_ACTIONS: readonly ManagerAction[] = [
  {
    name: 'Status',
    synopsis: 'List channel status.',
    rights: ['system', 'call', 'reporting'],
    ancientRights: ['call'],
    run: status,
  },
  {
    name: 'CoreShowChannels',
    synopsis: 'List currently active channels.',
    rights: ['system', 'reporting'],
    later: true,
    run(context) {
      const { calls, clock } = context.world;
      const entries = calls.book.channels.map((channel) => ({
        event: 'CoreShowChannel',
        fields: [
          ...channelFields(channel),
          ['Application', channel.app === null ? channel.application : 'Stasis'] as const,
          ['ApplicationData', channel.app ?? channel.applicationData] as const,
          ['Duration', duration(clock.now() - channel.createdAt)] as const,
          ['BridgeId', channel.bridge?.id ?? ''] as const,
        ],
      }));
      return listing(context, 'Channels will follow', entries, 'CoreShowChannelsComplete');
    },
  },
  {
    name: 'DeviceStateList',
    synopsis: 'List the current known device states.',
    rights: ['call', 'reporting'],
    later: true,
    run(context) {
      const entries = [...context.world.devices.known].map(([device, state]) => ({
        event: 'DeviceStateChange',
        fields: [
          ['Device', device],
          ['State', state],
        ] as const,
      }));
      return listing(context, 'Device State Changes will follow', entries, 'DeviceStateListComplete');
    },
  },
  {
    name: 'ExtensionState',
    synopsis: 'Check Extension Status.',
    rights: ['call', 'reporting'],
    ancientRights: ['call'],
    run: extensionState,
  },
  {
    name: 'ShowDialPlan',
    synopsis: 'Show dialplan contexts and extensions',
    rights: ['config', 'reporting'],
    later: true,
    run: showDialplan,
  },
  {
    name: 'ExtensionStateList',
    synopsis: 'List the current known extension states.',
    rights: ['call', 'reporting'],
    later: true,
    run(context) {
      const entries = context.world.hints.states.map(
        ({ exten, context: where, device, status: code, text }) => ({
          event: 'ExtensionStatus',
          fields: [
            ['Exten', exten],
            ['Context', where],
            ['Hint', device],
            ['Status', String(code)],
            ['StatusText', text],
          ] as const,
        }),
      );
      return listing(context, 'Extension Statuses will follow', entries, 'ExtensionStateListComplete');
    },
  },
];

/** Shapes and texts of Asterisk 22; without `Context` it would list everything, which nobody needs here. */
function showDialplan(context: ActionContext): string {
  const where = context.request.text('Context');
  const entries = context.world.contexts.entries(where);
  if (entries === null) return failure(context, `Did not find context ${where}`);
  return listing(
    context,
    'DialPlan list will follow',
    entries.map((entry) => ({
      event: 'ListDialplan',
      fields: [
        ['Context', where],
        ...('include' in entry
          ? [['IncludeContext', entry.include] as const]
          : [
              ['Extension', entry.exten] as const,
              ['Priority', entry.priority] as const,
              ['Application', entry.application] as const,
              ['AppData', entry.data] as const,
            ]),
        ['Registrar', 'pbx_config'],
      ],
    })),
    'ShowDialPlanComplete',
  );
}

/** Of one channel, or of all. */
function status(context: ActionContext): string {
  const { request, world } = context;
  const wanted = request.text('Channel');
  const one = wanted === '' ? undefined : world.calls.book.channel(wanted);
  if (wanted !== '' && !one) return failure(context, 'No such channel');
  const ancient = world.variation.era === '1.4';
  const entries = (one ? [one] : world.calls.book.channels).map((channel) => {
    const seconds = String(Math.floor((world.clock.now() - channel.createdAt) / 1000));
    const old: readonly Field[] = [
      ['Channel', channel.name],
      ['CallerID', channel.caller.number],
      ['CallerIDName', channel.caller.name],
      ['State', channel.state],
      ['Context', channel.context],
      ['Extension', channel.exten],
      ['Priority', String(channel.priority)],
      ['Seconds', seconds],
      ['Uniqueid', channel.id],
    ];
    const now: readonly Field[] = [
      ...channelFields(channel),
      ['Type', channel.tech],
      ['DNID', ''],
      ['EffectiveConnectedLineNum', channel.connected.number || '<unknown>'],
      ['EffectiveConnectedLineName', channel.connected.name || '<unknown>'],
      ['TimeToHangup', '0'],
      ['BridgeID', channel.bridge?.id ?? ''],
      ['Application', channel.app === null ? channel.application : 'Stasis'],
      ['Data', channel.app ?? channel.applicationData],
      ...STATUS_TAIL,
      ['Seconds', seconds],
    ];
    const fields = [['Privilege', 'Call'], ...(ancient ? old : now)] as const;
    return { event: 'Status', fields, idLast: true } as const;
  });
  const ending = [['Items', String(entries.length)]] as const;
  return listing(context, 'Channel status will follow', entries, 'StatusComplete', ending);
}

/** What Status tells of the sound: every channel here would carry ulaw. */
const STATUS_TAIL: readonly Field[] = [
  ['Nativeformats', '(ulaw)'],
  ['Readformat', 'ulaw'],
  ['Readtrans', ''],
  ['Writeformat', 'ulaw'],
  ['Writetrans', ''],
  ['Callgroup', '0'],
  ['Pickupgroup', '0'],
];

function extensionState(context: ActionContext): string {
  const { request, world } = context;
  const exten = request.text('Exten');
  if (exten === '') return failure(context, 'Extension not specified');
  const where = request.text('Context') || 'default';
  const state = world.hints.state(exten, where);
  const fields: Field[] = [
    ['Message', 'Extension Status'],
    ['Exten', exten],
    ['Context', where],
    ['Hint', state?.device ?? ''],
    ['Status', String(state?.status ?? -1)],
  ];
  if (world.variation.era === '22') fields.push(['StatusText', state?.text ?? 'Unknown']);
  return successWith(context, fields);
}

/** `HH:MM:SS`. */
function duration(millis: number): string {
  const seconds = Math.max(0, Math.floor(millis / 1000));
  return [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60]
    .map((part) => String(part).padStart(2, '0'))
    .join(':');
}
