import type { AmiLink } from '../../ami/link/port.ts';
import type { AmiAction } from '../../ami/skype/action.ts';
import {
  coreShowChannels,
  extensionState,
  moduleCheck,
  moduleLoad,
  reload,
  showDialplan,
} from '../../ami/skype/core-actions.ts';
import { askAccountStatus } from '../../ami/skype/enquiry.ts';
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
  /** The status of an account; empty when the driver does not have it, null when it may not be asked. */
  accountStatus(user: SkypeName): Promise<string | null>;
  /** Whether an extension has a hint, in its context or an included one; null when it may not be asked. */
  hasHint(place: HintPlace): Promise<boolean | null>;
  /** The contexts that a context includes; `absent` when there is none of that name, null when it may not be asked. */
  includesOf(context: string): Promise<readonly string[] | 'absent' | null>;
  /** How many channels of the driver are up; null when it may not be asked. */
  skypeChannels(): Promise<number | null>;
}

/**
 * The control over a link. `system` is enough to reload; hints take `call` or `reporting`, accounts `call`,
 * contexts `config` or `reporting`.
 */
export function pbxControl(link: AmiLink): PbxControl {
  /** `absent` when the PBX refuses for its own reasons, null for lack of a right or of the action; others are thrown. */
  const ask = async (action: AmiAction) => {
    try {
      return await link.request(action);
    } catch (thrown) {
      if (!(thrown instanceof CompanionError)) throw thrown;
      if (thrown.code === 'AMI_PERMISSION_DENIED' || thrown.details['unknownAction'] === true) return null;
      if (thrown.code === 'PBX_REFUSED') return 'absent';
      throw thrown;
    }
  };
  return {
    reload: async (module) => void (await link.request(reload(module))),
    unload: async (module) => void (await link.request(moduleLoad(module, 'unload'))),
    load: async (module) => void (await link.request(moduleLoad(module, 'load'))),
    // One that may not be asked is taken to be there: the reload will tell.
    isLoaded: async (module) => (await ask(moduleCheck(module))) !== 'absent',
    accountStatus: (user) => askAccountStatus(link, user),
    async hasHint(place) {
      const reply = await ask(extensionState(place));
      // -1 and no hint for an extension without one (Asterisk 22 seen).
      return reply === null ? null : reply !== 'absent' && Boolean(header(reply.response, 'Hint'));
    },
    async includesOf(context) {
      const reply = await ask(showDialplan(context));
      if (reply === null || reply === 'absent') return reply;
      return reply.events.flatMap((event) => header(event, 'IncludeContext') ?? []);
    },
    async skypeChannels() {
      const reply = await ask(coreShowChannels());
      if (reply === null || reply === 'absent') return null;
      return reply.events.filter((event) => /^skype\//i.test(header(event, 'Channel') ?? '')).length;
    },
  };
}
