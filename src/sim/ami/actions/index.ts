import type { ManagerAction } from '../action.ts';
import { COMMAND_ACTIONS } from './command.ts';
import { CORE_ACTIONS } from './core.ts';
import { SESSION_ACTIONS } from './session.ts';
import { SKYPE_ACTIONS } from './skype.ts';

/** Every action that the simulated PBX knows. */
export const MANAGER_ACTIONS: readonly ManagerAction[] = [
  ...SESSION_ACTIONS,
  ...CORE_ACTIONS,
  ...COMMAND_ACTIONS,
  ...SKYPE_ACTIONS,
];
