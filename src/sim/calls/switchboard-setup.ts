import type { Pace } from '../pace.ts';
import type { Scheduler } from '../scheduler.ts';
import type { Community } from '../skype/community.ts';

/** What the call side of the PBX is set up with. */
export interface SwitchboardSetup {
  readonly community: Community;
  readonly scheduler: Scheduler;
  readonly pace?: Pace;
  /** Licensed Skype channels (manual 2); 10 when left out. */
  readonly licensedChannels?: number;
  /** Option `default_user` of manual 3.1. */
  readonly defaultUser?: string;
  /**
   * The ARI application that gets calls from Skype, as a dialplan of one `Stasis()` line would do. Without it,
   * or while nobody is connected for it, calls are answered and wait.
   */
  readonly incomingApp?: string;
}
