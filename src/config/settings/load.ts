import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import type { EventType } from '../../model/events.ts';
import type { PresenceState } from '../../model/presence.ts';
import { DIAGNOSTIC_CODES as CODES, type Diagnostic, type KeyPath } from '../diagnostic.ts';
import { type LoadedModel, loadModel, secretSources } from '../model/load.ts';
import type { ProvisioningModel } from '../model/schema.ts';
import { resolveSecret, type SecretRef, type SecretSources } from '../secrets.ts';
import { type LoadedYaml, loadYaml } from '../yaml/load.ts';
import { type CallSettings, callSettings } from './calls.ts';
import { type RawSettings, settingsSchema } from './schema.ts';

/** How the link to a PBX behaves; absent where the settings say nothing. Times are seconds. */
export type AmiTuning = Pick<
  RawSettings['pbxs'][number]['ami'],
  'timeout' | 'ping' | 'in_flight' | 'reconnect' | 'read_limits' | 'write_limits'
>;

/** One PBX, its secrets fetched and its model loaded. */
export interface PbxSettings {
  readonly name: string;
  readonly model: ProvisioningModel;
  /** The model with its secrets, and what was found while reading it. */
  readonly loaded: LoadedModel;
  /** Absolute path of the PBX's configuration directory; null where it is another host's. */
  readonly etc: string | null;
  readonly ami: {
    readonly host: string;
    readonly port: number;
    readonly username: string;
    readonly secret: string;
    readonly link: 'socket' | 'asterisk-manager';
    readonly tls: { readonly ca?: string | undefined; readonly servername?: string | undefined } | null;
    readonly tuning: AmiTuning;
  };
  readonly ari: {
    readonly url: string;
    readonly username: string;
    readonly password: string;
    readonly app: string;
  } | null;
  readonly dial: string;
  readonly calls: CallSettings;
}

/** A receiver of events, its secret fetched. */
export interface WebhookSettings {
  readonly name: string;
  readonly url: string;
  readonly secret: string;
  readonly types?: readonly EventType[] | undefined;
  readonly accounts?: readonly string[] | undefined;
}

/** What the settings say beside addresses; absent where they say nothing. Times are seconds. */
export interface PolicySettings {
  readonly tls: { readonly cert: string; readonly key: string } | null;
  readonly chatTtl?: number | undefined;
  readonly retentionDays?: number | undefined;
  readonly requestsPerMinute?: number | undefined;
  readonly heartbeat?: number | undefined;
  readonly slowSubscriber?: number | undefined;
  readonly presence: Readonly<Record<string, PresenceState>>;
  readonly balance: { readonly below: number; readonly everyMinutes: number } | null;
  readonly webhooks: readonly WebhookSettings[];
  readonly prune?: boolean | undefined;
}

export interface Settings {
  readonly policy: PolicySettings;
  readonly listen: { readonly host: string; readonly port: number };
  /** Absolute path. */
  readonly stateDir: string;
  readonly pbxs: readonly PbxSettings[];
}

export interface LoadedSettings {
  /** Null when the settings or one of their models hold mistakes. */
  readonly settings: Settings | null;
  /** Of the settings file first, then of each model. */
  readonly problems: readonly Diagnostic[];
}

/**
 * Loads `sfa.yaml` and the models that it names, and fetches all secrets. Throws nothing that the files
 * cause; see `problems`.
 */
export function loadSettings(file: string, env: SecretSources['env']): LoadedSettings {
  const loaded = loadYaml(file, settingsSchema);
  const problems: Diagnostic[] = [...loaded.problems];
  if (loaded.value === null) return { settings: null, problems };
  const reader = new Reader(file, loaded, secretSources(env, file), env, problems);
  const settings = {
    listen: loaded.value.listen,
    stateDir: resolve(dirname(file), loaded.value.stateDir),
    policy: reader.policy(loaded.value),
    pbxs: loaded.value.pbxs.flatMap((pbx) => reader.pbx(pbx)),
  };
  return { settings: problems.some(({ severity }) => severity === 'error') ? null : settings, problems };
}

class Reader {
  readonly #file: string;
  readonly #loaded: LoadedYaml<RawSettings>;
  readonly #sources: SecretSources;
  readonly #env: SecretSources['env'];
  readonly #problems: Diagnostic[];

  constructor(
    file: string,
    loaded: LoadedYaml<RawSettings>,
    sources: SecretSources,
    env: SecretSources['env'],
    problems: Diagnostic[],
  ) {
    this.#file = file;
    this.#loaded = loaded;
    this.#sources = sources;
    this.#env = env;
    this.#problems = problems;
  }

  /** The PBX with everything fetched; none when something of it is missing. */
  pbx({ name, model, ami, ari, dial, etc, calls }: RawSettings['pbxs'][number]): PbxSettings[] {
    const path = ['pbxs', name];
    const { host, port, username, secret: reference, link, tls, ...tuning } = ami;
    const secret = this.#secret(reference, [...path, 'ami', 'secret']);
    const password = ari && this.#secret(ari.password, [...path, 'ari', 'password']);
    const ca = tls?.ca === undefined ? undefined : this.#certificate(tls.ca, [...path, 'ami', 'tls', 'ca']);
    if (tls !== undefined && link === 'asterisk-manager') {
      this.#refuse(
        [...path, 'ami', 'tls'],
        'found tls with link: asterisk-manager, allowed: tls with link: socket',
      );
    }
    const loaded = this.#model(model);
    if (loaded.model === null) return [];
    return [
      {
        name,
        model: loaded.model,
        loaded,
        etc: etc === undefined ? null : resolve(dirname(this.#file), etc),
        ami: {
          host: host ?? '127.0.0.1',
          port: port ?? (tls === undefined ? 5038 : 5039),
          username,
          secret,
          link: link ?? 'socket',
          tls: tls === undefined ? null : { ca, servername: tls.servername },
          tuning,
        },
        ari: ari
          ? { url: ari.url, username: ari.username, password: password ?? '', app: ari.app ?? 'sfa' }
          : null,
        dial: dial ?? 'Skype/{originator}@{destination}',
        calls: callSettings(calls ?? {}, loaded.model, (below, message) =>
          this.#refuse([...path, 'calls', ...below], message),
        ),
      },
    ];
  }

  policy(raw: RawSettings): PolicySettings {
    const { tls, chat, retention, rate_limit, events, presence, balance, webhooks, reconcile } = raw;
    return {
      tls:
        tls === undefined
          ? null
          : {
              cert: this.#certificate(tls.cert, ['tls', 'cert']) ?? '',
              key: this.#certificate(tls.key, ['tls', 'key']) ?? '',
            },
      chatTtl: chat?.ttl,
      retentionDays: retention?.days,
      requestsPerMinute: rate_limit?.per_minute,
      heartbeat: events?.heartbeat,
      slowSubscriber: events?.slow,
      prune: reconcile?.prune,
      presence: definedOf(presence ?? {}),
      balance: balance === undefined ? null : { below: balance.below, everyMinutes: balance.every ?? 60 },
      webhooks: webhooks.map(({ secret, ...rest }) => ({
        ...rest,
        secret: this.#secret(secret, ['webhooks', rest.name, 'secret']),
      })),
    };
  }

  #model(path: string): LoadedModel {
    const file = resolve(dirname(this.#file), path);
    const loaded: LoadedModel = loadModel(file, secretSources(this.#env, file));
    // The service writes no configuration: accounts' own passwords may be known to the generating host alone.
    this.#problems.push(...loaded.problems.filter(({ code }) => code !== CODES.SECRET));
    return loaded;
  }

  #secret(ref: SecretRef, path: KeyPath): string {
    const resolved = resolveSecret(ref, this.#sources);
    if (resolved.ok) {
      if ('plain' in ref) {
        this.#warn(path, 'found a secret as plain text, better: { env: NAME } or { file: PATH }');
      }
      return resolved.value;
    }
    this.#refuse(path, `found ${resolved.found}, allowed: ${resolved.allowed}`);
    return '';
  }

  #certificate(path: string, key: KeyPath): string | undefined {
    try {
      return readFileSync(resolve(dirname(this.#file), path), 'utf8');
    } catch {
      this.#refuse(key, 'found a file that cannot be read, allowed: a PEM file');
      return undefined;
    }
  }

  #refuse(path: KeyPath, message: string): void {
    this.#problems.push(this.#loaded.diagnose({ path, code: CODES.VALUE, message }));
  }

  #warn(path: KeyPath, message: string): void {
    this.#problems.push(
      this.#loaded.diagnose({ path, code: CODES.SECRET_PLAIN, severity: 'warning', message }),
    );
  }
}

function definedOf<Value>(values: Readonly<Record<string, Value | undefined>>): Record<string, Value> {
  return Object.fromEntries(
    Object.entries(values).flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])),
  );
}
