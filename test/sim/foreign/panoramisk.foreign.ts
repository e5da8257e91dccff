import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { LAB, pbxForTest } from '../support.ts';

const CLIENT = fileURLToPath(new URL('panoramisk_client.py', import.meta.url));

/** Fails, and does not pass over it, where python3-panoramisk is not installed. */
test("Debian's panoramisk logs in, sets, lists, sends and hears", async () => {
  const pbx = await pbxForTest();
  const { host, port } = pbx.ami;
  // Debian's own interpreter: its packages are not those of another python3 on the path.
  const python = spawn('/usr/bin/python3', [CLIENT, host, String(port), LAB.username, LAB.secret], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let printed = '';
  python.stdout.setEncoding('utf8').on('data', (text: string) => {
    printed += text;
  });
  await once(python, 'close');
  expect(JSON.parse(printed)).toEqual({
    set: ['Success', 'Properties set'],
    unknown: 'Error',
    buddies: ['austin_powers', 'q_branch'],
    echo: ['austin_powers', 'james_bond', 'SGVsbG8='],
  });
});
