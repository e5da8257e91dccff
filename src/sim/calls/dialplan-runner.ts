import type { Scheduler } from '../scheduler.ts';
import type { Community } from '../skype/community.ts';
import type { Variables } from '../variables.ts';
import { CAUSES } from './causes.ts';
import type { Channel } from './channel.ts';
import type { Dialplan } from './dialplan.ts';
import { dialFromDialplan } from './dialplan-dial.ts';
import type { Switchboard } from './switchboard.ts';
import { transfer } from './transfers.ts';

/** What the applications of the dialplan reach. */
export interface DialplanWorld {
  readonly calls: Switchboard;
  readonly community: Community;
  readonly scheduler: Scheduler;
  readonly variables: Variables;
}

/** What becomes of the channel behind a step: the next step, nothing (it is elsewhere or waits), or its end. */
type Outcome = 'next' | 'stop' | { readonly hangup: number };

/**
 * Runs the dialplan for a channel from its context, extension and priority on. An extension that is unknown ends
 * the channel; so does the end of its steps.
 */
export function runDialplan(channel: Channel, dialplan: Dialplan, world: DialplanWorld): void {
  const runner = {};
  channel.runner = runner;
  void walk().then((cause) => {
    if (cause !== null && channel.runner === runner) world.calls.hangup(channel, cause, 'dialplan');
  });

  async function walk(): Promise<number | null> {
    for (let taken = 0; ; taken += 1) {
      // The channel is gone or somebody else took it over while a step was running.
      if (channel.runner !== runner) return null;
      const step = dialplan.step(channel.context, channel.exten, channel.priority);
      // The driver refuses a call to an extension that there is not; behind the last step nobody sets a cause.
      if (step === null) return taken === 0 && channel.state === 'Ring' ? CAUSES.unallocated : channel.cause;
      channel.application = step.application;
      channel.applicationData = await expand(step.data, channel, world.variables);
      world.calls.book.listeners.emit({ type: 'application', channel });
      const outcome =
        step.application.toLowerCase() === 'goto' ? goto(channel, dialplan) : await run(channel, world);
      if (outcome === 'stop') return null;
      if (outcome === 'next') channel.priority += 1;
      else if (outcome !== 'there') return outcome.hangup;
    }
  }
}

/** `Goto([[context,]exten,]priority)`; a priority may be a label. One that leads nowhere ends the call. */
function goto(channel: Channel, dialplan: Dialplan): 'there' | { readonly hangup: number } {
  const places = channel.applicationData.split(',').map((place) => place.trim());
  const [priority = '', exten = channel.exten, context = channel.context] = places.reverse();
  const number = /^\d+$/.test(priority) ? Number(priority) : dialplan.label(context, exten, priority);
  if (number === null || dialplan.step(context, exten, number) === null) return { hangup: CAUSES.normal };
  channel.context = context;
  channel.exten = exten;
  channel.priority = number;
  return 'there';
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
      return (await dialFromDialplan(channel, data, calls)) === 'answered' ? 'stop' : 'next';
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
    // A call that is up hears a tone for some seconds, which has no cause (pbx_builtins.c).
    case 'busy':
      return { hangup: channel.state === 'Up' ? channel.cause : CAUSES.busy };
    case 'congestion':
      return { hangup: channel.state === 'Up' ? channel.cause : CAUSES.congestion };
    case 'hangup':
      return { hangup: Number(first) || CAUSES.normal };
    default:
      return { hangup: CAUSES.normal };
  }
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
