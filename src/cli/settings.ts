import { isDeepStrictEqual } from 'node:util';
import type { Logger } from 'pino';
import { LINK_DEFAULTS } from '../ami/link/link.ts';
import { ASTERISK_22_LIMITS } from '../ami/wire/encoder.ts';
import { DEFAULT_FRAME_LIMITS } from '../ami/wire/framer.ts';
import { type PbxOptions, type Service, type ServiceOptions, startService } from '../app.ts';
import { formatDiagnostic } from '../config/diagnostic.ts';
import {
  loadSettings,
  type PbxSettings,
  type PolicySettings,
  type Settings,
} from '../config/settings/load.ts';
import type { AmiEndpoint } from '../endpoint.ts';
import { CompanionError, messageOf } from '../model/errors.ts';
import type { ServicePolicy } from '../policy.ts';
import { accountsOf } from '../services/directory.ts';
import { type Terminal, untilAborted } from './terminal.ts';
import { VERSION } from './version.ts';

/**
 * Loads the settings for a command; warnings are printed.
 *
 * @throws CompanionError `CONFIG_INVALID` with one line for each mistake.
 */
export function readSettings(file: string, terminal: Terminal): Settings {
  const { settings, problems } = loadSettings(file, terminal.env);
  const lines = problems.map(formatDiagnostic);
  if (settings === null) throw new CompanionError('CONFIG_INVALID', lines.join('\n'));
  for (const line of lines) terminal.err(`${line}\n`);
  return settings;
}

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

/** What the settings say of a link, with the link's own defaults for the rest. */
export function amiEndpoint({ tuning, ...address }: PbxSettings['ami']): AmiEndpoint {
  const { timeout, ping, in_flight, reconnect, read_limits, write_limits } = tuning;
  return {
    ...address,
    timeoutMs: timeout === undefined ? LINK_DEFAULTS.timeoutMs : timeout * 1000,
    pingMs: ping === undefined ? LINK_DEFAULTS.pingMs : ping * 1000,
    maxInFlight: in_flight ?? LINK_DEFAULTS.maxInFlight,
    backoff:
      reconnect === undefined ? LINK_DEFAULTS.backoff : { ...LINK_DEFAULTS.backoff, maxMs: reconnect * 1000 },
    frameLimits: {
      lineBytes: read_limits?.line_bytes ?? DEFAULT_FRAME_LIMITS.lineBytes,
      headers: read_limits?.headers ?? DEFAULT_FRAME_LIMITS.headers,
      messageBytes: read_limits?.message_bytes ?? DEFAULT_FRAME_LIMITS.messageBytes,
    },
    actionLimits: {
      lineBytes: write_limits?.line_bytes ?? ASTERISK_22_LIMITS.lineBytes,
      headers: write_limits?.headers ?? ASTERISK_22_LIMITS.headers,
    },
  };
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

/** Runs a service until the terminal's signal, then ends it cleanly. */
export async function runUntilSignal(
  options: ServiceOptions,
  log: Logger,
  terminal: Terminal,
  started: (service: Service) => Promise<void> | void,
): Promise<void> {
  const service = await startService(options, log);
  try {
    await started(service);
    await untilAborted(terminal.signal);
  } finally {
    await service.stop();
  }
}
