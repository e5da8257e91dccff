import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cli, logSize, readLog, reload, restart, resume, suspend } from '../../lab/asterisk.ts';
import { getAccountProperty, skypeAccountProperty } from '../../src/ami/skype/actions.ts';
import { header } from '../../src/ami/wire/message.ts';
import type { AccountProperty } from '../../src/model/status.ts';
import { account, name } from '../helpers/service.ts';
import { strongestHertz } from '../helpers/tones.ts';
import {
  chatFromOutside,
  eventually,
  itemsOf,
  type LabService,
  lab,
  serviceBesideLab,
  watch,
} from './helpers.ts';

const ACCOUNTS = [
  account('james_bond', {
    pbx: 'lab',
    profile: { fullname: 'James Bond', mood_text: 'Shaken, not "stirred"; \\o/ 日本' },
    buddies: [
      { buddy: name('austin_powers'), authMessage: 'Please authorize me!' },
      { buddy: name('echo123'), authMessage: null },
    ],
  }),
  account('q_branch', { pbx: 'lab' }),
];

describe('the generated configuration', () => {
  it('was loaded without a warning about it', async () => {
    const before = await logSize();
    await restart();
    const log = await readLog(before);
    expect(log).toContain('chan_skype');
    expect(
      log
        .split('\n')
        .filter(
          (line) => /chan_skype|extensions_skype|skype_local/i.test(line) && /WARNING|ERROR/.test(line),
        ),
    ).toEqual([]);
  });

  it('is what Asterisk runs: accounts, hints and routes', async () => {
    expect(await cli('dialplan show skype-out')).toContain('Skype/james_bond@+${FILTER(0-9,${EXTEN:3})}');
    expect(await cli('dialplan show skype-in-demo')).toMatch(/'007' =>\s+1\. Dial\(Local\/wait@test,30\)/);
    expect(await cli('core show hints')).toMatch(/6001@skype-hints\s+: Skype:james_bond@austin_powers/);
    expect(await cli('skype show users')).toContain('james_bond');
  });
});

describe('a service beside a real Asterisk 22', () => {
  let beside: LabService;
  beforeAll(async () => {
    beside = await serviceBesideLab(ACCOUNTS);
    await everybodyIsIn();
  });
  afterAll(() => beside.stop());

  const everybodyIsIn = () =>
    eventually(
      async () =>
        (await beside.call('GET', '/readyz')).status === 200 &&
        itemsOf(await beside.call('GET', '/v1/accounts')).every(({ status }) => status === 'Logged In'),
    );
  const received = async (peer: string) =>
    itemsOf(await beside.call('GET', `/v1/accounts/james_bond/chats?with=${peer}`))
      .filter(({ direction }) => direction === 'in')
      .map(({ text }) => text);

  it('sees accounts log off and on', async () => {
    const statusOf = async (user: string) =>
      itemsOf(await beside.call('GET', '/v1/accounts')).find((row) => row['user'] === user)?.['status'];
    await cli('skype logoff user q_branch');
    await eventually(async () => (await statusOf('q_branch')) === 'Logged Out');
    await cli('skype login user q_branch');
    await eventually(async () => (await statusOf('q_branch')) === 'Logged In');
  });

  it('keeps the profile and the buddies true to the model', async () => {
    await eventually(async () =>
      (await cli('skype show user james_bond')).includes('Shaken, not "stirred"; \\o/ 日本'),
    );
    await eventually(
      async () => itemsOf(await beside.call('GET', '/v1/accounts/james_bond/buddies')).length >= 2,
    );
  });

  it.each([
    ['newlines', "Don't\r\nRead\nThis"],
    ['emoji', 'γειά 🎸👩‍👩‍👧'],
    ['what other formats would read', 'a;b "c" \\d ${EXTEN}, #include <x>'],
    ['700 bytes of UTF-8', 'ü'.repeat(350)],
  ])('chats with %s go both ways unchanged', async (_name, text) => {
    const sent = await beside.call('POST', '/v1/accounts/james_bond/chats', { to: 'echo123', text });
    expect(sent).toMatchObject({ status: 201, body: { state: 'sent', text } });
    await eventually(async () => (await received('echo123')).includes(text));
    await chatFromOutside('austin_powers', 'james_bond', text);
    await eventually(async () => (await received('austin_powers')).includes(text));
  });

  it('sends a text that just fits into a line, and its echo comes back whole', async () => {
    const text = `${'ü'.repeat(379)}x`;
    const sent = await beside.call('POST', '/v1/accounts/james_bond/chats', { to: 'echo123', text });
    expect(sent).toMatchObject({ status: 201, body: { state: 'sent' } });
    await eventually(async () => (await received('echo123')).includes(text));
  });

  it('sends nothing that is one byte too long', async () => {
    const refused = await beside.call('POST', '/v1/accounts/james_bond/chats', {
      to: 'echo123',
      text: 'x'.repeat(760),
    });
    expect(refused).toMatchObject({ status: 422, body: { code: 'CHAT_TOO_LONG', limitBytes: 759 } });
  });

  it('presence moves a real hint', async () => {
    const watcher = await watch();
    const states = () =>
      watcher.messages
        .filter(
          (message) => header(message, 'Event') === 'ExtensionStatus' && header(message, 'Exten') === '6001',
        )
        .map((message) => header(message, 'StatusText'));
    await cli('skype lab presence austin_powers Online');
    await eventually(async () => /6001@skype-hints.*State:Idle/.test(await cli('core show hints')));
    watcher.messages.length = 0;
    await cli('skype lab presence austin_powers Do Not Disturb');
    await eventually(async () => states().length > 0);
    const buddies = itemsOf(await beside.call('GET', '/v1/accounts/james_bond/buddies'));
    expect(buddies.find(({ buddy }) => buddy === 'austin_powers')).toMatchObject({
      status: 'Do Not Disturb',
    });
    await cli('skype lab presence austin_powers Offline');
    await eventually(async () => states().includes('Unavailable'));
    await cli('skype lab presence austin_powers Online');
    await watcher.stop();
  });

  it('bridges an agent and a Skype user, with call properties; reload is refused meanwhile', async () => {
    const watcher = await watch();
    const started = await beside.call('POST', '/v1/calls', {
      from: 'james_bond',
      to: 'austin_powers',
      agent: 'Local/wait@test',
      topic: 'Secret, "plans"',
    });
    expect(started.status).toBe(201);
    const path = `/v1/calls/${String(started.body['id'])}`;
    await eventually(async () => (await beside.call('GET', path)).body['state'] === 'bridged');
    expect(await cli('core show channels concise')).toContain('Skype/james_bond@austin_powers');
    expect(await reload()).toBe(false);
    const channel = /^(Skype\/[^!]+)!/m.exec(await cli('core show channels concise'))?.[1] ?? '';
    const property = async (name: string) => {
      const { response } = await watcher.link.request({
        name: 'Getvar',
        headers: [
          ['Channel', channel],
          ['Variable', `SKYPE_CALL_PROPERTY(${name})`],
        ],
        reply: 'response',
      });
      return header(response, 'Value');
    };
    expect(await property('topic')).toBe('Secret, "plans"');
    await watcher.link.request({
      name: 'Setvar',
      headers: [
        ['Channel', channel],
        ['Variable', 'SKYPE_CALL_PROPERTY(topic)'],
        ['Value', 'Another \\ topic, "quoted"'],
      ],
      reply: 'response',
    });
    expect(await property('topic')).toBe('Another \\ topic, "quoted"');
    expect(await beside.call('DELETE', path)).toMatchObject({
      status: 200,
      body: { state: 'ended', cause: 'hangup' },
    });
    await eventually(async () => !(await cli('core show channels concise')).includes('Skype/'));
    expect(await reload()).toBe(true);
    await watcher.stop();
  });

  it('reads and sets account properties', async () => {
    const watcher = await watch();
    await watcher.link.request(
      skypeAccountProperty(name('q_branch'), { mood_text: 'a=1,b=2 "c" \\d', availability: 'Away' }),
    );
    const value = async (property: AccountProperty) =>
      header((await watcher.link.request(getAccountProperty(name('q_branch'), property))).response, 'Value');
    expect(await value('mood_text')).toBe('a=1,b=2 "c" \\d');
    expect(await value('availability')).toBe('Away');
    expect(await value('skypeout_balance')).toMatch(/^\d+$/);
    await watcher.stop();
  });

  it('goes on when the module is unloaded and loaded, and when Asterisk is restarted', async () => {
    await cli('module unload chan_skype.so');
    const absent = await beside.call('POST', '/v1/accounts/james_bond/chats?wait=0', {
      to: 'echo123',
      text: 'held back',
    });
    expect(absent.body['state']).toBe('queued');
    await cli('module load chan_skype.so');
    await cli('skype login user james_bond');
    await eventually(async () => (await received('echo123')).includes('held back'));

    await suspend('SIGKILL');
    await eventually(async () => (await beside.call('GET', '/readyz')).status === 503);
    const queued = await beside.call('POST', '/v1/accounts/james_bond/chats?wait=0', {
      to: 'echo123',
      text: 'while it was away',
    });
    expect(queued).toMatchObject({ status: 202, body: { state: 'queued' } });
    await resume();
    await everybodyIsIn();
    await eventually(async () => (await received('echo123')).includes('while it was away'));
  });
});

describe('a call recorded over ARI', () => {
  it('holds the tone that the other side sends', async () => {
    const { ari, recordingsDir } = await lab();
    const recording = `tone-${Date.now()}`;
    const ask = async (method: string, path: string, query: Record<string, string> = {}) => {
      const response = await fetch(`${ari.url}/ari${path}?${new URLSearchParams(query)}`, {
        method,
        headers: {
          authorization: `Basic ${Buffer.from(`${ari.username}:${ari.password}`).toString('base64')}`,
        },
      });
      if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
      return response.status === 204 ? {} : ((await response.json()) as Record<string, unknown>);
    };
    const events = new WebSocket(
      `${ari.url.replace('http', 'ws')}/ari/events?app=tone&api_key=${ari.username}:${ari.password}`,
    );
    await new Promise((resolve) => events.addEventListener('open', resolve, { once: true }));
    const entered = new Promise((resolve) => {
      events.addEventListener('message', ({ data }) => {
        if (JSON.parse(String(data)).type === 'StasisStart') resolve(undefined);
      });
    });
    await ask('POST', '/channels', {
      endpoint: 'Skype/james_bond@austin_powers',
      app: 'tone',
      channelId: recording,
    });
    await entered;
    await ask('POST', '/bridges', { bridgeId: recording, type: 'mixing' });
    await ask('POST', `/bridges/${recording}/addChannel`, { channel: recording });
    await ask('POST', `/bridges/${recording}/record`, {
      name: recording,
      format: 'wav',
      maxDurationSeconds: '2',
    });
    const stored = await eventually(async () => {
      const found = await ask('GET', `/recordings/live/${recording}`).catch(() => null);
      return found === null ? readFile(join(recordingsDir, `${recording}.wav`)) : null;
    });
    await ask('DELETE', `/channels/${recording}`);
    await ask('DELETE', `/bridges/${recording}`);
    events.close();
    expect(strongestHertz(stored)).toBeCloseTo(440, -1);
  });
});
