import { LOOPBACK_ONLY } from '../../config/model/manager.ts';
import type { ReadConf } from '../conf/reader.ts';
import { type Draft, mappingOf } from './draft.ts';

const RIGHTS = /^system,call(,command)?(,originate)?$/;

/** Takes the users of `manager_skype.conf` over; those of the operator's `manager.conf` are none of ours. */
export function importManagers(conf: ReadConf, draft: Draft): void {
  const managers = mappingOf();
  for (const section of conf.sections) {
    const path = ['manager', section.name];
    draft.from(path, section);
    const manager = mappingOf();
    const networks: Record<'deny' | 'permit', string[]> = { deny: [], permit: [] };
    for (const entry of section.entries) {
      const { key, value } = entry;
      if (key === 'secret') manager['secret'] = draft.secret(['manager', section.name, 'secret'], value);
      else if (key === 'deny' || key === 'permit') networks[key].push(value);
      else if ((key === 'read' || key === 'write') && RIGHTS.test(value)) {
        const [, command, originate] = (key === 'write' && RIGHTS.exec(value)) || [];
        if (command !== undefined) manager['command'] = 'yes';
        if (originate !== undefined) manager['originate'] = 'yes';
      } else draft.note('lost', entry, `${key} = ${value} of the manager user ${section.name}`);
    }
    for (const [key, list] of Object.entries(networks)) {
      const usual: readonly string[] = LOOPBACK_ONLY[key === 'deny' ? 'deny' : 'permit'];
      if (list.length > 0 && list.join() !== usual.join()) manager[key] = list;
    }
    managers[section.name] = manager;
  }
  if (Object.keys(managers).length > 0) draft.root['manager'] = managers;
}
