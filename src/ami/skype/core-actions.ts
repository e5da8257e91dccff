import { z } from 'zod';
import { escapeVariableValue } from '../wire/encoder.ts';
import type { AmiHeader } from '../wire/message.ts';
import { defineAction } from './action.ts';
import { line, moduleName, oneOf, variableName, variables, word } from './input.ts';

/** Asks for a sign of life. */
export const ping = defineAction({
  name: 'Ping',
  source: 'Asterisk',
  reply: 'response',
  input: z.tuple([]),
  headers: () => [],
});

/** Lists the actions that are loaded and permitted; see `commandsOf`. */
export const listCommands = defineAction({
  name: 'ListCommands',
  source: 'Asterisk',
  reply: 'response',
  input: z.tuple([]),
  headers: () => [],
});

/** Asks whether a module is loaded; an error means that it is not. Asterisk 1.6 and newer. */
export const moduleCheck = defineAction({
  name: 'ModuleCheck',
  source: 'Asterisk',
  reply: 'response',
  input: z.tuple([moduleName('module')]),
  headers: (module) => [['Module', module]],
});

/** Loads, unloads or reloads a module, and says honestly whether it worked. Asterisk 1.8 and newer. */
export const moduleLoad = defineAction({
  name: 'ModuleLoad',
  source: 'manual 2.5',
  reply: 'response',
  input: z.tuple([moduleName('module'), oneOf('loadType', ['load', 'unload', 'reload'])]),
  headers: (module, loadType) => [
    ['Module', module],
    ['LoadType', loadType],
  ],
});

/** Reloads a module; honest, unlike the CLI command. Bad options are warned of in the PBX's log only. */
export const reload = defineAction({
  name: 'Reload',
  source: 'manual 2.5',
  reply: 'response',
  input: z.tuple([moduleName('module')]),
  headers: (module) => [['Module', module]],
});

/** Sends a channel to an extension. */
export const redirect = defineAction({
  name: 'Redirect',
  source: 'Asterisk',
  reply: 'response',
  input: z.tuple([word('channel'), z.object({ context: word('context'), exten: word('exten') })]),
  headers: (channel, { context, exten }) => [
    ['Channel', channel],
    ['Context', context],
    ['Exten', exten],
    ['Priority', '1'],
  ],
});

/** Joins two channels. Asterisk 1.8 and newer. */
export const bridge = defineAction({
  name: 'Bridge',
  source: 'Asterisk',
  reply: 'response',
  input: z.tuple([word('channel1'), word('channel2')]),
  headers: (channel1, channel2) => [
    ['Channel1', channel1],
    ['Channel2', channel2],
  ],
});

/** Begins an attended transfer on behalf of a channel. Asterisk 1.8 and newer. */
export const atxfer = defineAction({
  name: 'Atxfer',
  source: 'Asterisk',
  reply: 'response',
  input: z.tuple([word('channel'), z.object({ context: word('context'), exten: word('exten') })]),
  headers: (channel, { context, exten }) => [
    ['Channel', channel],
    ['Exten', exten],
    ['Context', context],
  ],
});

/** Hangs a channel up. */
export const hangup = defineAction({
  name: 'Hangup',
  source: 'Asterisk',
  reply: 'response',
  input: z.tuple([word('channel')]),
  headers: (channel) => [['Channel', channel]],
});

/** Asks for an extension's hint and its state; `Hint` is empty for an extension without one. */
export const extensionState = defineAction({
  name: 'ExtensionState',
  source: 'Asterisk',
  reply: 'response',
  input: z.tuple([z.object({ context: word('context'), exten: word('exten') })]),
  headers: ({ context, exten }) => [
    ['Exten', exten],
    ['Context', context],
  ],
});

/** Lists a context's steps, hints and includes; refused when there is no such context. Asterisk 1.4 and newer. */
export const showDialplan = defineAction({
  name: 'ShowDialPlan',
  source: 'Asterisk',
  reply: { entryEvent: 'ListDialplan', completeEvent: 'ShowDialPlanComplete' },
  input: z.tuple([word('context')]),
  headers: (context) => [['Context', context]],
});

/** Lists the channels of an Asterisk 1.6 or newer. */
export const coreShowChannels = defineAction({
  name: 'CoreShowChannels',
  source: 'Asterisk',
  reply: { entryEvent: 'CoreShowChannel', completeEvent: 'CoreShowChannelsComplete' },
  input: z.tuple([]),
  headers: () => [],
});

/** Lists the channels of any Asterisk. */
export const status = defineAction({
  name: 'Status',
  source: 'Asterisk',
  reply: { entryEvent: 'Status', completeEvent: 'StatusComplete' },
  input: z.tuple([]),
  headers: () => [],
});

const ORIGINATE = z.object({
  /** A dial string, for example `Skype/james_bond@austin_powers` (manual 3.2.1). */
  channel: word('channel'),
  context: word('context'),
  exten: word('exten'),
  timeoutMs: z.int('timeoutMs: whole milliseconds').positive('timeoutMs: above 0').optional(),
  callerId: line('callerId').optional(),
  variables: variables('variables', variableName('a variable')).optional(),
});

/**
 * Places a call and sends it to an extension; values of variables are escaped for Asterisk's argument
 * parser. Answered when the call is queued: what becomes of it comes as `OriginateResponse`.
 */
export const originate = defineAction({
  name: 'Originate',
  source: 'manual 3.2.1',
  reply: 'response',
  input: z.tuple([ORIGINATE]),
  headers: ({ channel, context, exten, timeoutMs, callerId, variables: values }): AmiHeader[] => [
    ['Channel', channel],
    ['Context', context],
    ['Exten', exten],
    ['Priority', '1'],
    ['Async', 'true'],
    ...(timeoutMs === undefined ? [] : [['Timeout', String(timeoutMs)] as const]),
    ...(callerId === undefined ? [] : [['CallerID', callerId] as const]),
    ...Object.entries(values ?? {}).map(
      ([name, value]): AmiHeader => ['Variable', `${name}=${escapeVariableValue(value ?? '')}`],
    ),
  ],
});
