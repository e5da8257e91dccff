import type { Logger } from 'pino';
import type { AmiLink } from './ami/link/link.ts';
import type { AmiMessage } from './ami/wire/message.ts';
import type { AriOptions } from './ari/connection.ts';
import type { AriPort } from './ari/port.ts';
import { superviseAri } from './ari/supervisor.ts';
import type { Clock } from './model/clock.ts';
import { AmiControl } from './services/calls/ami/ami-control.ts';
import { AriControl } from './services/calls/ari/ari-control.ts';
import type { CallRoute } from './services/calls/operations.ts';
import { type CallRules, DEFAULT_CALL_RULES } from './services/calls/rules.ts';

/** What calls of a PBX go by. */
export interface CallOptions {
  readonly name: string;
  /** Null for a PBX without ARI: its calls are controlled over AMI, in a reduced form. */
  readonly ari: Omit<AriOptions, 'pbx'> | null;
  /** Template of the Skype leg, with `{originator}` and `{destination}`. */
  readonly dial: string;
  /** What calls may do; the defaults where nothing is said. */
  readonly calls?: Partial<Omit<CallRules, 'dial'>>;
}

/** How the calls of one PBX are controlled, and what its control hears of the manager interface. */
export interface CallWire {
  readonly route: CallRoute;
  /** Null without ARI. */
  readonly ari: AriPort | null;
  readonly onManagerEvent: (message: AmiMessage) => void;
  /** The manager connection is up. */
  readonly onReady: () => void;
}

/** The classes of manager events that a PBX is asked for: `call` only where calls are controlled by them. */
export function eventMaskOf({ ari }: Pick<CallOptions, 'ari'>): string {
  return ari === null ? 'system,call' : 'system';
}

/** Builds the control of a PBX's calls: through ARI where it has one, else over its manager interface. */
export function wireCalls(options: CallOptions, link: AmiLink, clock: Clock, log: Logger): CallWire {
  const { name, ari: endpoint, dial, calls } = options;
  const rules = { ...DEFAULT_CALL_RULES, ...calls, dial };
  if (endpoint === null) {
    const control = new AmiControl(link, clock, log);
    return {
      route: { control, rules },
      ari: null,
      onManagerEvent: (message) => control.take(message),
      onReady: () => void control.connected(),
    };
  }
  const trouble = (reason: string) => log.warn({ pbx: name, reason }, 'no ARI connection');
  const ari = superviseAri({ ...endpoint, pbx: name }, trouble);
  const control = new AriControl(ari, clock, log);
  return { route: { control, rules }, ari, onManagerEvent: () => {}, onReady: () => {} };
}
