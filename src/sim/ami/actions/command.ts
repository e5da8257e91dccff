import { failure, type ManagerAction } from '../action.ts';
import { isBlacklisted, runCli } from '../cli/index.ts';

/** The console over AMI (texts of Asterisk 22). */
export const COMMAND_ACTIONS: readonly ManagerAction[] = [
  {
    name: 'Command',
    synopsis: 'Execute Asterisk CLI Command.',
    rights: ['command'],
    run(context) {
      const line = context.request.text('Command');
      if (line === '') return failure(context, 'No command provided');
      if (context.world.variation.era === '22' && isBlacklisted(line))
        return failure(context, 'Command blacklisted');
      const { succeeded, lines } = runCli(context.world, line);
      return context.world.dialect.output(context.actionId, succeeded, lines);
    },
  },
];
