import type { AriFacts } from '../../ari/enquiry.ts';
import { type Finding, fine, unknown, wrong } from './findings.ts';

/** What an ARI's facts mean for the service. */
export function ariFindings(pbx: string, app: string, facts: AriFacts): Finding[] {
  const { trouble, writable, registered } = facts;
  if (trouble !== null) return [wrong('SFA340', pbx, trouble)];
  return [
    fine('SFA340', pbx),
    writable === false
      ? wrong('SFA341', pbx, 'the ARI user may only read: no call can be placed or ended')
      : known(writable, 'SFA341', pbx),
    registered === false
      ? wrong('SFA342', pbx, `nobody has registered the application ${app}`)
      : known(registered, 'SFA342', pbx),
  ];
}

function known(fact: boolean | null, code: 'SFA341' | 'SFA342', pbx: string): Finding {
  if (fact !== null) return fine(code, pbx);
  return unknown(code, pbx, 'the ARI does not tell', "look at ari.conf and the PBX's log");
}
