import type { Clock } from '../../model/clock.ts';
import type { Contexts } from '../calls/contexts.ts';
import type { DeviceStates } from '../calls/device-states.ts';
import type { Hints } from '../calls/hints.ts';
import type { Switchboard } from '../calls/switchboard.ts';
import type { Lifetime } from '../lifetime.ts';
import type { Modules } from '../modules.ts';
import type { Scheduler } from '../scheduler.ts';
import type { Community } from '../skype/community.ts';
import type { Variables } from '../variables.ts';
import type { Variation } from '../variation/variation.ts';
import type { Field, ListEntry } from './blocks.ts';
import type { Dialect } from './dialect.ts';
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
  readonly hints: Hints;
  readonly contexts: Contexts;
  readonly devices: DeviceStates;
  readonly modules: Modules;
  readonly variables: Variables;
  readonly clock: Clock;
  readonly scheduler: Scheduler;
  readonly lifetime: Lifetime;
  readonly users: readonly ManagerUser[];
  /** The options of `[general]` (manual 3.1) as `skype show settings` shows them. */
  readonly settings: readonly (readonly [name: string, value: string])[];
  readonly variation: Variation;
  readonly dialect: Dialect;
  /** Makes the digits of an MD5 challenge. */
  readonly challenge: () => string;
  /** The configuration files of the PBX by their names. */
  readonly files: ReadonlyMap<string, string>;
  /** Sends an event to every session that sees one of its classes. */
  publish(name: string, right: Right, fields: () => readonly Field[]): void;
}

/** One logged-in, or not yet logged-in, manager as its actions see it. */
export interface ManagerSession {
  user: ManagerUser | null;
  /** Actions that may run. */
  writes: RightMask;
  /** Events that are sent: what the user may read and asked for. */
  events: RightMask;
  challenge: string | null;
  /** Where it comes from, for security events. */
  readonly origin: SessionOrigin;
  /** Ends the connection once everything is written. */
  close(): void;
}

/** Who is at the other end of a session, in the words of Asterisk's security events. */
export interface SessionOrigin {
  readonly id: string;
  /** `IPV4/TCP/127.0.0.1/5038`. */
  readonly local: string;
  readonly remote: string;
  /** Milliseconds since the epoch. */
  readonly since: number;
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

/** An AMI action: who may run it, and what it answers. */
export interface ManagerAction {
  readonly name: string;
  readonly synopsis: string;
  /** One of these classes is needed; none: everybody may. */
  readonly rights: readonly Right[];
  /** Whether it runs before login. */
  readonly beforeLogin?: true;
  /** Whether Asterisk 1.4 did not have it. */
  readonly later?: true;
  /** The classes in 1.4, where they were others. */
  readonly ancientRights?: readonly Right[];
  /** The module that brings it; without one it is of the core. */
  readonly module?: string;
  /** The answer; one that has to wait holds back every later request of the session. */
  run(context: ActionContext): string | Promise<string>;
}

/** Whether a session may run an action; it needs one of the action's classes (Asterisk 22). */
export function mayRun(session: ManagerSession, action: ManagerAction): boolean {
  return action.rights.length === 0 || (session.writes & rightMask(action.rights)) !== 0;
}

/** `Response: Success` with a `Message`. */
export function success(context: ActionContext, message: string): string {
  return successWith(context, [['Message', message]]);
}

/** `Response: Success` with fields of its own. */
export function successWith({ world, actionId }: ActionContext, fields: readonly Field[]): string {
  return world.dialect.answer('Success', actionId, fields);
}

/** `Response: Error` with a `Message`, which is all that Asterisk says about a failure. */
export function failure({ world, actionId }: ActionContext, message: string): string {
  return world.dialect.answer('Error', actionId, [['Message', message]]);
}

/** A list: its answer, its entries and its end. */
export function listing(
  { world, actionId }: ActionContext,
  message: string,
  entries: readonly ListEntry[],
  complete: string,
  ending: readonly Field[] = [],
): string {
  return world.dialect.list(actionId, message, entries, complete, ending);
}
