import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import pino from 'pino';
import type { Demo } from '../demo.ts';
import { printEvent } from './print-event.ts';
import type { Register } from './program.ts';
import { EXIT, type Terminal, untilAborted } from './terminal.ts';
import { VERSION } from './version.ts';

const MODEL = fileURLToPath(new URL('../../examples/demo.yaml', import.meta.url));

/** `sfa demo` */
export const demoCommand: Register = (program, terminal, finish) => {
  program
    .command('demo')
    .description('run the whole product on this machine: a simulated PBX and the service, until Ctrl-C')
    .option('--model <file>', 'the accounts', MODEL)
    .action(async ({ model }: { model: string }) => {
      // Here, so that help does not wait for the whole service.
      const { startDemo } = await import('../demo.ts');
      const demo = await startDemo(model, VERSION, pino({ level: 'warn' }, pino.destination(2)));
      try {
        await play(demo, terminal);
      } finally {
        await demo.stop();
      }
      finish(EXIT.done);
    });
};

async function play(demo: Demo, terminal: Terminal): Promise<void> {
  const { url } = demo.service;
  const v1 = `${url}/v1`;
  const auth = `-H 'Authorization: Bearer ${demo.token}'`;
  const json = `-H 'Content-Type: application/json'`;
  await ready(demo, terminal.signal);
  terminal.out(`${url}
Token: ${demo.token}

curl ${auth} ${v1}/accounts
curl ${auth} ${json} -d '{"to":"echo123","text":"Hello from curl"}' ${v1}/accounts/james_bond/chats
curl ${auth} '${v1}/accounts/james_bond/chats?with=echo123'

`);
  terminal.err(
    `Generated configuration: ${demo.directory}\nThe events, as they come (Ctrl-C ends the demo):\n`,
  );
  const following = follow(demo, terminal);
  await send(demo, 'james_bond', 'echo123', 'Is anybody there?');
  await send(demo, 'james_bond', 'q_branch', 'Got my car?\nThe one with the extras 🚗');
  demo.writeTo('moneypenny', 'austin_powers', 'Grüße & kisses');
  await untilAborted(terminal.signal);
  await following;
}

/** Waits until the PBX is ready and every account logged in, as the API tells it. */
async function ready(demo: Demo, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const { status } = await fetch(`${demo.service.url}/readyz`);
    const { items } = (await request(demo, 'GET', '/accounts')) as { items: { status: string }[] };
    if (status === 200 && items.every((account) => account.status === 'Logged In')) return;
    await setTimeout(20);
  }
}

async function follow(demo: Demo, terminal: Terminal): Promise<void> {
  for await (const event of demo.service.follow(0, terminal.signal)) terminal.out(printEvent(event));
}

function send(demo: Demo, user: string, to: string, text: string): Promise<unknown> {
  return request(demo, 'POST', `/accounts/${user}/chats`, { to, text });
}

async function request(demo: Demo, method: string, path: string, body?: unknown): Promise<unknown> {
  const response = await fetch(`${demo.service.url}/v1${path}`, {
    method,
    headers: { authorization: `Bearer ${demo.token}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  if (!response.ok) throw new Error(`${method} ${path} was answered with ${response.status}`);
  return response.json();
}
