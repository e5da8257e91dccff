/** The service in a process of its own, as its users run it; tells its address and a token. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import pino from 'pino';
import { startService } from '../../src/app.ts';
import { nameFromPbx } from '../../src/model/skype-name.ts';
import type { Target } from './target.ts';

const target = JSON.parse(process.argv[2] ?? '') as Target;
const stateDir = mkdtempSync(join(tmpdir(), 'sfa-bench-calls-'));
const service = await startService(
  {
    listen: { host: '127.0.0.1', port: 0 },
    stateDir,
    version: 'bench',
    pbxs: [
      {
        name: 'main',
        accounts: [{ pbx: 'main', user: nameFromPbx(target.account), profile: {}, buddies: [] }],
        ami: { ...target.ami, link: 'socket', tls: null },
        ari: { ...target.ari, app: 'sfabench' },
        dial: 'Skype/{originator}@{destination}',
        calls: { agents: target.agents },
      },
    ],
  },
  pino({ level: 'warn' }, pino.destination(2)),
);
process.on('message', () => {
  void service.stop().then(() => {
    rmSync(stateDir, { recursive: true });
    process.exit(0);
  });
});
process.send?.({ url: service.url, token: await service.createToken('bench') });
