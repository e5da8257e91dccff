import type { AmiLink, AmiReply, LinkItem } from '../../src/ami/link/link.ts';
import type { AmiAction } from '../../src/ami/skype/actions.ts';
import { ASTERISK_22_LIMITS } from '../../src/ami/wire/encoder.ts';

interface Asked {
  readonly action: AmiAction;
  answer(reply?: Partial<AmiReply>): void;
  fail(error: Error): void;
}

/** A link whose requests a test answers one by one. */
export class FakeLink implements AmiLink {
  readonly pbx = 'main';
  state: AmiLink['state'] = 'ready';
  reason = null;
  code = null;
  limits = ASTERISK_22_LIMITS;
  readonly asked: Asked[] = [];

  async *items(): AsyncGenerator<readonly LinkItem[]> {}

  request(action: AmiAction): Promise<AmiReply> {
    return new Promise((resolve, reject) => {
      this.asked.push({
        action,
        answer: (reply) =>
          resolve({ response: { headers: [['Response', 'Success']] }, events: [], ...reply }),
        fail: reject,
      });
    });
  }
}
