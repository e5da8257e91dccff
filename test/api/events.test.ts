import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { streamEvents } from '../../src/api/events/stream.ts';
import { nameFromPbx } from '../../src/model/skype-name.ts';
import { EventHub } from '../../src/services/hub.ts';
import { Recorder } from '../../src/services/recorder.ts';
import type { Store } from '../../src/store/port.ts';
import { account, type Journey, readEvents, startJourney, whenReady } from '../helpers/service.ts';
import { memoryStore } from '../helpers/store.ts';
import { until } from '../helpers/until.ts';

describe('a stream of events', () => {
  let store: Store;
  let hub: EventHub;
  let recorder: Recorder;
  beforeEach(async () => {
    store = await memoryStore();
    hub = await EventHub.open(store);
    recorder = new Recorder(store, hub, () => 'x');
  });
  afterEach(() => store.close());

  const record = (count: number) =>
    recorder.record(
      Array.from({ length: count }, () => ({
        pbx: 'main',
        at: 0,
        event: { type: 'account.status', user: nameFromPbx('a'), status: 'Logged In' } as const,
      })),
    );
  const stream = (to: PassThrough, after: number, over: { slowMs?: number; heartbeatMs?: number } = {}) =>
    streamEvents(hub, to, {
      after,
      wants: () => true,
      heartbeatMs: over.heartbeatMs ?? 60_000,
      slowMs: over.slowMs ?? 60_000,
      signal: new AbortController().signal,
    });
  const idsIn = (text: string) => [...text.matchAll(/^id: (\d+)$/gm)].map(([, id]) => Number(id));
  const numbers = (from: number, to: number) =>
    Array.from({ length: to - from + 1 }, (_, index) => from + index);

  it('cuts a subscriber that takes nothing, which resumes without gap or repetition', async () => {
    await record(2000);
    const slow = new PassThrough({ highWaterMark: 1024 });
    await stream(slow, 0, { slowMs: 1 });
    const first = idsIn(String(slow.read()));
    expect(first).toEqual(numbers(1, first.length));
    expect(first.length).toBeLessThan(2000);
    const quick = new PassThrough();
    let text = '';
    quick.on('data', (chunk) => {
      text += chunk;
    });
    void stream(quick, first.length);
    await record(5);
    await until(() => text.includes('id: 2005\n'));
    expect(idsIn(text)).toEqual(numbers(first.length + 1, 2005));
  });

  it('shows that it lives while nothing happens', async () => {
    const to = new PassThrough();
    void stream(to, 0, { heartbeatMs: 1 });
    await until(() => String(to.read() ?? '').includes(': alive\n\n'));
  });
});

describe('filters of the event stream', () => {
  let journey: Journey;
  beforeEach(async () => {
    journey = await startJourney([account('james_bond'), account('q_branch')]);
    await whenReady(journey);
  });
  afterEach(() => journey.stop());

  it('gives only the wanted account and types', async () => {
    const response = await fetch(`${journey.service.url}/v1/events?after=0&user=Q_Branch&type=chat,gap`, {
      headers: { authorization: `Bearer ${journey.token}` },
    });
    expect(response.headers.get('content-type')).toBe('text/event-stream');
    journey.pbx.community.writeTo('james_bond', 'austin_powers', 'not this one');
    journey.pbx.community.writeTo('q_branch', 'austin_powers', 'this one');
    const events = readEvents(response);
    expect((await events.next()).value).toMatchObject({
      type: 'chat',
      data: { user: 'q_branch', peer: 'austin_powers', direction: 'in', text: 'this one' },
    });
    await events.return(undefined);
  });

  it('refuses types that there are not and ids that are none', async () => {
    expect(await journey.call('GET', '/v1/events?type=chat,nothing')).toMatchObject({
      status: 400,
      body: { code: 'REQUEST_INVALID', field: 'type' },
    });
    expect(await journey.call('GET', '/v1/events', undefined, { 'last-event-id': 'x' })).toMatchObject({
      status: 400,
      body: { code: 'REQUEST_INVALID', field: 'Last-Event-ID' },
    });
  });
});
