import { isDeepStrictEqual } from 'node:util';
import type { Logger } from 'pino';
import type { PbxOptions, Service, ServiceOptions } from '../../app.ts';
import {
  loadSettings,
  type PbxSettings,
  type PolicySettings,
  type Settings,
} from '../../config/settings/load.ts';
import { messageOf } from '../../model/errors.ts';
import type { ServicePolicy } from '../../policy.ts';
import { accountsOf } from '../../services/directory.ts';
import { amiEndpoint } from '../settings.ts';
import type { Terminal } from '../terminal.ts';
import { VERSION } from '../version.ts';

/** What the settings mean to the composition root. */
export function serviceOptions(settings: Settings): ServiceOptions {
  return {
    listen: settings.listen,
    stateDir: settings.stateDir,
    version: VERSION,
    pbxs: settings.pbxs.map(pbxOptions),
    policy: policyOf(settings.policy),
  };
}

function policyOf(settings: PolicySettings): ServicePolicy {
  const { tls, balance, chatTtl, retentionDays, requestsPerMinute, heartbeat, slowSubscriber } = settings;
  return {
    tls,
    presence: settings.presence,
    webhooks: settings.webhooks,
    prune: settings.prune === true,
    balance: balance && { below: balance.below, everyMs: balance.everyMinutes * 60_000 },
    ...(chatTtl === undefined ? {} : { chatTtlSeconds: chatTtl }),
    ...(retentionDays === undefined ? {} : { retentionDays }),
    ...(requestsPerMinute === undefined ? {} : { requestsPerMinute }),
    ...(heartbeat === undefined ? {} : { heartbeatMs: heartbeat * 1000 }),
    ...(slowSubscriber === undefined ? {} : { slowSubscriberMs: slowSubscriber * 1000 }),
  };
}

function pbxOptions({ name, model, ami, ari, dial, calls, loaded, etc }: PbxSettings): PbxOptions {
  const accounts = accountsOf(name, model);
  return { name, accounts, ami: amiEndpoint(ami), ari, dial, calls, model: { loaded, etc } };
}

/**
 * Reads the models of a running service anew. What else changed in the settings has to wait for a restart;
 * what holds mistakes changes nothing.
 */
export function rereadModels(
  file: string,
  before: Settings,
  service: Service,
  log: Logger,
  terminal: Terminal,
): void {
  const { settings, problems } = loadSettings(file, terminal.env);
  for (const problem of problems) {
    const facts = {
      place: `${problem.file}:${problem.line}:${problem.column}`,
      key: problem.key,
      code: problem.code,
    };
    log[problem.severity === 'error' ? 'error' : 'warn'](facts, problem.message);
  }
  if (settings === null) {
    service.refuseModels(problems);
    log.error({ file }, 'the models were read anew and not taken: those before stay in force');
    return;
  }
  if (!isDeepStrictEqual(withoutModels(settings), withoutModels(before))) {
    log.warn({ file }, 'settings beside the models have changed: they take effect at the next start');
  }
  const known = new Set(before.pbxs.map(({ name }) => name));
  const options = settings.pbxs.filter(({ name }) => known.has(name)).map(pbxOptions);
  try {
    service.useModels(options);
  } catch (thrown) {
    log.error(
      { error: messageOf(thrown) },
      'the models were read anew and not taken: those before stay in force',
    );
    return;
  }
  const accounts = options.reduce((sum, pbx) => sum + pbx.accounts.length, 0);
  log.info({ accounts }, 'the models were read anew');
}

function withoutModels({ pbxs, ...rest }: Settings): object {
  return { ...rest, pbxs: pbxs.map(({ model: _model, loaded: _loaded, ...pbx }) => pbx) };
}
