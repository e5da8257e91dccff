import { describe, expect, test } from 'vitest';
import type { SimulatedPbx } from '../../src/sim/pbx.ts';
import { until } from '../helpers/until.ts';
import { http, openEvents } from './ari-support.ts';
import { pbxForTest } from './support.ts';

/** A call that is in application `sfa`. */
async function inApp(pbx: SimulatedPbx, id = 'c1') {
  const events = await openEvents(pbx, 'sfa');
  await http(pbx, `POST /channels/${id}?endpoint=PJSIP/desk&app=sfa`);
  await events.until('StasisStart');
  return events;
}

describe('playbacks', () => {
  test('begin, end and are gone', async () => {
    const pbx = await pbxForTest();
    const events = await inApp(pbx);
    const { status, body } = await http(pbx, 'POST /channels/c1/play/p1?media=sound:hello-world');
    expect([status, body]).toEqual([
      200,
      { id: 'p1', media_uri: 'sound:hello-world', target_uri: 'channel:c1', language: 'en', state: 'queued' },
    ]);
    expect(await events.until('PlaybackStarted')).toMatchObject({ playback: { id: 'p1', state: 'playing' } });
    expect(await events.until('PlaybackFinished')).toMatchObject({ playback: { id: 'p1', state: 'done' } });
    expect((await http(pbx, 'GET /playbacks/p1')).status).toBe(404);
  });

  test('of a sound that there is not fail, and a stopped one ends at once', async () => {
    const pbx = await pbxForTest();
    const events = await inApp(pbx);
    await http(pbx, 'POST /channels/c1/play?media=sound:no-such-sound');
    expect(await events.until('PlaybackFinished')).toMatchObject({ playback: { state: 'failed' } });
    await http(pbx, 'POST /channels/c1/play/p2?media=tone:busy');
    expect((await http(pbx, 'POST /playbacks/p2/control?operation=dance')).status).toBe(400);
    // A sound that began later is over first: a tone goes on until it is stopped.
    await http(pbx, 'POST /channels/c1/play/p3?media=sound:beep');
    expect(await events.until('PlaybackFinished')).toMatchObject({ playback: { id: 'p3', state: 'done' } });
    expect((await http(pbx, 'DELETE /playbacks/p2')).status).toBe(204);
    expect(await events.until('PlaybackFinished')).toMatchObject({ playback: { id: 'p2', state: 'done' } });
  });

  test('wait while they are paused, and go on to their end', async () => {
    const pbx = await pbxForTest();
    const events = await inApp(pbx);
    await http(pbx, 'POST /channels/c1/play/p1?media=tone:ring');
    expect((await http(pbx, 'POST /playbacks/p1/control?operation=pause')).status).toBe(204);
    expect((await http(pbx, 'GET /playbacks/p1')).body).toMatchObject({ state: 'paused' });
    expect((await http(pbx, 'POST /playbacks/p1/control?operation=unpause')).status).toBe(204);
    expect((await http(pbx, 'GET /playbacks/p1')).body).toMatchObject({ state: 'playing' });
    expect((await http(pbx, 'DELETE /playbacks/p1')).status).toBe(204);
    await events.until('PlaybackFinished');
  });

  test.each([
    ['POST /channels/none/play?media=sound:beep', 404],
    ['POST /channels/c1/play', 400],
    ['POST /channels/c1/play?media=film:beep', 400],
    ['POST /bridges/none/play?media=sound:beep', 404],
  ])('%s is %i', async (line, status) => {
    const pbx = await pbxForTest();
    await inApp(pbx);
    expect((await http(pbx, line)).status).toBe(status);
  });
});

describe('recordings', () => {
  test('are kept when they stop, and a download is a real WAV with a tone', async () => {
    const pbx = await pbxForTest();
    const events = await inApp(pbx);
    const started = await http(pbx, 'POST /channels/c1/record?name=r1&format=wav');
    expect(started.body).toMatchObject({ name: 'r1', format: 'wav', target_uri: 'channel:c1' });
    await events.until('RecordingStarted');
    expect((await http(pbx, 'GET /recordings/live/r1')).body).toMatchObject({ state: 'recording' });
    expect((await http(pbx, 'POST /recordings/live/r1/stop')).status).toBe(204);
    expect(await events.until('RecordingFinished')).toMatchObject({
      recording: { name: 'r1', state: 'done' },
    });
    expect((await http(pbx, 'GET /recordings/stored')).body).toEqual([{ name: 'r1', format: 'wav' }]);
    const response = await fetch(`${pbx.ari.url}/ari/recordings/stored/r1/file?api_key=ari:secret`);
    const wav = Buffer.from(await response.arrayBuffer());
    expect(response.headers.get('content-type')).toBe('audio/wav');
    expect([wav.toString('latin1', 0, 4), wav.readUInt32LE(24), wav.readUInt32LE(40)]).toEqual([
      'RIFF',
      8000,
      wav.length - 44,
    ]);
    expect(wav.subarray(44).some((byte) => byte !== 0)).toBe(true);
    await http(pbx, 'POST /recordings/stored/r1/copy?destinationRecordingName=r2');
    expect((await http(pbx, 'DELETE /recordings/stored/r1')).status).toBe(204);
    expect((await http(pbx, 'GET /recordings/stored/r1')).status).toBe(404);
    expect((await http(pbx, 'GET /recordings/stored/r2')).status).toBe(200);
  });

  test('end with their channel, or are thrown away', async () => {
    const pbx = await pbxForTest();
    const events = await inApp(pbx);
    await http(pbx, 'POST /channels/c1/record?name=thrown&format=wav');
    expect((await http(pbx, 'DELETE /recordings/live/thrown')).status).toBe(204);
    expect(await events.until('RecordingFinished')).toMatchObject({ recording: { state: 'canceled' } });
    await http(pbx, 'POST /channels/c1/record?name=kept&format=wav');
    await http(pbx, 'DELETE /channels/c1');
    await until(async () => (await http(pbx, 'GET /recordings/stored/kept')).status === 200);
    expect((await http(pbx, 'GET /recordings/stored/thrown')).status).toBe(404);
  });

  test('of one name twice are refused, as are formats that there are not', async () => {
    const pbx = await pbxForTest();
    await inApp(pbx);
    await http(pbx, 'POST /channels/c1/record?name=r&format=wav');
    expect((await http(pbx, 'POST /channels/c1/record?name=r&format=wav')).status).toBe(409);
    expect((await http(pbx, 'POST /channels/c1/record?name=s&format=mp4')).status).toBe(422);
    expect((await http(pbx, 'POST /channels/c1/record?format=wav')).status).toBe(400);
  });

  test('of a bridge end by their time', async () => {
    const pbx = await pbxForTest();
    const events = await inApp(pbx);
    await http(pbx, 'POST /bridges/b1');
    await http(pbx, 'POST /bridges/b1/addChannel?channel=c1');
    await http(pbx, 'POST /bridges/b1/record?name=b&format=wav&maxDurationSeconds=1');
    expect(await events.until('RecordingFinished')).toMatchObject({
      recording: { name: 'b', target_uri: 'bridge:b1', duration: 1 },
    });
  });
});

test('sounds are listed', async () => {
  const pbx = await pbxForTest();
  expect((await http(pbx, 'GET /sounds/beep')).body).toMatchObject({ id: 'beep' });
  expect((await http(pbx, 'GET /sounds/no-such-sound')).status).toBe(404);
  expect((await http(pbx, 'GET /sounds')).body).toContainEqual(
    expect.objectContaining({ id: 'hello-world' }),
  );
});

test("an application's own device states are set, told and forgotten", async () => {
  const pbx = await pbxForTest();
  const events = await openEvents(pbx, 'sfa', '&subscribeAll=true');
  expect((await http(pbx, 'PUT /deviceStates/Stasis%3Adesk?deviceState=BUSY')).status).toBe(204);
  expect(await events.until('DeviceStateChanged')).toMatchObject({
    device_state: { name: 'Stasis:desk', state: 'BUSY' },
  });
  expect((await http(pbx, 'GET /deviceStates')).body).toEqual([{ name: 'Stasis:desk', state: 'BUSY' }]);
  expect((await http(pbx, 'DELETE /deviceStates/Stasis%3Adesk')).status).toBe(204);
  expect((await http(pbx, 'PUT /deviceStates/PJSIP%2Fdesk?deviceState=BUSY')).status).toBe(409);
  expect((await http(pbx, 'PUT /deviceStates/Stasis%3Adesk?deviceState=odd')).status).toBe(400);
});

test('user events reach the application, with their variables and source', async () => {
  const pbx = await pbxForTest();
  const events = await inApp(pbx);
  const line = 'POST /events/user/Coffee?application=sfa&source=channel:c1';
  expect((await http(pbx, line, { variables: { sugar: 'two' } })).status).toBe(204);
  expect(await events.until('ChannelUserevent')).toMatchObject({
    eventname: 'Coffee',
    userevent: { sugar: 'two' },
    channel: { id: 'c1' },
  });
  expect((await http(pbx, 'POST /events/user/Coffee?application=none')).status).toBe(404);
  expect((await http(pbx, 'POST /events/user/Coffee?application=sfa&source=channel:none')).status).toBe(422);
});

test('a channel moves to another application and goes on in the dialplan', async () => {
  const pbx = await pbxForTest({ extensions: { 'out@demo': ['Hangup(19)'] } });
  const events = await inApp(pbx);
  const other = await openEvents(pbx, 'other');
  expect((await http(pbx, 'POST /channels/c1/move?app=other&appArgs=a,b')).status).toBe(204);
  await events.until('StasisEnd');
  expect(await other.until('StasisStart')).toMatchObject({ args: ['a', 'b'] });
  expect((await http(pbx, 'POST /channels/c1/move?app=none')).status).toBe(404);
  await http(pbx, 'POST /channels/c1/continue?context=demo&extension=out&priority=1');
  await other.until('StasisEnd');
  await until(() => pbx.calls.book.channels.length === 0);
});
