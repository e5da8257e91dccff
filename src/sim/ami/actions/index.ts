import type { ManagerAction } from '../action.ts';
import { CALL_ACTIONS } from './calls.ts';
import { COMMAND_ACTIONS } from './command.ts';
import { CONFIG_ACTIONS } from './config.ts';
import { CORE_ACTIONS } from './core.ts';
import { LICENSE_ACTIONS } from './licenses.ts';
import { MODULE_ACTIONS } from './modules.ts';
import { ORIGINATE } from './originate.ts';
import { SESSION_ACTIONS } from './session.ts';
import { SKYPE_ACTIONS } from './skype.ts';
import { STATE_ACTIONS } from './states.ts';

/** Every action that the simulated PBX knows. */
export const MANAGER_ACTIONS: readonly ManagerAction[] = [
  ...SESSION_ACTIONS,
  ...CORE_ACTIONS,
  ...COMMAND_ACTIONS,
  ...CONFIG_ACTIONS,
  ...MODULE_ACTIONS,
  ORIGINATE,
  ...CALL_ACTIONS,
  ...STATE_ACTIONS,
  ...SKYPE_ACTIONS,
  ...LICENSE_ACTIONS,
];
