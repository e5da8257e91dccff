import { describe, expect, it } from 'vitest';
import {
  checkAgent,
  checkDestination,
  checkDigits,
  checkExtension,
  checkMedia,
  checkVariables,
} from '../../src/services/calls/admission.ts';
import { skypeEndpoint, skypeVariables } from '../../src/services/calls/endpoint.ts';
import { DEFAULT_CALL_RULES } from '../../src/services/calls/rules.ts';

const rules = { ...DEFAULT_CALL_RULES, agents: ['PJSIP/*', 'PJSIP/*@trunk', 'Local/agent-*@agents'] };
const refused = expect.objectContaining({ code: 'VALUE_FORBIDDEN' });
const verdict = (work: () => unknown): unknown => {
  try {
    work();
    return 'allowed';
  } catch (thrown) {
    return thrown;
  }
};

describe('what may be called', () => {
  it.each([
    ['PJSIP/shoe-phone', 'allowed'],
    ['pjsip/shoe-phone', 'allowed'],
    ['PJSIP/112', 'allowed'],
    ['Local/agent-7@agents', 'allowed'],
    ['Local/6001@agents', refused],
    ['Local/agent-7@default', refused],
    ['PJSIP/a&PJSIP/b', refused],
    ['PJSIP/a,30,g', refused],
    ['PJSIP/5551234@trunk', 'allowed'],
    ['PJSIP/112@trunk', refused],
    ['DAHDI/1', refused],
    ['PJSIP/../x', refused],
    ['shoe-phone', refused],
  ])('agent %s', (agent, expected) => {
    expect(verdict(() => checkAgent(agent, rules))).toEqual(expected);
  });

  it.each([
    ['austin_powers', 'allowed'],
    ['+442079460007', 'allowed'],
    ['+112', refused],
    ['112', refused],
    ['+911', refused],
    ['live:911', 'allowed'],
    ['a\r\nb', refused],
  ])('to %s', (to, expected) => {
    expect(verdict(() => checkDestination(to, rules))).toEqual(expected);
  });

  it.each([
    ['6001', undefined, 'allowed'],
    ['911', undefined, refused],
    ['6001', 'default', 'allowed'],
    ['6001', 'from-trunk', refused],
    ['6001,1', undefined, refused],
    ['${SHELL(x)}', undefined, refused],
  ])('extension %s in %s', (extension, context, expected) => {
    expect(verdict(() => checkExtension(extension, context, rules))).toEqual(expected);
  });

  it.each([
    [{ CAMPAIGN: 'spring', __X: '${y}' }, 'allowed'],
    [{ 'SHELL(rm)': 'x' }, refused],
    [{ 'a b': 'x' }, refused],
    [{ A: 'x\ny' }, refused],
    [{ __proto: 'x' }, 'allowed'],
  ])('variables %j', (variables, expected) => {
    expect(verdict(() => checkVariables(variables))).toEqual(expected);
  });

  it.each([
    ['sound:hello-world', 'allowed'],
    ['recording:a.b', 'allowed'],
    ['sound:http://x/y', refused],
    ['sound:../../etc/passwd', refused],
    ['channel:x', refused],
  ])('media %s', (media, expected) => {
    expect(verdict(() => checkMedia(media))).toEqual(expected);
  });

  it('takes digits of a keypad only', () => {
    expect(verdict(() => checkDigits('0123456789*#ABCD'))).toBe('allowed');
    expect(verdict(() => checkDigits('1w2'))).toEqual(refused);
  });
});

describe('the Skype leg', () => {
  it.each([
    [
      'Skype/{originator}@{destination}',
      'Skype/bond@powers',
      { 'SKYPE_CALL_PROPERTY(topic)': 'T', 'SKYPE_CALL_PROPERTY(token)': 'K' },
    ],
    [
      'PJSIP/{destination}@skype-gateway',
      'PJSIP/powers@skype-gateway',
      { 'PJSIP_HEADER(add,X-Skype-Topic)': 'T', 'PJSIP_HEADER(add,X-Skype-Token)': 'K' },
    ],
    [
      'SIP/gateway/{destination}',
      'SIP/gateway/powers',
      { SIPADDHEADER01: 'X-Skype-Topic: T', SIPADDHEADER02: 'X-Skype-Token: K' },
    ],
    [
      'IAX2/gateway/{destination}',
      'IAX2/gateway/powers',
      { 'IAXVAR(skype_topic)': 'T', 'IAXVAR(skype_token)': 'K' },
    ],
  ])('%s', (template, endpoint, variables) => {
    expect(skypeEndpoint(template, 'bond', 'powers')).toBe(endpoint);
    expect(skypeVariables(endpoint, { topic: 'T', token: 'K' })).toEqual(variables);
    expect(skypeVariables(endpoint, { topic: null, token: null })).toEqual({});
  });
});
