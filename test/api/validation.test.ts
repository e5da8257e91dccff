import { afterAll, beforeAll, expect, it } from 'vitest';
import { account, type Journey, startJourney } from '../helpers/service.ts';

let journey: Journey;
beforeAll(async () => {
  journey = await startJourney([account('boss')]);
});
afterAll(() => journey.stop());

const CHATS = '/v1/accounts/boss/chats';

it.each<[string, string, unknown, string, string]>([
  ['POST', CHATS, { to: 'x' }, 'text', 'text: found nothing, required: text'],
  [
    'POST',
    CHATS,
    { too: 'x', text: 'y' },
    'to',
    "to: found nothing, required: text; too: found unknown key 'too': did you mean 'to'?",
  ],
  ['POST', CHATS, { to: 7, text: [] }, 'to', 'to: found 7, allowed: text; text: found a list, allowed: text'],
  ['POST', CHATS, { to: '', text: 'x' }, 'to', 'to: found "", allowed: at least 1 character'],
  ['POST', CHATS, [], 'body', 'body: found a list, allowed: an object'],
  ['POST', CHATS, undefined, 'body', 'body: found nothing, allowed: an object'],
  ['GET', `${CHATS}?limit=many`, undefined, 'limit', 'limit: found "many", allowed: a number'],
  ['GET', `${CHATS}?limit=501`, undefined, 'limit', 'limit: found "501", allowed: at most 500'],
  [
    'GET',
    `${CHATS}?since=noon`,
    undefined,
    'since',
    'since: found "noon", allowed: a time of RFC 3339 with its offset, such as 2026-11-21T12:00:00Z',
  ],
  ['GET', `${CHATS}?direction=up`, undefined, 'direction', 'direction: found "up", allowed: in, out'],
  [
    'POST',
    '/v1/calls',
    { from: 'boss', to: 'x', agent: 'PJSIP/1', timeout: 1.5, record: 'yes', variables: { A: 1 } },
    'timeout',
    'timeout: found 1.5, allowed: a whole number; record: found "yes", allowed: true or false; ' +
      'variables.A: found 1, allowed: text',
  ],
  [
    'POST',
    '/v1/calls/none/transfer',
    { extension: '6001', skype: 'x' },
    'body',
    'body: found an object, allowed: either { extension, context } or { skype, topic }',
  ],
  [
    'POST',
    CHATS,
    { to: 'x', text: 'y', a: 1, b: 1, c: 1, d: 1, e: 1, f: 1, 'g\r\nX: y': 1 },
    'a',
    `${['a', 'b', 'c', 'd', 'e'].map((key) => `${key}: found unknown key '${key}', allowed: to, text, split, ttl`).join('; ')}; and 2 more`,
  ],
])('refuses %s %s %j about %s: %s', async (method, path, body, field, title) => {
  expect(await journey.call(method, path, body)).toMatchObject({
    status: 400,
    body: { code: 'REQUEST_INVALID', field, title },
  });
});

it('names the media type that it takes', async () => {
  const form = { 'content-type': 'application/x-www-form-urlencoded' };
  expect(await journey.call('POST', CHATS, { to: 'x', text: 'y' }, form)).toMatchObject({
    status: 400,
    body: {
      code: 'REQUEST_INVALID',
      field: 'content-type',
      title: 'content-type: found "application/x-www-form-urlencoded", allowed: application/json',
    },
  });
});

it('prints what would break a line as it is written', async () => {
  const { body } = await journey.call('POST', CHATS, { to: 'x', text: 'y', 'a\r\nX-Forged: 1\0': 1 });
  const key = 'a\\r\\nX-Forged: 1\\x00';
  expect(body).toMatchObject({
    field: key,
    title: `${key}: found unknown key '${key}', allowed: to, text, split, ttl`,
  });
});
