import type { Scheduler } from '../scheduler.ts';
import type { Community } from '../skype/community.ts';
import type { Variables } from '../variables.ts';
import { CAUSES } from './causes.ts';
import type { Channel } from './channel.ts';
import type { Dialplan, DialplanStep } from './dialplan.ts';
import type { Switchboard } from './switchboard.ts';
import { join, transfer } from './transfers.ts';

/** What the applications of the dialplan reach. */
export interface DialplanWorld {
  readonly calls: Switchboard;
  readonly community: Community;
  readonly scheduler: Scheduler;
  readonly variables: Variables;
}

/** What becomes of the channel behind a step: the next step, nothing (it is elsewhere or waits), or its end. */
type Outcome = 'next' | 'stop' | { readonly hangup: number };

/** Seconds that Dial waits when it is not told. */
const ORDINARY_TIMEOUT = 30;

/**
 * Runs the dialplan for a channel from its context, extension and priority on. An extension that is unknown ends
 * the channel; so does the end of its steps.
 */
export function runDialplan(channel: Channel, dialplan: Dialplan, world: DialplanWorld): void {
  const steps = dialplan.steps(channel.context, channel.exten);
  const runner = {};
  channel.runner = runner;
  void walk(steps ?? []).then((cause) => {
    if (cause !== null && channel.runner === runner) world.calls.hangup(channel, cause, true);
  });

  async function walk(all: readonly DialplanStep[]): Promise<number | null> {
    for (const step of all.slice(channel.priority - 1)) {
      // The channel is gone or somebody else took it over while a step was running.
      if (channel.runner !== runner) return null;
      channel.application = step.application;
      channel.applicationData = await expand(step.data, channel, world.variables);
      world.calls.book.listeners.emit({ type: 'application', channel });
      const outcome = await run(channel, world);
      if (outcome === 'stop') return null;
      if (outcome !== 'next') return outcome.hangup;
      channel.priority += 1;
    }
    return steps === null ? CAUSES.unallocated : CAUSES.normal;
  }
}

/** Runs the application that stands in the channel. An unknown one ends the call, as in Asterisk. */
async function run(channel: Channel, world: DialplanWorld): Promise<Outcome> {
  const { calls, community, scheduler } = world;
  const data = channel.applicationData;
  const args = data.split(',');
  const [first = '', second = ''] = args;
  switch (channel.application.toLowerCase()) {
    case 'noop':
    case 'verbose':
    case 'playback':
      return 'next';
    case 'answer':
      calls.answer(channel);
      return 'next';
    case 'wait':
      await pause(scheduler, Number(first) * 1000);
      return 'next';
    // Applications that keep the channel until somebody ends it.
    case 'echo':
    case 'musiconhold':
    case 'waitexten':
      if (channel.application.toLowerCase() !== 'waitexten') calls.answer(channel);
      return 'stop';
    case 'set': {
      const equals = data.indexOf('=');
      world.variables.write(data.slice(0, equals), data.slice(equals + 1), channel);
      return 'next';
    }
    case 'stasis':
      if (!calls.apps.has(first)) {
        calls.setVariable(channel, 'STASISSTATUS', 'FAILED');
        return 'next';
      }
      channel.runner = null;
      calls.enterStasis(channel, first, args.slice(1));
      return 'stop';
    case 'dial':
      return dial(channel, first, Number(second) || ORDINARY_TIMEOUT, calls);
    case 'skypechatsend': {
      const account = community.account(first);
      if (account) community.sendChat(account, second, args.slice(2).join(','));
      return 'next';
    }
    case 'skypetransfer':
    case 'transfer': {
      const transferred = transfer(calls, community, channel, first.replace(/^skype\//i, ''), second);
      if (!transferred) calls.setVariable(channel, 'TRANSFERSTATUS', 'FAILURE');
      return transferred ? 'stop' : 'next';
    }
    case 'userevent': {
      const fields = args.slice(1).map((field) => {
        const colon = field.indexOf(':');
        return [field.slice(0, colon).trim(), field.slice(colon + 1).trim()] as const;
      });
      calls.book.listeners.emit({ type: 'user-event', channel, name: first, fields });
      return 'next';
    }
    case 'busy':
      return { hangup: CAUSES.busy };
    case 'congestion':
      return { hangup: CAUSES.congestion };
    case 'hangup':
      return { hangup: Number(first) || CAUSES.normal };
    default:
      return { hangup: CAUSES.normal };
  }
}

/** `Dial(endpoint,seconds)`: DIALSTATUS tells what came of it; an answered call ends both ends. */
function dial(channel: Channel, endpoint: string, seconds: number, calls: Switchboard): Promise<Outcome> {
  const called = calls.request(endpoint, { caller: channel, callerId: channel.caller });
  const tell = (status: string) => calls.setVariable(channel, 'DIALSTATUS', status);
  if ('denied' in called) {
    tell('CHANUNAVAIL');
    return Promise.resolve('next');
  }
  return new Promise((resolve) => {
    const end = calls.listen((notice) => {
      if (notice.type !== 'channel-destroyed' || notice.channel !== channel) return;
      calls.hangup(called, channel.cause);
    });
    calls.dial(called, seconds, {
      answered: () => {
        end();
        tell('ANSWER');
        const { runner } = channel;
        calls.answer(channel);
        join(calls, channel, called);
        channel.runner = runner;
        resolve('stop');
      },
      failed: (status) => {
        end();
        if (calls.book.holds(channel)) tell(status);
        resolve('next');
      },
    });
  });
}

/** Puts values in place of `${...}`, the innermost first. */
async function expand(text: string, channel: Channel, variables: Variables): Promise<string> {
  let expanded = text;
  for (;;) {
    const match = /\$\{([^${}]*)\}/.exec(expanded);
    if (!match) return expanded;
    const value = (await variables.readLater(match[1] ?? '', channel)) ?? '';
    expanded = expanded.slice(0, match.index) + value + expanded.slice(match.index + match[0].length);
  }
}

function pause(scheduler: Scheduler, millis: number): Promise<void> {
  return new Promise((resolve) => scheduler.after(Math.max(0, millis || 0), resolve));
}
