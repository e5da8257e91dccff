import { describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { http, openEvents } from './ari-support.ts';
import { ask, block, logIn, pbxForTest } from './support.ts';

const AT = Date.UTC(2026, 10, 21, 2, 39, 6, 689);
const clock = { now: () => AT };

describe('the door', () => {
  test('is shut without the right key', async () => {
    const pbx = await pbxForTest();
    const refused = await fetch(`${pbx.ari.url}/ari/channels`, { headers: { authorization: 'Basic eDp5' } });
    expect(refused.status).toBe(401);
    expect(refused.headers.get('www-authenticate')).toMatch(/^Basic realm=/);
    expect(await refused.json()).toEqual({ message: 'Authentication required' });
    expect((await fetch(`${pbx.ari.url}/ari/channels?api_key=ari:secret`)).status).toBe(200);
    expect((await fetch(`${pbx.ari.url}/ari/channels?api_key=ari:wrong`)).status).toBe(401);
  });

  test.each([
    ['app=x&api_key=ari:wrong', 401],
    ['api_key=ari:secret', 400],
  ])('WebSocket %s is refused with %i', async (query, status) => {
    const pbx = await pbxForTest();
    const socket = new WebSocket(`${pbx.ari.url.replace('http', 'ws')}/ari/events?${query}`);
    const [, response] = await new Promise<[unknown, { statusCode?: number | undefined }]>((resolve) => {
      socket.on('unexpected-response', (request, answer) => resolve([request, answer]));
      socket.on('error', () => {});
    });
    expect(response.statusCode).toBe(status);
    socket.terminate();
  });

  test('unknown places, methods and bodies', async () => {
    const pbx = await pbxForTest();
    expect(await http(pbx, 'GET /nowhere')).toEqual({ status: 404, body: { message: 'Resource not found' } });
    expect(await http(pbx, 'PUT /channels')).toEqual({ status: 405, body: { message: 'Invalid method' } });
    const broken = await fetch(`${pbx.ari.url}/ari/bridges?api_key=ari:secret`, {
      method: 'POST',
      body: '{',
    });
    expect(broken.status).toBe(400);
    expect(await broken.json()).toEqual({ message: 'Error parsing request body' });
  });
});

test('a call from an agent to Skype and back down, event by event', async () => {
  const pbx = await pbxForTest({ clock });
  const events = await openEvents(pbx, 'sfa');
  const all = await openEvents(pbx, 'watch', '&subscribeAll=true');

  const agent = await http(
    pbx,
    'POST /channels/agent-1?endpoint=PJSIP/shoe-phone&app=sfa&appArgs=agent,call-1',
    {
      variables: { CALL: '1' },
    },
  );
  expect(agent.status).toBe(200);
  expect(agent.body).toEqual({
    id: 'agent-1',
    name: 'PJSIP/shoe-phone-00000001',
    state: 'Down',
    protocol_id: '',
    caller: { name: '', number: '' },
    connected: { name: '', number: '' },
    accountcode: '',
    dialplan: { context: 'default', exten: 's', priority: 1, app_name: '', app_data: '' },
    creationtime: '2026-11-21T02:39:06.689+0000',
    language: 'en',
  });
  expect(await events.until('StasisStart')).toMatchObject({
    args: ['agent', 'call-1'],
    channel: { id: 'agent-1', state: 'Up', dialplan: { app_name: 'Stasis', app_data: 'sfa,agent,call-1' } },
    application: 'sfa',
    asterisk_id: '02:00:00:00:00:01',
    timestamp: '2026-11-21T02:39:06.689+0000',
  });
  expect(events.types()).toEqual([
    'Dial',
    'ChannelStateChange',
    'Dial',
    'ChannelStateChange',
    'Dial',
    'StasisStart',
  ]);

  const skype = '/channels?channelId=skype-1&app=sfa&callerId=James%20<007>&originator=agent-1';
  await http(pbx, `POST ${skype}&endpoint=${encodeURIComponent('Skype/james_bond@austin_powers')}`, {
    variables: { 'SKYPE_CALL_PROPERTY(topic)': 'Secret, plans' },
  });
  expect(await events.until('StasisStart')).toMatchObject({
    channel: {
      id: 'skype-1',
      name: 'Skype/james_bond@austin_powers-00000002',
      caller: { name: 'James', number: '007' },
    },
  });
  events.types();
  expect(await http(pbx, 'GET /channels/skype-1/variable?variable=SKYPE_CALL_PROPERTY(topic)')).toEqual({
    status: 200,
    body: { value: 'Secret, plans' },
  });
  expect(await http(pbx, 'GET /channels/skype-1/variable?variable=SKYPE_CALL_PROPERTY(fullname)')).toEqual({
    status: 200,
    body: { value: 'James Bond' },
  });
  expect(await http(pbx, 'GET /channels/skype-1/variable?variable=CHANNEL(skype_mobilephone)')).toEqual({
    status: 200,
    body: { value: '' },
  });
  const manager = await logIn(pbx);
  expect(
    await ask(
      manager,
      'Action: Getvar',
      'Channel: Skype/james_bond@austin_powers-00000002',
      'Variable: CHANNEL(skype_topic)',
    ),
  ).toBe(block('Response: Success', 'Variable: CHANNEL(skype_topic)', 'Value: Secret, plans'));

  expect(await http(pbx, 'POST /bridges/b-1?type=mixing&name=call')).toEqual({
    status: 200,
    body: {
      id: 'b-1',
      technology: 'simple_bridge',
      bridge_type: 'mixing',
      bridge_class: 'stasis',
      creator: 'Stasis',
      name: 'call',
      channels: [],
      creationtime: '2026-11-21T02:39:06.689+0000',
      video_mode: 'none',
    },
  });
  expect((await http(pbx, 'POST /bridges/b-1/addChannel?channel=agent-1,skype-1')).status).toBe(204);
  await events.until('ChannelEnteredBridge');
  expect(await events.until('ChannelEnteredBridge')).toMatchObject({
    bridge: { id: 'b-1', channels: ['agent-1', 'skype-1'] },
    channel: { id: 'skype-1' },
  });
  expect(await http(pbx, 'GET /bridges')).toMatchObject({ body: [{ id: 'b-1' }] });
  events.types();

  expect((await http(pbx, 'DELETE /channels/skype-1?reason=busy')).status).toBe(204);
  expect(await events.until('ChannelDestroyed')).toMatchObject({
    cause: 17,
    cause_txt: 'User busy',
    channel: { id: 'skype-1' },
  });
  expect(events.types()).toEqual([
    'ChannelHangupRequest',
    'ChannelLeftBridge',
    'StasisEnd',
    'ChannelDestroyed',
  ]);
  expect((await http(pbx, 'POST /channels/agent-1/continue')).status).toBe(204);
  await events.until('StasisEnd');
  expect((await http(pbx, 'DELETE /bridges/b-1')).status).toBe(204);
  await events.until('BridgeDestroyed');
  expect(await http(pbx, 'GET /channels/skype-1')).toEqual({
    status: 404,
    body: { message: 'Channel not found' },
  });
  expect(await all.until('ChannelCreated')).toMatchObject({ channel: { id: 'agent-1' } });
});

test('create, then dial', async () => {
  const pbx = await pbxForTest();
  const events = await openEvents(pbx, 'sfa');
  expect(await http(pbx, 'POST /channels/create?endpoint=PJSIP/desk&app=sfa&channelId=c')).toMatchObject({
    status: 200,
    body: { id: 'c', state: 'Down' },
  });
  await events.until('StasisStart');
  expect((await http(pbx, 'POST /channels/c/dial?timeout=20')).status).toBe(204);
  expect(await events.until('Dial')).toMatchObject({ dialstatus: '', dialstring: 'desk', peer: { id: 'c' } });
  expect(await events.until('Dial')).toMatchObject({ dialstatus: 'RINGING', dialstring: '' });
  expect(await events.until('Dial')).toMatchObject({ dialstatus: 'ANSWER' });
  expect(await http(pbx, 'POST /channels/c/dial')).toEqual({
    status: 409,
    body: { message: "Channel is not in the 'Down' state" },
  });
});

test.each([
  ['PJSIP/busy-desk', ['', 'BUSY'], 17, 'User busy'],
  ['PJSIP/desk-noanswer&timeout=1', ['', 'RINGING', 'NOANSWER'], 19, 'User alerting, no answer'],
  ['Skype/james_bond@gone', ['', 'CHANUNAVAIL'], 20, 'Subscriber absent'],
  ['Skype/james_bond@grumpy', ['', 'RINGING', 'BUSY'], 21, 'Call Rejected'],
])('nobody answers at %s', async (endpoint, dials, cause, cause_txt) => {
  const pbx = await pbxForTest({
    people: [
      { name: 'gone', status: 'Offline' },
      { name: 'grumpy', calls: 'reject' },
    ],
  });
  const events = await openEvents(pbx, 'sfa');
  await http(pbx, `POST /channels?app=sfa&endpoint=${endpoint}`);
  for (const dialstatus of dials) expect(await events.until('Dial')).toMatchObject({ dialstatus });
  expect(await events.until('ChannelDestroyed')).toMatchObject({ cause, cause_txt });
});

test.each([
  ['an unknown account', 'Skype/blofeld@austin_powers'],
  ['an account that is logged out', 'Skype/m_office@austin_powers'],
  ['no account and no default', 'Skype/austin_powers'],
  ['an account that only takes calls', 'Skype/deaf@austin_powers'],
  ['a technology that is not there', 'DAHDI/1'],
])('a channel for %s is refused without a reason', async (_, endpoint) => {
  const pbx = await pbxForTest({
    accounts: [{ user: 'm_office' }, { user: 'deaf', secret: 'x', direction: 'incoming' }],
  });
  await openEvents(pbx, 'sfa');
  expect(await http(pbx, `POST /channels?app=sfa&endpoint=${endpoint}`)).toEqual({
    status: 500,
    body: { error: 'Allocation failed' },
  });
});

test('licences: a call between two accounts takes two channels', async () => {
  const pbx = await pbxForTest({ licensedChannels: 2 });
  const events = await openEvents(pbx, 'sfa');
  await http(pbx, 'POST /channels?app=sfa&channelId=a&endpoint=Skype/james_bond@q_branch');
  await events.until('StasisStart');
  const { body } = await http(pbx, 'GET /channels');
  expect(body).toMatchObject([
    { name: 'Skype/james_bond@q_branch-00000001', state: 'Up' },
    {
      name: 'Skype/q_branch@james_bond-00000002',
      state: 'Up',
      caller: { name: 'James Bond', number: 'james_bond' },
    },
  ]);
  expect((await http(pbx, 'POST /channels?app=sfa&endpoint=Skype/james_bond@austin_powers')).status).toBe(
    500,
  );
  await http(pbx, 'DELETE /channels/a');
  expect((await http(pbx, 'GET /channels')).body).toEqual([]);
});

test('a call from Skype is offered to the application of the PBX', async () => {
  const pbx = await pbxForTest({ incomingApp: 'sfa' });
  const events = await openEvents(pbx, 'sfa');
  const channel = pbx.calls.incomingCall({
    to: 'james_bond',
    from: 'austin_powers',
    topic: 'Hi',
    targetIdentity: '+44123',
  });
  if ('denied' in channel) throw new Error('denied');
  expect(await events.until('StasisStart')).toMatchObject({
    channel: {
      id: channel.id,
      state: 'Ring',
      name: 'Skype/james_bond@austin_powers-00000001',
      caller: { name: 'Austin Powers', number: 'austin_powers' },
    },
  });
  expect(
    await http(pbx, `GET /channels/${channel.id}/variable?variable=SKYPE_CALL_PROPERTY(target_identity)`),
  ).toMatchObject({ body: { value: '+44123' } });
  await http(pbx, `POST /channels/${channel.id}/answer`);
  expect(await events.until('ChannelStateChange')).toMatchObject({ channel: { state: 'Up' } });
  pbx.calls.hangup(channel, 16);
  expect(await events.until('ChannelHangupRequest')).toMatchObject({ cause: 16 });
  expect(await events.until('StasisEnd')).not.toHaveProperty('cause');
  expect(pbx.calls.incomingCall({ to: 'm_office', from: 'x' })).toEqual({ denied: 20 });
  expect(pbx.calls.incomingCall({ to: 'blofeld', from: 'x' })).toEqual({ denied: 1 });
});

test('Local channels have two halves that live and die together', async () => {
  const pbx = await pbxForTest();
  const events = await openEvents(pbx, 'sfa');
  await http(pbx, 'POST /channels?endpoint=Local/100@ctx&app=sfa&channelId=one&otherChannelId=two');
  expect(await events.until('StasisStart')).toMatchObject({ channel: { name: 'Local/100@ctx-00000001;1' } });
  expect(await http(pbx, 'GET /channels/two')).toMatchObject({
    body: { name: 'Local/100@ctx-00000001;2', state: 'Up', dialplan: { context: 'ctx', exten: '100' } },
  });
  await http(pbx, 'DELETE /channels/two');
  expect(await http(pbx, 'GET /channels/one')).toMatchObject({ status: 404 });
});

describe('refusals', () => {
  test.each([
    ['POST /channels?app=sfa', 400, 'Endpoint must be specified'],
    ['POST /channels?app=sfa&endpoint=PJSIP', 400, 'Invalid endpoint specified'],
    ['POST /channels?endpoint=PJSIP/x', 400, 'Application or extension must be specified'],
    [
      'POST /channels?app=sfa&endpoint=PJSIP/x&originator=a&formats=ulaw',
      400,
      "Originator and formats can't both be specified",
    ],
    ['POST /channels/up?app=sfa&endpoint=PJSIP/x', 409, 'Channel with given unique ID already exists'],
    ['DELETE /channels/none', 404, 'Channel not found'],
    ['DELETE /channels/up?reason=boredom', 400, 'Invalid reason for hangup reason provided'],
    [
      'DELETE /channels/up?reason=busy&reason_code=17',
      400,
      "The reason and reason_code can't both be specified",
    ],
    ['POST /channels/none/answer', 404, 'Channel not found'],
    ['POST /channels/free/answer', 409, 'Channel not in Stasis application'],
    ['GET /channels/up/variable', 400, 'Variable name is required'],
    ['GET /channels/none/variable?variable=x', 404, 'Provided channel was not found'],
    ['GET /channels/up/variable?variable=x', 404, 'Provided variable was not found'],
    ['GET /channels/up/variable?variable=NOPE(1)', 500, 'Unable to read provided function'],
    ['POST /channels/up/variable?variable=NOPE(1)&value=2', 400, 'Failed to execute function'],
    ['POST /bridges/taken', 409, "Bridge with id 'taken' already exists"],
    ['GET /bridges/none', 404, 'Bridge not found'],
    ['POST /bridges/taken/addChannel', 400, 'Missing parameter channel'],
    ['POST /bridges/taken/addChannel?channel=none', 400, 'Channel not found'],
    ['POST /bridges/taken/addChannel?channel=free', 422, 'Channel not in Stasis application'],
    ['POST /bridges/taken/removeChannel?channel=up', 422, 'Channel not in this bridge'],
    ['GET /applications/none', 404, 'Application not found'],
    ['POST /applications/sfa/subscription?eventSource=moon:1', 400, 'Invalid event source URI scheme'],
    ['POST /applications/sfa/subscription?eventSource=channel:none', 422, 'Event source does not exist'],
    [
      'DELETE /applications/sfa/subscription?eventSource=channel:none',
      422,
      'Event source was not subscribed to',
    ],
    ['GET /endpoints/PJSIP/none', 404, 'Endpoint not found'],
  ])('%s -> %i', async (line, status, message) => {
    const pbx = await pbxForTest();
    const events = await openEvents(pbx, 'sfa');
    await http(pbx, 'POST /channels/up?app=sfa&endpoint=PJSIP/up');
    await events.until('StasisStart');
    await http(pbx, 'POST /channels/free?extension=100&endpoint=PJSIP/free');
    await http(pbx, 'POST /bridges/taken');
    expect(await http(pbx, line)).toEqual({ status, body: { message } });
  });
});

test('variables are set, read and told', async () => {
  const pbx = await pbxForTest();
  const events = await openEvents(pbx, 'sfa');
  await http(pbx, 'POST /channels/c?app=sfa&endpoint=PJSIP/x');
  await events.until('StasisStart');
  expect((await http(pbx, 'POST /channels/c/variable?variable=V', { value: 'a b' })).status).toBe(204);
  expect(await events.until('ChannelVarset')).toMatchObject({ variable: 'V', value: 'a b' });
  expect(await http(pbx, 'GET /channels/c/variable?variable=V')).toEqual({
    status: 200,
    body: { value: 'a b' },
  });
  await http(pbx, 'POST /asterisk/variable?variable=G&value=1');
  expect(await http(pbx, 'GET /asterisk/variable?variable=G')).toEqual({ status: 200, body: { value: '1' } });
});

test('applications, endpoints, device states and the PBX itself can be asked', async () => {
  const pbx = await pbxForTest({ clock });
  const events = await openEvents(pbx, 'sfa');
  const device = 'Skype:james_bond@austin_powers';
  const source = encodeURIComponent(`deviceState:${device}`);
  expect(await http(pbx, `POST /applications/sfa/subscription?eventSource=${source}`)).toMatchObject({
    body: { name: 'sfa', device_names: [device] },
  });
  expect(await http(pbx, `GET /deviceStates/${encodeURIComponent(device)}`)).toEqual({
    status: 200,
    body: { name: device, state: 'NOT_INUSE' },
  });
  pbx.community.setPresence('austin_powers', 'Do Not Disturb');
  expect(await events.until('DeviceStateChanged')).toMatchObject({
    device_state: { name: device, state: 'BUSY' },
  });
  await http(pbx, 'POST /channels/c?app=sfa&endpoint=PJSIP/desk');
  expect(await http(pbx, 'GET /endpoints')).toMatchObject({
    body: [{ technology: 'PJSIP', resource: 'desk', state: 'online', channel_ids: ['c'] }],
  });
  expect(await http(pbx, 'GET /deviceStates/PJSIP%2Fdesk')).toMatchObject({ body: { state: 'INUSE' } });
  expect(await http(pbx, 'GET /applications')).toMatchObject({ body: [{ name: 'sfa', channel_ids: ['c'] }] });
  expect(await http(pbx, 'GET /asterisk/info?only=system')).toEqual({
    status: 200,
    body: { system: { version: '22.10.1-simulated', entity_id: '02:00:00:00:00:01' } },
  });
});

test('a second connection for an application takes it over; the first one stays open and hears nothing', async () => {
  const pbx = await pbxForTest();
  const first = await openEvents(pbx, 'sfa');
  const second = await openEvents(pbx, 'sfa');
  await first.until('ApplicationReplaced');
  await http(pbx, 'POST /channels?app=sfa&endpoint=PJSIP/x');
  await second.until('StasisStart');
  expect(first.types()).toEqual(['ApplicationReplaced']);
});

test('an application hears only the types of events that it asks for, also on its next connection', async () => {
  const pbx = await pbxForTest();
  const filter = (body: unknown) => http(pbx, 'PUT /applications/sfa/eventFilter', body);
  expect(await filter({ allowed: [] })).toMatchObject({
    status: 404,
    body: { message: 'Application not found' },
  });
  await openEvents(pbx, 'sfa');
  for (const wrong of ['x', ['x'], [{}]]) {
    expect(await filter({ allowed: wrong })).toEqual({
      status: 400,
      body: { message: 'Invalid format definition' },
    });
  }
  const allowed = [{ type: 'StasisStart' }, { type: 'ChannelDestroyed' }];
  expect(await filter({ allowed, disallowed: [{ type: 'ChannelDestroyed' }] })).toMatchObject({
    status: 200,
    body: { events_allowed: allowed, events_disallowed: [{ type: 'ChannelDestroyed' }] },
  });
  const second = await openEvents(pbx, 'sfa');
  await http(pbx, 'POST /channels/c?app=sfa&endpoint=PJSIP/x');
  await second.until('StasisStart');
  expect(await filter({})).toMatchObject({ body: { events_allowed: [], events_disallowed: [] } });
  await http(pbx, 'DELETE /channels/c');
  await second.until('ChannelDestroyed');
  expect(second.types().slice(0, 2)).toEqual(['StasisStart', 'ChannelHangupRequest']);
});

test('an application that nobody serves gets no calls', async () => {
  const pbx = await pbxForTest();
  const all = await openEvents(pbx, 'watch', '&subscribeAll=true');
  expect((await http(pbx, 'POST /channels?app=gone&endpoint=PJSIP/x')).status).toBe(200);
  expect(await all.until('ChannelDestroyed')).toMatchObject({ cause: 16 });
  expect(all.types()).not.toContain('StasisStart');
});
