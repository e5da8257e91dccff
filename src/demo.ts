import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Logger } from 'pino';
import { type Service, startService } from './app.ts';
import { formatDiagnostic, hasErrors } from './config/diagnostic.ts';
import { loadModel } from './config/model/load.ts';
import type { ModelUser } from './config/model/schema.ts';
import { type GeneratedFile, generate } from './dialplan/generate.ts';
import { writeFiles } from './dialplan/write.ts';
import { CompanionError } from './model/errors.ts';
import { accountsOf } from './services/directory.ts';
import { startSimulatedPbx } from './sim/pbx.ts';
import type { AccountSetup } from './sim/skype/members.ts';

/** The whole product on this machine: a simulated PBX and the service beside it. */
export interface Demo {
  readonly service: Service;
  readonly token: string;
  /** Where the generated configuration lies, until `stop`. */
  readonly directory: string;
  /** A person of the Skype community writes to an account. */
  writeTo(user: string, from: string, text: string): void;
  stop(): Promise<void>;
}

/**
 * Starts everything on free loopback ports, configured from a provisioning model.
 *
 * @param modelFile its secrets may all be of the form `{ env: NAME }`; random ones are made for them.
 * @throws CompanionError `CONFIG_INVALID` when the model holds mistakes.
 */
export async function startDemo(modelFile: string, version: string, log: Logger): Promise<Demo> {
  const anySecret = new Proxy({}, { get: secret, getOwnPropertyDescriptor: () => ({ configurable: true }) });
  const { model, secrets, problems } = loadModel(modelFile, { env: anySecret, readFile: secret });
  if (model === null || hasErrors(problems)) {
    throw new CompanionError('CONFIG_INVALID', problems.map(formatDiagnostic).join('\n'));
  }
  const directory = await mkdtemp(join(tmpdir(), 'sfa-demo-'));
  const cleanups = [() => rm(directory, { recursive: true })];
  const stop = async () => {
    for (const clean of cleanups.splice(0).reverse()) await clean();
  };
  try {
    const files: GeneratedFile[] = generate(model, secrets, { modelFile });
    await writeFiles(directory, files);
    const manager = { username: 'sfa', secret: secret() };
    const ari = { username: 'sfa', password: secret() };
    const pbx = await startSimulatedPbx({
      accounts: model.users.map(accountSetup),
      managers: [{ ...manager, read: ['all'], write: ['all'] }],
      ari,
    });
    cleanups.push(() => pbx.stop());
    const service = await startService(
      {
        listen: { host: '127.0.0.1', port: 0 },
        stateDir: join(directory, 'state'),
        version,
        pbxs: [
          {
            name: 'demo',
            accounts: accountsOf('demo', model),
            ami: { ...pbx.ami, ...manager, link: 'socket', tls: null },
            ari: { ...pbx.ari, ...ari, app: 'sfa' },
            dial: 'Skype/{originator}@{destination}',
          },
        ],
      },
      log,
    );
    cleanups.push(() => service.stop());
    return {
      service,
      token: await service.createToken('demo'),
      directory,
      writeTo: (user, from, text) => void pbx.community.writeTo(user, from, text),
      stop,
    };
  } catch (thrown) {
    await stop();
    throw thrown;
  }
}

function secret(): string {
  return randomBytes(12).toString('base64url');
}

/** A user of the model as the simulated driver knows it; it logs in when the service asks for it. */
function accountSetup(user: ModelUser): AccountSetup {
  return {
    user: user.name,
    secret: 'set',
    loggedIn: false,
    ...(user.context === undefined ? {} : { context: user.context }),
    ...(user.exten === undefined ? {} : { exten: user.exten }),
    ...(user.direction === undefined ? {} : { direction: user.direction }),
    ...(user.autoreply === undefined ? {} : { autoreply: user.autoreply }),
    ...(user.buddy_presence === undefined ? {} : { buddy_presence: user.buddy_presence }),
  };
}
