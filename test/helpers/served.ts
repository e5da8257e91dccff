import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { stringify } from 'yaml';
import { systemClock } from '../../src/model/clock.ts';
import { createToken } from '../../src/services/tokens.ts';
import type { ManagerUser } from '../../src/sim/ami/action.ts';
import type { SimulatedPbx } from '../../src/sim/pbx.ts';
import { openStore } from '../../src/store/state.ts';

/** The manager and ARI users that a simulated PBX of these tests has. */
export const MANAGER: ManagerUser = {
  username: 'sfa',
  secret: 'manager secret',
  read: ['all'],
  write: ['all'],
};
export const ARI = { username: 'sfa', password: 'ari secret' };

export interface ServedOptions {
  readonly pbx: Pick<SimulatedPbx, 'ami' | 'ari'>;
  readonly users: readonly string[];
  /** Settings beside `pbxs`, `listen` and `state_dir`. */
  readonly settings?: object;
  readonly listen?: string;
  readonly args?: readonly string[];
  /** Made before the start; with `false` the database has no token. */
  readonly token?: boolean;
}

/** `sfa serve` as a process of its own. */
export interface Served {
  readonly child: ChildProcess;
  readonly token: string;
  readonly stateDir: string;
  /** What it wrote to standard error so far: its log. */
  log(): string;
  /** Where it listens; throws when it ended instead. */
  url(): Promise<string>;
  /** Sends SIGTERM; resolves with the exit code, which is null when it had to be killed. */
  terminate(): Promise<number | null>;
  /** Resolves with the exit code. */
  ended(): Promise<number | null>;
  /** Ends the process if it still runs, and removes its files. */
  clean(): Promise<void>;
}

/** Starts `sfa serve` with a settings file and a model of the given users. */
export async function serve(options: ServedOptions): Promise<Served> {
  const directory = mkdtempSync(join(tmpdir(), 'sfa-served-'));
  const stateDir = join(directory, 'state');
  const users = Object.fromEntries(options.users.map((user) => [user, { secret: 'x' }]));
  writeFileSync(
    join(directory, 'pbx.yaml'),
    stringify({ version: 1, general: { engine_directory: '/var/lib/asterisk/skype' }, users }),
  );
  writeFileSync(
    join(directory, 'sfa.yaml'),
    stringify({
      listen: options.listen ?? '127.0.0.1:0',
      state_dir: stateDir,
      ...options.settings,
      pbxs: {
        main: {
          model: 'pbx.yaml',
          ami: { ...options.pbx.ami, username: MANAGER.username, secret: MANAGER.secret },
          ari: { url: options.pbx.ari.url, ...ARI },
        },
      },
    }),
  );
  const token = options.token === false ? '' : await tokenIn(stateDir);
  const main = join(import.meta.dirname, '../../src/cli/main.ts');
  const child = spawn(
    process.execPath,
    [main, 'serve', '--config', join(directory, 'sfa.yaml'), ...(options.args ?? [])],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  );
  const exit = once(child, 'exit') as Promise<[number | null, string | null]>;
  let text = '';
  const heard = new Set<() => void>();
  child.stderr?.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk;
    for (const hear of heard) hear();
  });
  const ended = async () => (await exit)[0];
  return {
    child,
    token,
    stateDir,
    log: () => text,
    ended,
    url: () =>
      new Promise((resolve, reject) => {
        const hear = () => {
          const url = /"url":"([^"]+)","msg":"the service listens"|the service listens\s+url: "([^"]+)"/
            .exec(text)
            ?.slice(1)
            .find((found) => found !== undefined);
          if (url === undefined) return;
          heard.delete(hear);
          resolve(url);
        };
        heard.add(hear);
        hear();
        void exit.then(([code]) => reject(new Error(`it ended with ${code}: ${text}`)));
      }),
    terminate: () => {
      child.kill('SIGTERM');
      return ended();
    },
    clean: async () => {
      if (child.exitCode === null && child.signalCode === null) {
        child.kill('SIGKILL');
        await exit;
      }
      rmSync(directory, { recursive: true });
    },
  };
}

async function tokenIn(stateDir: string): Promise<string> {
  const store = await openStore(stateDir);
  const { token } = await createToken(store, { name: 'test' }, systemClock);
  await store.close();
  return token;
}
