import type { AmiLink } from '../../ami/link/link.ts';
import { getAccountProperty } from '../../ami/skype/actions.ts';
import { header } from '../../ami/wire/message.ts';
import { CompanionError } from '../../model/errors.ts';
import type { SkypeName } from '../../model/skype-name.ts';

/** What a generated hint is: an extension of a context. */
export interface HintPlace {
  readonly exten: string;
  readonly context: string;
}

/** What apply and doctor ask of a running PBX; every answer is honest about failure. */
export interface PbxControl {
  /**
   * Reloads a module by `Action: Reload`, whose answer tells whether the module took it; the CLI through
   * `Command` says Success although the module refused (Asterisk 22 seen).
   *
   * @throws CompanionError `PBX_REFUSED`, `AMI_PERMISSION_DENIED`, `AMI_DISCONNECTED`, `AMI_TIMEOUT`.
   */
  reload(module: string): Promise<void>;
  /** Refused while a channel of the module is up. */
  unload(module: string): Promise<void>;
  load(module: string): Promise<void>;
  isLoaded(module: string): Promise<boolean>;
  /** The status of an account, or null when the driver does not know it. */
  accountStatus(user: SkypeName): Promise<string | null>;
  hasHint(place: HintPlace): Promise<boolean>;
  hasContext(context: string): Promise<boolean>;
}

/** The control over a link; the manager user needs `system`, `call` and `reporting` or `config`. */
export function pbxControl(link: AmiLink): PbxControl {
  const ask = (name: string, headers: readonly (readonly [string, string])[], completeEvent?: string) =>
    link.request({ name, headers, reply: completeEvent === undefined ? 'response' : { completeEvent } });
  /** Null when the PBX refuses for its own reasons; lost connections and rights are thrown. */
  const askOrNull = async (...args: Parameters<typeof ask>) => {
    try {
      return await ask(...args);
    } catch (thrown) {
      if (thrown instanceof CompanionError && thrown.code === 'PBX_REFUSED') return null;
      throw thrown;
    }
  };
  const moduleLoad = async (module: string, type: string) => {
    await ask('ModuleLoad', [
      ['Module', module],
      ['LoadType', type],
    ]);
  };
  return {
    reload: async (module) => void (await ask('Reload', [['Module', module]])),
    unload: (module) => moduleLoad(module, 'unload'),
    load: (module) => moduleLoad(module, 'load'),
    isLoaded: async (module) => (await askOrNull('ModuleCheck', [['Module', module]])) !== null,
    async accountStatus(user) {
      const action = getAccountProperty(user, 'status');
      const reply = await askOrNull(action.name, action.headers);
      return (reply && header(reply.response, 'Value')) || null;
    },
    async hasHint({ exten, context }) {
      const reply = await askOrNull('ExtensionState', [
        ['Exten', exten],
        ['Context', context],
      ]);
      // -1 and no hint for an extension without one (Asterisk 22 seen).
      return reply !== null && Boolean(header(reply.response, 'Hint'));
    },
    async hasContext(context) {
      const reply = await askOrNull('ShowDialPlan', [['Context', context]], 'ShowDialPlanComplete');
      return reply !== null && reply.events.length > 0;
    },
  };
}
