import { type ActionContext, failure, type ManagerAction, success, successWith } from '../action.ts';

/** Loading, unloading and reloading of modules (texts of Asterisk 22; 1.4 had only the console for it). */
export const MODULE_ACTIONS: readonly ManagerAction[] = [
  {
    name: 'ModuleCheck',
    synopsis: 'Check if module is loaded.',
    rights: ['system'],
    later: true,
    run: (context) =>
      context.world.modules.has(context.request.text('Module'))
        ? successWith(context, [['Version', '']])
        : failure(context, 'Module not loaded'),
  },
  { name: 'ModuleLoad', synopsis: 'Module management.', rights: ['system'], later: true, run: moduleLoad },
  {
    name: 'Reload',
    synopsis: 'Send a reload event.',
    rights: ['config', 'system'],
    later: true,
    run(context) {
      switch (context.world.modules.reload(context.request.text('Module'))) {
        case 'done':
          return success(context, 'Module Reloaded');
        case 'unknown':
          return failure(context, 'No such module');
        case 'refused':
          return failure(context, 'An unknown error occurred');
      }
    },
  },
];

function moduleLoad(context: ActionContext): string {
  const { request, world } = context;
  const module = request.text('Module');
  const type = request.text('LoadType').toLowerCase();
  if (module === '' && type !== 'reload') {
    const needed = failure(context, 'Need module name');
    // Without both Asterisk 22 was seen to answer twice.
    return type === '' ? needed + failure(context, 'Incomplete ModuleLoad action.') : needed;
  }
  if (type !== 'load' && type !== 'reload' && !world.modules.has(module))
    return failure(context, 'Module not found.');
  switch (type) {
    case 'load':
      return world.modules.load(module) === 'done'
        ? success(context, 'Module loaded.')
        : failure(context, 'Could not load module.');
    case 'unload':
      return world.modules.unload(module) === 'done'
        ? success(context, 'Module unloaded.')
        : failure(context, 'Could not unload module.');
    case 'reload': {
      const result = world.modules.reload(module);
      if (result === 'done') return success(context, 'Module reloaded.');
      return failure(context, result === 'unknown' ? 'Module not found.' : 'An unknown error occurred');
    }
    default:
      return failure(context, 'Incomplete ModuleLoad action.');
  }
}
