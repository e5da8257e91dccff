import { accountsCommand } from './accounts.ts';
import { anonymiseCommand } from './anonymise.ts';
import { applyCommand } from './apply.ts';
import { backupCommand } from './backup.ts';
import { buddiesCommand } from './buddies.ts';
import { captureCommand } from './capture.ts';
import { chatCommand } from './chat.ts';
import { checkCommand } from './check.ts';
import { configCommand } from './config.ts';
import { demoCommand } from './demo.ts';
import { doctorCommand } from './doctor.ts';
import { eventsCommand } from './events.ts';
import { generateCommand } from './generate.ts';
import { importCommand } from './import.ts';
import { planCommand } from './plan.ts';
import { presenceCommand } from './presence.ts';
import type { Register } from './program.ts';
import { replayCommand } from './replay.ts';
import { rollbackCommand } from './rollback.ts';
import { schemaCommand } from './schema.ts';
import { serveCommand } from './serve.ts';
import { simCommand } from './sim.ts';
import { tokenCommand } from './token.ts';

/** Every command of `sfa`, in the order of its help. */
export const COMMANDS: readonly Register[] = [
  generateCommand,
  checkCommand,
  schemaCommand,
  importCommand,
  planCommand,
  applyCommand,
  rollbackCommand,
  doctorCommand,
  serveCommand,
  tokenCommand,
  chatCommand,
  accountsCommand,
  buddiesCommand,
  presenceCommand,
  eventsCommand,
  backupCommand,
  configCommand,
  replayCommand,
  captureCommand,
  anonymiseCommand,
  simCommand,
  demoCommand,
];
