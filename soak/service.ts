/** The service as a process of its own: `node soak/service.ts STATE_DIR PORT AMI_PORT`. It is killed. */
import pino from 'pino';
import { startService } from '../src/app.ts';
import { ACCOUNTS, MANAGER, tell } from './setup.ts';

const [stateDir = '', port = '', amiPort = ''] = process.argv.slice(2);
const service = await startService(
  {
    listen: { host: '127.0.0.1', port: Number(port) },
    stateDir,
    version: 'soak',
    pbxs: [
      {
        name: 'main',
        accounts: ACCOUNTS.map((user) => ({ pbx: 'main', user, profile: {}, buddies: [] })),
        ami: { host: '127.0.0.1', port: Number(amiPort), ...MANAGER, link: 'socket', tls: null },
        ari: null,
        dial: 'Skype/{originator}@{destination}',
      },
    ],
  },
  pino({ level: 'error' }, pino.destination(2)),
);
process.on('SIGTERM', () => void service.stop().then(() => process.exit()));
process.on('disconnect', () => process.exit());
tell({ kind: 'listening', port: Number(new URL(service.url).port) });
