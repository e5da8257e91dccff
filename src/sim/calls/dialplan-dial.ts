import { CAUSES } from './causes.ts';
import type { Channel, DialEnd, FailedDialStatus } from './channel.ts';
import type { Switchboard } from './switchboard.ts';
import { join } from './transfers.ts';

/** Seconds that Dial waits when it is not told. */
const ORDINARY_TIMEOUT = 30;

/**
 * `Dial(endpoint[&endpoint...],seconds)`: all are called at once, the first that answers is joined to the caller, and
 * the end of one ends the other. DIALSTATUS tells what came of it.
 *
 * @returns whether somebody answered; otherwise the dialplan goes on.
 */
export function dialFromDialplan(
  channel: Channel,
  data: string,
  calls: Switchboard,
): Promise<'answered' | 'next'> {
  const [endpoints = '', seconds = ''] = data.split(',');
  const called = endpoints
    .split('&')
    .map((endpoint) => calls.request(endpoint, { caller: channel, callerId: channel.caller }))
    .filter((made): made is Channel => !('denied' in made));
  const tell = (status: string) => calls.setVariable(channel, 'DIALSTATUS', status);
  if (called.length === 0) {
    tell('CHANUNAVAIL');
    return Promise.resolve('next');
  }
  const failures: FailedDialStatus[] = [];
  return new Promise((resolve) => {
    const stopListening = calls.listen((notice) => {
      if (notice.type !== 'channel-destroyed' || notice.channel !== channel) return;
      for (const one of called) calls.hangup(one, channel.cause);
    });
    for (const one of called) {
      const end: DialEnd = {
        answered: () => {
          stopListening();
          for (const other of called) if (other !== one) calls.hangup(other, CAUSES.answeredElsewhere);
          tell('ANSWER');
          const { runner } = channel;
          calls.answer(channel);
          // Whoever was called enters first.
          join(calls, one, channel);
          channel.runner = runner;
          resolve('answered');
        },
        failed: (status) => {
          failures.push(status);
          if (failures.length < called.length) return;
          stopListening();
          if (calls.book.holds(channel)) tell(worst(failures));
          resolve('next');
        },
      };
      calls.dial(one, Number(seconds) || ORDINARY_TIMEOUT, end, channel);
    }
  });
}

/** Of several reasons the one that Dial tells: busy before no answer (app_dial.c). */
function worst(failures: readonly FailedDialStatus[]): FailedDialStatus {
  const order = ['BUSY', 'NOANSWER', 'CHANUNAVAIL', 'CANCEL'] as const;
  return order.find((status) => failures.includes(status)) ?? 'CANCEL';
}
