import { z } from 'zod';
import { RO_CALL_PROPERTIES, RW_CALL_PROPERTIES } from '../../model/call-properties.ts';
import { RO_ACCOUNT_PROPERTIES, RW_ACCOUNT_PROPERTIES } from '../../model/status.ts';
import type { AmiReply } from '../link/port.ts';
import { header } from '../wire/message.ts';
import { defineAction } from './action.ts';
import { argumentName, line, oneOf, variableName, word } from './input.ts';

/** What `CHANNEL(skype_...)` reads on a Skype channel; manual 3.3.1. */
export const CHANNEL_PROPERTIES = [
  'language',
  'topic',
  'token',
  'about',
  'birthday',
  'gender',
  'homepage',
  'homephone',
  'officephone',
  'mobilephone',
  'city',
  'province',
  'country',
] as const;

/** Reads a property of an account. */
export const getAccountProperty = defineAction({
  name: 'Getvar',
  source: 'manual 3.3.4',
  reply: 'response',
  input: z.tuple([
    argumentName('user'),
    oneOf('property', [...RW_ACCOUNT_PROPERTIES, ...RO_ACCOUNT_PROPERTIES]),
  ]),
  headers: (user, property) => [['Variable', `SKYPE_ACCOUNT_PROPERTY(${user},${property})`]],
});

/** Reads a property of the call that a channel is in. */
export const getCallProperty = defineAction({
  name: 'Getvar',
  source: 'manual 3.3.3',
  reply: 'response',
  input: z.tuple([word('channel'), oneOf('property', [...RW_CALL_PROPERTIES, ...RO_CALL_PROPERTIES])]),
  headers: (channel, property) => [
    ['Channel', channel],
    ['Variable', `SKYPE_CALL_PROPERTY(${property})`],
  ],
});

/** Sets a property of the call that a channel is in. The value is raw: `Setvar` reads no escapes. */
export const setCallProperty = defineAction({
  name: 'Setvar',
  source: 'manual 3.3.3',
  reply: 'response',
  input: z.tuple([word('channel'), oneOf('property', RW_CALL_PROPERTIES), line('value')]),
  headers: (channel, property, value) => [
    ['Channel', channel],
    ['Variable', `SKYPE_CALL_PROPERTY(${property})`],
    ['Value', value],
  ],
});

/** Reads what Skype tells of the caller on a Skype channel. */
export const getChannelProperty = defineAction({
  name: 'Getvar',
  source: 'manual 3.3.1',
  reply: 'response',
  input: z.tuple([word('channel'), oneOf('property', CHANNEL_PROPERTIES)]),
  headers: (channel, property) => [
    ['Channel', channel],
    ['Variable', `CHANNEL(skype_${property})`],
  ],
});

/** Reads any variable of a channel. */
export const getVariable = defineAction({
  name: 'Getvar',
  source: 'Asterisk',
  reply: 'response',
  input: z.tuple([word('channel'), variableName('variable')]),
  headers: (channel, variable) => [
    ['Channel', channel],
    ['Variable', variable],
  ],
});

/** Sets any variable of a channel; the value is raw. */
export const setVariable = defineAction({
  name: 'Setvar',
  source: 'Asterisk',
  reply: 'response',
  input: z.tuple([word('channel'), variableName('variable'), line('value')]),
  headers: (channel, variable, value) => [
    ['Channel', channel],
    ['Variable', variable],
    ['Value', value],
  ],
});

/** The value that a `Getvar` brought; empty when there is none. */
export function variableValue(reply: AmiReply): string {
  return header(reply.response, 'Value') ?? '';
}
