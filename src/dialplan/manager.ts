import { type ResolvedSecrets, secretId } from '../config/model/load.ts';
import { LOOPBACK_ONLY } from '../config/model/manager.ts';
import type { ManagerUser } from '../config/model/schema.ts';
import { CompanionError } from '../model/errors.ts';
import type { ConfSection } from './conf/printer.ts';

/**
 * The sections of `manager_skype.conf`. `system` gives the actions and events of the driver (manual 3.5),
 * `call` reads and sets call properties, `originate` begins calls (Asterisk 22 seen), `command` is what login, logoff and debug take, because the
 * driver has them on the CLI alone.
 *
 * @throws CompanionError CONFIG_INVALID for a secret that was not resolved.
 */
export function managerSections(managers: readonly ManagerUser[], secrets: ResolvedSecrets): ConfSection[] {
  return managers.map(({ name, command, originate, deny, permit }) => {
    const id = secretId('manager', name, 'secret');
    const secret = secrets.get(id);
    if (secret === undefined)
      throw new CompanionError('CONFIG_INVALID', `${id}: the secret was not resolved`);
    return {
      name,
      entries: [
        { key: 'secret', value: secret },
        ...(deny ?? LOOPBACK_ONLY.deny).map((value) => ({ key: 'deny', value })),
        ...(permit ?? LOOPBACK_ONLY.permit).map((value) => ({ key: 'permit', value })),
        { key: 'read', value: 'system,call' },
        {
          key: 'write',
          value: `system,call${command === true ? ',command' : ''}${originate === true ? ',originate' : ''}`,
        },
      ],
    };
  });
}
