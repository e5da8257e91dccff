import type { Call } from '../../model/call.ts';
import { CompanionError } from '../../model/errors.ts';
import type { StoreReader } from '../../store/port.ts';
import type { ChannelLedger } from './channel-ledger.ts';

/**
 * Says why a PBX refused a call, as far as our own state knows: a PBX answers `Allocation failed` to whatever
 * it was (Asterisk 22 seen), and writes the reason into its log alone.
 */
export async function explainRefusal(
  { pbx, user }: Call,
  refusal: CompanionError,
  ledger: ChannelLedger,
  store: Pick<StoreReader, 'account'>,
): Promise<CompanionError> {
  if (!isVague(refusal)) return refusal;
  if (await ledger.isFull(pbx)) {
    return new CompanionError(
      'NO_FREE_CHANNEL',
      `the licensed Skype channels of the PBX "${pbx}" are in use`,
      {
        pbx,
      },
    );
  }
  const status = (await store.account(pbx, user))?.status;
  if (status !== undefined && status !== 'Logged In') {
    return new CompanionError('ACCOUNT_LOGGED_OUT', `the account "${user}" is not logged in: ${status}`, {
      user,
      status,
    });
  }
  const message = `${refusal.message}; see the log of the PBX, which gives the reason nowhere else`;
  return new CompanionError(refusal.code, message, refusal.details);
}

/** Whether the PBX was asked for a channel and made none. */
function isVague({ code, details }: CompanionError): boolean {
  if (code === 'PBX_REFUSED') return details['action'] === 'Originate';
  return code === 'ARI_REQUEST_FAILED' && details['httpStatus'] === 500;
}
