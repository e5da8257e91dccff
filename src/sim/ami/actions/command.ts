import { failure, type ManagerAction } from '../action.ts';
import { commandOutput } from '../blocks.ts';
import { isBlacklisted, runCli } from '../cli.ts';

/** The console over AMI (texts of Asterisk 22). */
export const COMMAND_ACTIONS: readonly ManagerAction[] = [
  {
    name: 'Command',
    synopsis: 'Execute Asterisk CLI Command.',
    rights: ['command'],
    run(context) {
      const line = context.request.text('Command');
      if (line === '') return failure(context, 'No command provided');
      if (isBlacklisted(line)) return failure(context, 'Command blacklisted');
      const { succeeded, lines } = runCli(context.world, line);
      return commandOutput(context.actionId, succeeded, lines);
    },
  },
];
