import { LINK_DEFAULTS } from '../ami/link/link.ts';
import { ASTERISK_22_LIMITS } from '../ami/wire/encoder.ts';
import { DEFAULT_FRAME_LIMITS } from '../ami/wire/framer.ts';
import { formatDiagnostic } from '../config/diagnostic.ts';
import { loadSettings, type PbxSettings, type Settings } from '../config/settings/load.ts';
import type { AmiEndpoint } from '../endpoint.ts';
import { CompanionError } from '../model/errors.ts';
import type { Terminal } from './terminal.ts';

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
