import type { AmiLink } from '../../ami/link/port.ts';
import { probeLicences } from '../../ami/skype/enquiry.ts';
import { messageOf } from '../../model/errors.ts';
import type { Logger } from '../logger.ts';
import type { CallService } from './service.ts';

/** Learns how many channels are licensed, where the driver tells it (patched ones did); logs a failure. */
export async function learnLicences(
  link: AmiLink,
  calls: Pick<CallService, 'setLicensedChannels'>,
  log: Logger,
): Promise<void> {
  try {
    const found = await probeLicences(link);
    if (found?.callsLicensed != null) calls.setLicensedChannels(link.pbx, found.callsLicensed);
  } catch (thrown) {
    log.warn({ pbx: link.pbx, error: messageOf(thrown) }, 'the licences cannot be listed');
  }
}
