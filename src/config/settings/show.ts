import { type KeyPath, printPath } from '../diagnostic.ts';
import type { RawValue } from '../yaml/document.ts';
import { loadYaml } from '../yaml/load.ts';
import { CALL_DEFAULTS } from './calls.ts';
import { settingsSchema } from './schema.ts';

/** One setting that is in force. */
export interface ShownSetting {
  readonly key: string;
  /** As it is written; `[secret]` for a secret that stands in the file itself. */
  readonly value: string;
  /** `FILE:LINE` where it stands, or `default`. */
  readonly origin: string;
}

/** What holds where a file says nothing. */
const DEFAULTS: Readonly<Record<string, string>> = {
  listen: '127.0.0.1:8480',
  state_dir: 'state',
  'chat.ttl': '86400',
  'retention.days': '180',
  'rate_limit.per_minute': '120000',
  'events.heartbeat': '15',
  'events.slow': '30',
  'reconcile.prune': 'no',
};

/** The same within each PBX. */
const PBX_DEFAULTS: Readonly<Record<string, string>> = {
  'ami.host': '127.0.0.1',
  'ami.port': '5038',
  'ami.link': 'socket',
  'ami.timeout': '10',
  'ami.ping': '15',
  'ami.in_flight': '64',
  'ami.reconnect': '30',
  'ami.read_limits.line_bytes': '1048576',
  'ami.read_limits.headers': '1000000',
  'ami.read_limits.message_bytes': '67108864',
  'ami.write_limits.line_bytes': '1022',
  'ami.write_limits.headers': '128',
  dial: 'Skype/{originator}@{destination}',
  'calls.agents': CALL_DEFAULTS.agents.join(','),
  'calls.first': CALL_DEFAULTS.first,
  'calls.ring_seconds': String(CALL_DEFAULTS.ringSeconds),
  'calls.transfer_contexts': CALL_DEFAULTS.transferContexts.join(','),
};

const SECRET = /^(?:secret|password)$/;

/** Every setting in force with the place that it comes from, defaults behind; secrets stay hidden. */
export function showSettings(file: string): ShownSetting[] {
  const { raw, locate } = loadYaml(file, settingsSchema);
  const shown = leavesOf(raw, []).map(({ path, value }) => ({
    key: printPath(path),
    value,
    origin: `${file}:${locate(path, 'key').line}`,
  }));
  const present = new Set(shown.map(({ key }) => key));
  return [...shown, ...defaultsFor(raw).filter(({ key }) => !present.has(key))];
}

function defaultsFor(raw: RawValue): ShownSetting[] {
  const pbxs = isMapping(raw) && isMapping(raw['pbxs']) ? Object.entries(raw['pbxs']) : [];
  const all = [
    ...Object.entries(DEFAULTS),
    ...pbxs.flatMap(([name, pbx]) =>
      Object.entries({ ...PBX_DEFAULTS, ...(hasTls(pbx) ? { 'ami.port': '5039' } : {}) }).map(
        ([key, value]) => [`pbxs.${name}.${key}`, value] as const,
      ),
    ),
  ];
  return all.map(([key, value]) => ({ key, value, origin: 'default' }));
}

function hasTls(pbx: RawValue): boolean {
  return isMapping(pbx) && isMapping(pbx['ami']) && pbx['ami']['tls'] !== undefined;
}

function leavesOf(value: RawValue | undefined, path: KeyPath): { path: KeyPath; value: string }[] {
  if (isMapping(value)) {
    return Object.entries(value).flatMap(([key, inner]) => leavesOf(inner, [...path, key]));
  }
  const secret = SECRET.test(String(path.at(-1) ?? ''));
  if (Array.isArray(value)) return [{ path, value: secret ? '[secret]' : value.map(String).join(',') }];
  return [{ path, value: secret ? '[secret]' : String(value ?? '') }];
}

function isMapping(value: RawValue | undefined): value is { readonly [key: string]: RawValue } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
