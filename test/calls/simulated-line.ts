import type { IncomingRules } from '../../src/services/calls/rules.ts';
import type { Channel } from '../../src/sim/calls/channel.ts';
import type { SimulatedPbx } from '../../src/sim/pbx.ts';
import type { LineOptions } from './given.ts';
import type { Line } from './line.ts';

/** The agents that a line's settings have to allow. */
export const SIMULATED_AGENTS = ['PJSIP/*', 'Local/*@agents'];

const PHONES = { answers: 'PJSIP/shoe-phone', busy: 'Local/busy@agents', silent: 'PJSIP/noanswer' };

/** Rules that let a phone ring for the line's account. */
export function incomingRules(incoming: LineOptions['incoming']): IncomingRules {
  const agents = incoming === null ? [] : [['james_bond', PHONES[incoming]] as const];
  return { agents: new Map(agents), fallback: null };
}

/** What a line on a simulated PBX does to it, whatever controls the calls. */
export function simulatedLine({ calls }: SimulatedPbx): Omit<Line, 'call' | 'states' | 'cut' | 'restart'> {
  const { book } = calls;
  const channelOf = (call: string, side: string): Channel | undefined =>
    book.channels.find(({ id }) => id.includes(call) && id.endsWith(side));
  return {
    account: 'james_bond',
    people: { answers: 'austin_powers', busy: 'busy_bee', silent: 'noanswer_ned' },
    phones: PHONES,
    extension: '6001',
    left: async () => ({ channels: book.channels.length, bridges: book.bridges.length }),
    hangUp: async (side, call) => {
      const channel = channelOf(call, side);
      if (channel) calls.hangup(channel, 16);
    },
    callIn: async (from) => {
      calls.incomingCall({ from, to: 'james_bond', targetIdentity: '+442079460007', topic: 'Help' });
    },
    licenses: async (channels) => {
      calls.licensedChannels = channels;
    },
  };
}
