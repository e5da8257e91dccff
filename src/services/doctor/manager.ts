import type { AmiLink } from '../../ami/link/port.ts';
import { ping } from '../../ami/skype/core-actions.ts';
import { probeLicences } from '../../ami/skype/enquiry.ts';
import { checkRights } from '../../ami/skype/rights.ts';
import { header } from '../../ami/wire/message.ts';
import type { Clock } from '../../model/clock.ts';
import type { PbxControl } from '../provisioning/pbx-control.ts';
import { type Finding, fine, unknown, wrong } from './findings.ts';

/** Seconds that two clocks may differ without a word. */
const CLOCK_SECONDS = 2;

/** Looks at what a manager connection shows of its PBX: driver, rights, clock, licences. */
export async function checkManager(link: AmiLink, control: PbxControl, clock: Clock): Promise<Finding[]> {
  const { pbx } = link;
  const { driver, denied } = await checkRights(link);
  return [
    driverFinding(pbx, driver),
    ...(denied.length === 0
      ? [fine('SFA332', pbx)]
      : denied.map(({ action, right }) => rightFinding(pbx, action, right))),
    ...(await clockFinding(link, clock)),
    ...(driver === 'loaded' ? [await licenceFinding(link, control)] : []),
  ];
}

function driverFinding(pbx: string, driver: 'loaded' | 'absent' | 'unknown'): Finding {
  if (driver === 'loaded') return fine('SFA331', pbx);
  if (driver === 'absent') return wrong('SFA331', pbx, 'chan_skype is not loaded');
  return wrong('SFA331', pbx, "the PBX shows neither the driver's actions nor its modules", {
    remedy: 'give the manager user the right system in manager.conf; if it has it, load chan_skype',
  });
}

/** Without `system` nothing works; without the others status, login and logoff do not. */
function rightFinding(pbx: string, action: string, right: string): Finding {
  const message = `the manager user may not use ${action}: it lacks the right ${right}`;
  return wrong('SFA332', pbx, message, {
    severity: right === 'system' ? 'error' : 'warning',
    remedy: `add ${right} to write of the user in manager.conf, then manager reload`,
  });
}

/** Asterisk 1.6 and newer say in `Ping` what time it is; an older one is passed over. */
async function clockFinding(link: AmiLink, clock: Clock): Promise<Finding[]> {
  const before = clock.now();
  const { response } = await link.request(ping());
  const after = clock.now();
  const theirs = Number(header(response, 'Timestamp') ?? Number.NaN) * 1000;
  if (!Number.isFinite(theirs)) return [];
  const off = theirs < before ? before - theirs : Math.max(0, theirs - after);
  const seconds = (off / 1000).toFixed(1);
  if (off < CLOCK_SECONDS * 1000) return [fine('SFA333', link.pbx)];
  const which = theirs < before ? 'behind' : 'ahead of';
  return [wrong('SFA333', link.pbx, `the PBX's clock is ${seconds} s ${which} ours`)];
}

async function licenceFinding(link: AmiLink, control: PbxControl): Promise<Finding> {
  const { pbx } = link;
  const licensed = (await probeLicences(link))?.callsLicensed ?? null;
  const inUse = await control.skypeChannels();
  if (licensed === null || inUse === null) {
    const message = 'the PBX does not tell how many channels are licensed and in use';
    return unknown('SFA339', pbx, message, 'skype show licenses on its console does');
  }
  const text = `${inUse} of ${licensed} licensed channels in use`;
  return inUse < licensed ? fine('SFA339', pbx, text) : wrong('SFA339', pbx, text);
}
