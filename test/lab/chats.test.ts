import process from 'node:process';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cli, resume, suspend } from '../../lab/asterisk.ts';
import { account, readEvents } from '../helpers/service.ts';
import { chatFromOutside, eventually, itemsOf, type LabService, lab, serviceBesideLab } from './helpers.ts';

const CHATS = '/v1/accounts/james_bond/chats';

describe('chats through a real Asterisk 22, from REST to the event stream', () => {
  let beside: LabService;
  beforeAll(async () => {
    beside = await serviceBesideLab([account('james_bond', { pbx: 'lab' })]);
    await loggedIn();
  });
  afterAll(() => beside.stop());

  const loggedIn = () => eventually(async () => (await statusOf()) === 'Logged In');
  const statusOf = async () => (await beside.call('GET', '/v1/accounts/james_bond')).body['status'];
  const send = (text: string, query = '', more: object = {}) =>
    beside.call('POST', `${CHATS}${query}`, { to: 'echo123', text, ...more });
  const stateOf = async (id: unknown) => (await beside.call('GET', `/v1/chats/${String(id)}`)).body['state'];
  /** The events of a kind from now on. */
  async function* follow(type: string): AsyncGenerator<Record<string, unknown>, void, void> {
    const { url } = beside.service;
    const token = await beside.service.createToken('subscriber');
    const response = await fetch(`${url}/v1/events?user=james_bond&type=${type}`, {
      headers: { authorization: `Bearer ${token}` },
    });
    for await (const { data } of readEvents(response)) yield data;
  }
  async function take(events: AsyncGenerator<Record<string, unknown>>, count: number) {
    const taken = [];
    while (taken.length < count) taken.push((await events.next()).value);
    await events.return(undefined);
    return taken.map((event) => `${event?.['direction']} ${event?.['peer']}: ${event?.['text']}`);
  }

  it('a sent chat shows itself by its echo, and the answer of the other side follows', async () => {
    const heard = take(follow('chat'), 3);
    expect(await send('Grüße\nvom 🎸')).toMatchObject({ status: 201, body: { state: 'sent' } });
    const both = ['out echo123: Grüße\nvom 🎸', 'in echo123: Grüße\nvom 🎸'];
    await eventually(async () => itemsOf(await beside.call('GET', `${CHATS}?with=echo123`)).length >= 2);
    await chatFromOutside('austin_powers', 'james_bond', 'Yeah, baby!');
    expect((await heard).toSorted()).toEqual([...both, 'in austin_powers: Yeah, baby!'].toSorted());
  });

  it('a text that is too long goes out in parts, in their order', async () => {
    const words = Array.from({ length: 400 }, (_, n) => `word${n}`).join(' ');
    const sent = await send(words, '?wait=30', { split: true });
    const parts = sent.body['parts'] as { text: string; state: string }[];
    expect(parts.length).toBeGreaterThan(2);
    expect(parts.map(({ state }) => state)).toEqual(parts.map(() => 'sent'));
    expect(parts.map(({ text }) => text.trim()).join(' ')).toBe(words);
  });

  it('a logged-out account keeps its chats queued, and sends them in order when it is back', async () => {
    await cli('skype logoff user james_bond');
    await eventually(async () => (await statusOf()) === 'Logged Out');
    for (const text of ['first', 'second', 'third']) {
      expect(await send(text, '?wait=0')).toMatchObject({ status: 202, body: { state: 'queued' } });
    }
    const short = await send('too late', '?wait=5', { ttl: 1 });
    expect(short).toMatchObject({ status: 201, body: { state: 'expired' } });
    const heard = take(follow('chat'), 6);
    await cli('skype login user james_bond');
    const texts = (await heard).filter((text) => text.startsWith('out '));
    expect(texts).toEqual(['out echo123: first', 'out echo123: second', 'out echo123: third']);
  });

  it('a chat for a PBX that is away waits, and is sent once it is back', async () => {
    await suspend();
    await eventually(async () => (await beside.call('GET', '/readyz')).status === 503);
    const sent = await send('for when you are back', '?wait=0');
    expect(sent).toMatchObject({ status: 202, body: { state: 'queued' } });
    await resume();
    await eventually(async () => (await stateOf(sent.body['id'])) === 'sent');
    await loggedIn();
  });

  it('a chat that the PBX does not answer is unknown, until its echo proves that it went out', async () => {
    const { pid } = await lab();
    process.kill(pid, 'SIGSTOP');
    const sent = await send('written into the dark', '?wait=30');
    process.kill(pid, 'SIGCONT');
    expect(sent).toMatchObject({ status: 201, body: { state: 'unknown' } });
    await eventually(async () => (await stateOf(sent.body['id'])) === 'sent');
    const heard = async () => itemsOf(await beside.call('GET', `${CHATS}?q=dark&direction=in`));
    await eventually(async () => (await heard()).length > 0);
    expect((await heard()).map(({ text }) => text)).toEqual(['written into the dark']);
  });

  it('a refusal of the driver is told with its words', async () => {
    const sent = await beside.call('POST', `${CHATS}?wait=30`, { to: 'nobody_here', text: 'hello?' });
    expect(sent).toMatchObject({ status: 201, body: { state: 'rejected', reason: expect.any(String) } });
    expect(String(sent.body['reason'])).toContain('SkypeChatSend');
  });
});
