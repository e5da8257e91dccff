import { BUDDY_STATUSES } from '../../model/status.ts';
import { CAUSES } from '../calls/causes.ts';
import type { SimulatedPbx } from '../pbx.ts';
import type { AccountSetup } from '../skype/members.ts';
import { type Random, seededRandom } from '../variation/random.ts';

/** How busy the call centre is. */
export interface LoadSetup {
  /** Skype events a second, in the mean. */
  readonly rate: number;
  readonly seed: number;
}

/** A load that is running. */
export interface Load {
  /** Skype events told so far. */
  readonly told: number;
  /** Ends it; a call that is up is left as it is. */
  stop(): void;
}

/** Customers for each account. */
const BUDDIES = 5;
/** Milliseconds between two looks at what is due. */
const TICK = 4;
/** A generator that falls behind by more than this many seconds gives the rest up, or it would never catch up. */
const LONGEST_DEBT = 1;

const PRESENCES = BUDDY_STATUSES.filter((status) => !/Authorization|Blocked|Skypeout/.test(status));
const TEXTS = [
  'Hello?',
  'My order has not come yet.\nIt was due last Monday.',
  'Danke schön, das war sehr freundlich! 🎉',
  'Can I speak to somebody about invoice 4711, please?',
  'ok',
];

/** The accounts of a call centre: `agent0001` and on, each with customers on its list. */
export function callCentreAccounts(count: number): readonly AccountSetup[] {
  return Array.from({ length: count }, (_, at) => ({
    user: agent(at),
    secret: 'simulated',
    buddies: Array.from({ length: BUDDIES }, (_, buddy) => customer(at * BUDDIES + buddy)),
  }));
}

/**
 * Keeps a call centre busy: customers write, come and go, call and hang up, agents drop out and come back. The same
 * seed makes the same things happen in the same order, at whatever speed.
 */
export function startLoad(pbx: SimulatedPbx, { rate, seed }: LoadSetup): Load {
  const random = seededRandom(seed);
  const agents = [...pbx.community.accounts].map(({ name, buddies }) => ({
    name,
    customers: [...buddies].map((buddy) => buddy.name),
  }));
  let told = 0;
  let stopped = false;
  const end = pbx.community.listen(() => {
    told += 1;
  });
  let startedAt = performance.now();
  let givenUp = 0;
  const tick = () => {
    if (stopped || agents.length === 0) return;
    const due = (rate * (performance.now() - startedAt)) / 1000 + givenUp;
    while (told < due) happen(pbx, agents[random.below(agents.length)], random);
    if (due - told > rate * LONGEST_DEBT) {
      startedAt = performance.now();
      givenUp = told;
    }
    pbx.scheduler.after(TICK, tick);
  };
  tick();
  return {
    get told() {
      return told;
    },
    stop() {
      stopped = true;
      end();
    },
  };
}

/** One thing that happens around an agent. */
function happen(
  pbx: SimulatedPbx,
  around: { readonly name: string; readonly customers: readonly string[] } | undefined,
  random: Random,
): void {
  if (!around) return;
  const who = around.customers[random.below(around.customers.length)] ?? 'customer0000';
  const dice = random.next();
  if (dice < 0.6) {
    pbx.community.writeTo(around.name, who, TEXTS[random.below(TEXTS.length)] ?? '');
  } else if (dice < 0.998) {
    pbx.community.setPresence(who, PRESENCES[random.below(PRESENCES.length)] ?? 'Online');
  } else if (dice < 0.999) {
    const account = pbx.community.account(around.name);
    if (account && pbx.community.logoff(account) === null) pbx.community.login(account);
  } else {
    const channel = pbx.calls.incomingCall({ from: who, to: around.name });
    const talk = 50 + random.below(500);
    if ('denied' in channel) return;
    pbx.scheduler.after(talk, () => pbx.calls.hangup(channel, CAUSES.normal));
  }
}

function agent(at: number): string {
  return `agent${String(at + 1).padStart(4, '0')}`;
}

function customer(at: number): string {
  return `customer${String(at + 1).padStart(5, '0')}`;
}
