import type { Pace } from '../pace.ts';
import type { Scheduler } from '../scheduler.ts';
import type { AccountSetup, PersonSetup } from './members.ts';

/** Who lives in a community. */
export interface CommunitySetup {
  readonly accounts: readonly AccountSetup[];
  readonly people?: readonly PersonSetup[];
  readonly scheduler: Scheduler;
  readonly pace?: Pace;
  /** Whether a login tells the state of every buddy; it does when left out. */
  readonly announcesAtLogin?: boolean;
}
