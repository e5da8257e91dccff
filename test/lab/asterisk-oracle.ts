import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type AmiMessage, header } from '../../src/ami/wire/message.ts';
import type { ConfigurationOracle, OracleSection, OracleStep } from './provisioning-oracle.ts';

/**
 * What an oracle needs of a running Asterisk: one AMI action, answered by its response and, when the name of
 * a last event is given, by all events of the list up to that one.
 */
export type AskAsterisk = (
  action: string,
  headers: Readonly<Record<string, string>>,
  lastEvent?: string,
) => Promise<readonly AmiMessage[]>;

/**
 * A real Asterisk as an oracle. Its `extensions.conf` includes `extensions_skype.conf`; its manager user has
 * the rights `config`, `command` and `system`. The dialplan is asked for by `ShowDialPlan`, because the CLI
 * takes terminal escapes out of what `dialplan show` prints.
 */
export function asteriskOracle(etcDir: string, ask: AskAsterisk): ConfigurationOracle {
  return {
    async install(files) {
      for (const { name, text } of files) await writeFile(join(etcDir, name), text);
    },
    async getConfig(file) {
      return readGetConfig(await ask('GetConfig', { Filename: file }));
    },
    async reloadDialplan() {
      await ask('Command', { Command: 'dialplan reload' });
    },
    async dialplanShow(context) {
      return readSteps(await ask('ShowDialPlan', { Context: context }, 'ShowDialPlanComplete'));
    },
  };
}

/** `Category-000001: name`, then `Line-000001-000000: key=value`. */
function readGetConfig([response]: readonly AmiMessage[]): OracleSection[] {
  const sections: { name: string; lines: [string, string][] }[] = [];
  for (const [name, value] of response?.headers ?? []) {
    if (name.startsWith('Category-')) sections.push({ name: value, lines: [] });
    if (!name.startsWith('Line-')) continue;
    const equals = value.indexOf('=');
    sections.at(-1)?.lines.push([value.slice(0, equals), value.slice(equals + 1)]);
  }
  return sections;
}

/** `ListDialplan` events; those of hints have the priority `hint` and the device as application. */
function readSteps(messages: readonly AmiMessage[]): OracleStep[] {
  return messages.flatMap((message) => {
    const application = header(message, 'Application');
    if (header(message, 'Event') !== 'ListDialplan' || application === undefined) return [];
    const exten = header(message, 'Extension') ?? '';
    const priority = header(message, 'Priority') ?? '';
    const data = header(message, 'AppData') ?? '';
    return [{ exten, priority, application, data }];
  });
}
