import type { AmiLink, AmiReply } from '../ami/link/port.ts';
import type { AmiAction } from '../ami/skype/action.ts';
import { explainRefusal, type RefusedFor } from '../ami/skype/explain.ts';

/**
 * Sends an action about an account; a refusal is explained as far as the PBX's own answers prove the reason.
 *
 * @throws CompanionError what {@link explainRefusal} finds, and whatever an AMI request throws.
 */
export async function requestExplained(
  link: AmiLink,
  action: AmiAction,
  about: RefusedFor,
): Promise<AmiReply> {
  try {
    return await link.request(action);
  } catch (thrown) {
    throw await explainRefusal(link, thrown, about);
  }
}
