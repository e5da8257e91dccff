import { type AddressInfo, createServer, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { header } from '../../src/ami/wire/message.ts';
import { cleaned, linkTo, TRANSPORTS } from '../helpers/linked.ts';
import { until } from '../helpers/until.ts';

cleaned();

const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

/** Answers each action with the tag it held: in another order, some twice, with events between. */
async function unrulyPbx(): Promise<{ host: string; port: number }> {
  const sockets: Socket[] = [];
  const server = createServer((socket) => {
    sockets.push(socket);
    socket.on('error', () => {});
    socket.setEncoding('latin1');
    socket.write('Asterisk Call Manager/11.0.0\r\n');
    let held = '';
    socket.on('data', (chunk: string) => {
      const actions = (held + chunk).split('\r\n\r\n');
      held = actions.pop() ?? '';
      const answers = actions.map((action, index) => {
        const value = (name: string) => new RegExp(`^${name}: (.*)$`, 'im').exec(action)?.[1]?.trim() ?? '';
        const answer = `Response: Success\r\nActionID: ${value('ActionID')}\r\nChallenge: 1\r\nValue: ${value('Channel')}\r\n\r\n`;
        if (index % 7 === 0) return answer + answer;
        return index % 5 === 0 ? `Event: VarSet\r\nValue: forged\r\n\r\n${answer}` : answer;
      });
      socket.write(answers.reverse().join(''));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  stops.push(
    () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy();
        server.close(() => resolve());
      }),
  );
  return { host: '127.0.0.1', port: (server.address() as AddressInfo).port };
}

describe.each(TRANSPORTS)('a link over $name', ({ make }) => {
  it('loses, confuses and doubles none of 20,000 answers, 256 at once', async () => {
    const { link } = linkTo(await unrulyPbx(), { maxInFlight: 256 }, make);
    await until(() => link.state === 'ready');
    const count = 20_000;
    const seen = new Uint8Array(count);
    const ask = async (tag: number) => {
      const headers = [
        ['Channel', String(tag)],
        ['Variable', 'x'],
      ] as const;
      const { response } = await link.request({ name: 'Getvar', headers, reply: 'response' });
      if (header(response, 'Value') === String(tag)) seen[tag] = (seen[tag] ?? 0) + 1;
    };
    await Promise.all(Array.from({ length: count }, (_, tag) => ask(tag)));
    expect(seen.every((times) => times === 1)).toBe(true);
  });
});
