import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { connect } from 'node:tls';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { runCli } from '../../src/cli/program.ts';
import { simCommand } from '../../src/cli/sim.ts';
import { until } from '../helpers/until.ts';
import { ask, block, openWire } from './support.ts';

const fixture = (name: string) => fileURLToPath(new URL(`../../fixtures/sim/${name}`, import.meta.url));

/** Runs `sfa sim` with a terminal of ours. */
function sim(...args: readonly string[]) {
  const ending = new AbortController();
  const printed = { out: '', err: '' };
  const terminal = {
    out: (text: string) => {
      printed.out += text;
    },
    taken: () => Promise.resolve(),
    err: (text: string) => {
      printed.err += text;
    },
    env: { SFA_SIM_SECRET: 'open sesame' },
    signal: ending.signal,
  };
  return { printed, code: runCli(['sim', ...args], terminal, [simCommand]), end: () => ending.abort() };
}

test('prints where it listens, lives until the signal, and leaves nothing behind', async () => {
  const run = sim(
    ...['--json', '--config', fixture('chan_skype.conf'), '--extensions', fixture('extensions.conf')],
    ...['--seed', '3', '--era', '1.4', '--control-port', '0'],
    ...['--script', fixture('an-hour-at-the-desk.yaml')],
  );
  await until(() => run.printed.out.endsWith('\n'));
  const where = JSON.parse(run.printed.out);
  expect(where).toMatchObject({
    ami: { host: '127.0.0.1', username: 'sfa', secret: 'open sesame' },
    ari: { url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/) },
    control: { url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/), token: 'open sesame' },
    era: '1.4',
    seed: 3,
    accounts: ['james_bond', 'q_branch', 'm_office'],
  });
  const wire = await openWire(where.ami.port);
  await wire.until('Asterisk Call Manager/1.0\r\n');
  expect(await ask(wire, 'Action: Login', 'Username: sfa', 'Secret: open sesame')).toBe(
    block('Response: Success', 'Message: Authentication accepted'),
  );
  run.end();
  expect(await run.code).toBe(0);
  await wire.closed;
});

test('serves AMI over TLS with a certificate of its own, which goes with it', async () => {
  const run = sim('--json', '--tls-port', '0');
  await until(() => run.printed.out.endsWith('\n'));
  const { tls } = JSON.parse(run.printed.out).ami;
  const socket = connect({ host: tls.host, port: tls.port, ca: readFileSync(tls.ca) });
  expect(String((await once(socket, 'data'))[0])).toBe('Asterisk Call Manager/11.0.0\r\n');
  run.end();
  expect(await run.code).toBe(0);
  expect(existsSync(tls.ca)).toBe(false);
});

test('for people: addresses, user and secret, one a line', async () => {
  const run = sim('--load', '30,100');
  await until(() => run.printed.out.includes('Accounts'));
  expect(run.printed.out).toMatch(
    /^AMI {6}127\.0\.0\.1:\d+\nARI {6}http:.*\nUser {5}sfa\nSecret {3}open sesame\n/,
  );
  expect(run.printed.out).toContain('agent0010, and 20 more\n');
  run.end();
  expect(await run.code).toBe(0);
});

test.each([
  [['--era', '1.6'], 64, '--era'],
  [['--seed', 'x'], 64, '--seed'],
  [['--ami-port', '70000'], 64, '--ami-port'],
  [['--load', '1,2,3'], 64, '--load'],
  [['--era', '1.4', '--tls-port', '0'], 64, '1.4 has no AMI over TLS'],
  [['--tls-port', '0', '--tls-cert', 'x.pem'], 64, '--tls-key'],
  [['--tls-port', '0', '--tls-cert', '/nowhere/x.pem', '--tls-key', '/nowhere/x.key'], 1, '/nowhere/x.pem'],
  [['--config', '/nowhere/chan_skype.conf'], 1, '/nowhere/chan_skype.conf'],
  [['--script', '/nowhere/script.yaml'], 1, '/nowhere/script.yaml'],
])('%j ends with %i', async (args, code, message) => {
  const run = sim(...args);
  expect(await run.code).toBe(code);
  expect(run.printed.err).toContain(message);
});
