import { ASTERISK_ID } from '../applications.ts';
import { AriError, query, type Resource } from '../operation.ts';
import { ariTime } from '../snapshots.ts';

/** `/asterisk`: what the PBX is, and global variables. */
export const ASTERISK: Resource = {
  name: 'asterisk',
  operations: [
    {
      nickname: 'getInfo',
      method: 'GET',
      path: '/asterisk/info',
      returns: 'AsteriskInfo',
      parameters: [query('only')],
      run(args, { lifetime }) {
        const info: Readonly<Record<string, unknown>> = {
          build: { os: 'Linux', kernel: '', machine: '', options: '', date: '', user: '' },
          system: { version: '22.10.1-simulated', entity_id: ASTERISK_ID },
          config: { name: '', default_language: 'en', setid: { user: '', group: '' } },
          status: {
            startup_time: ariTime(lifetime.startedAt),
            last_reload_time: ariTime(lifetime.reloadedAt),
          },
        };
        const only = args.list('only');
        if (only.length === 0) return info;
        return Object.fromEntries(Object.entries(info).filter(([section]) => only.includes(section)));
      },
    },
    {
      nickname: 'ping',
      method: 'GET',
      path: '/asterisk/ping',
      returns: 'AsteriskPing',
      parameters: [],
      run: (_, { clock }) => ({ asterisk_id: ASTERISK_ID, ping: 'pong', timestamp: ariTime(clock.now()) }),
    },
    {
      nickname: 'getGlobalVar',
      method: 'GET',
      path: '/asterisk/variable',
      returns: 'Variable',
      parameters: [query('variable!')],
      run(args, { variables }) {
        const name = args.text('variable');
        if (name === '') throw new AriError(400, 'Variable name is required');
        return { value: variables.read(name, null) ?? '' };
      },
    },
    {
      nickname: 'setGlobalVar',
      method: 'POST',
      path: '/asterisk/variable',
      returns: 'void',
      parameters: [query('variable!'), query('value')],
      run(args, { variables }) {
        const name = args.text('variable');
        if (name === '') throw new AriError(400, 'Variable name is required');
        variables.write(name, args.text('value'), null);
      },
    },
  ],
};
