import type { Command } from 'commander';
import type { PbxSettings } from '../../config/settings/load.ts';
import { connectLink } from '../../endpoint.ts';
import { CompanionError } from '../../model/errors.ts';
import { type PbxControl, pbxControl } from '../../services/provisioning/pbx-control.ts';
import { accountsBehind, type LiveAccounts } from '../../services/reconcile/live-accounts.ts';
import { amiEndpoint, readSettings } from '../settings.ts';
import type { Terminal } from '../terminal.ts';

export interface PbxChoice {
  readonly config: string;
  readonly pbx?: string;
}

/** A PBX that is connected for one errand. */
export interface ConnectedPbx {
  readonly name: string;
  readonly control: PbxControl;
  readonly live: LiveAccounts;
  stop(): Promise<void>;
}

/** Adds the options that say which PBX is meant. */
export function withPbxOptions(command: Command): Command {
  return command
    .option('--config <file>', 'settings of the service, for the manager connection', 'sfa.yaml')
    .option('--pbx <name>', 'the PBX of the settings (default: the only one)');
}

/** @throws CompanionError `CONFIG_INVALID` when the settings hold mistakes or do not name it. */
export function choosePbx({ config, pbx }: PbxChoice, terminal: Terminal): PbxSettings {
  const { pbxs } = readSettings(config, terminal);
  const found = pbx === undefined && pbxs.length === 1 ? pbxs[0] : pbxs.find(({ name }) => name === pbx);
  if (found !== undefined) return found;
  const names = pbxs.map(({ name }) => name).join(', ');
  const what = pbx === undefined ? `${config} names several PBXs` : `${config} names no PBX "${pbx}"`;
  throw new CompanionError('CONFIG_INVALID', `--pbx: ${what}, allowed is one of ${names}`);
}

/** @throws CompanionError `CONFIG_INVALID`, `AMI_DISCONNECTED` or `AMI_AUTH_FAILED`. */
export async function connectPbx(choice: PbxChoice, terminal: Terminal): Promise<ConnectedPbx> {
  const { name, ami } = choosePbx(choice, terminal);
  const link = await connectLink(name, amiEndpoint(ami));
  return { name, control: pbxControl(link), live: accountsBehind(link), stop: () => link.stop() };
}
