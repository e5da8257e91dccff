import type { Clock } from '../../model/clock.ts';
import type { Switchboard } from '../calls/switchboard.ts';
import type { Community } from '../skype/community.ts';
import type { Variables } from '../variables.ts';
import { answer, type Field } from './blocks.ts';
import type { DriverTexts } from './driver-texts.ts';
import type { ManagerRequest } from './request-reader.ts';
import { type Right, type RightMask, rightMask } from './rights.ts';

/** A user of manager.conf. */
export interface ManagerUser {
  readonly username: string;
  readonly secret: string;
  /** Classes of events that the user may see; `all` for every one. */
  readonly read: readonly (Right | 'all')[];
  /** Classes of actions that the user may run; `all` for every one. */
  readonly write: readonly (Right | 'all')[];
}

/** What actions can reach: the PBX behind the manager interface. */
export interface ManagerWorld {
  readonly community: Community;
  readonly calls: Switchboard;
  readonly variables: Variables;
  readonly clock: Clock;
  readonly users: readonly ManagerUser[];
  readonly texts: DriverTexts;
  /** Makes the digits of an MD5 challenge. */
  readonly challenge: () => string;
  /** When the PBX started, milliseconds since the epoch. */
  readonly startedAt: number;
}

/** One logged-in, or not yet logged-in, manager as its actions see it. */
export interface ManagerSession {
  user: ManagerUser | null;
  /** Actions that may run. */
  writes: RightMask;
  /** Events that are sent: what the user may read and asked for. */
  events: RightMask;
  challenge: string | null;
  /** Ends the connection once everything is written. */
  close(): void;
}

/** What an action works on. */
export interface ActionContext {
  readonly request: ManagerRequest;
  readonly actionId: string;
  readonly session: ManagerSession;
  readonly world: ManagerWorld;
  /** The table of all actions, for those that tell about others. */
  readonly actions: readonly ManagerAction[];
}

/** An AMI action: who may run it, and what it answers. Events that it causes go out behind its answer. */
export interface ManagerAction {
  readonly name: string;
  readonly synopsis: string;
  /** One of these classes is needed; none: everybody may. */
  readonly rights: readonly Right[];
  /** Whether it runs before login. */
  readonly beforeLogin?: true;
  run(context: ActionContext): string;
}

/** Whether a session may run an action; it needs one of the action's classes (Asterisk 22). */
export function mayRun(session: ManagerSession, action: ManagerAction): boolean {
  return action.rights.length === 0 || (session.writes & rightMask(action.rights)) !== 0;
}

/** `Response: Success` with a `Message`. */
export function success(context: ActionContext, message: string): string {
  return answer('Success', context.actionId, [['Message', message]]);
}

/** `Response: Success` with fields of its own. */
export function successWith(context: ActionContext, fields: readonly Field[]): string {
  return answer('Success', context.actionId, fields);
}

/** `Response: Error` with a `Message`, which is all that Asterisk says about a failure. */
export function failure(context: ActionContext, message: string): string {
  return answer('Error', context.actionId, [['Message', message]]);
}
