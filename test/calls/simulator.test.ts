import type { Channel } from '../../src/sim/calls/channel.ts';
import { callContract } from './contract.ts';
import { startScene } from './scene.ts';

callContract('the simulated PBX', async () => {
  const scene = await startScene({
    rules: { incoming: { agents: new Map([['james_bond', 'PJSIP/shoe-phone']]), fallback: null } },
  });
  const { pbx, store } = scene;
  const { book } = pbx.calls;
  const channelOf = (call: string, side: string): Channel | undefined =>
    book.channels.find(({ id }) => id.includes(call) && id.endsWith(`.${side}`));
  return {
    line: {
      call: scene.call,
      account: 'james_bond',
      people: { answers: 'austin_powers', busy: 'busy_bee', silent: 'noanswer_ned' },
      phones: { answers: 'PJSIP/shoe-phone', busy: 'PJSIP/desk-busy', silent: 'PJSIP/noanswer' },
      left: async () => ({ channels: book.channels.length, bridges: book.bridges.length }),
      hangUp: async (side, call) => {
        const channel = channelOf(call, side);
        if (channel) pbx.calls.hangup(channel, 16);
      },
      callIn: async (from) => {
        pbx.calls.incomingCall({ from, to: 'james_bond', targetIdentity: '+442079460007', topic: 'Help' });
      },
      cut: () => pbx.fault({ kind: 'drop', where: 'ari' }),
      restart: () => pbx.fault({ kind: 'restart', millis: 20 }),
      states: async (call) => {
        const events = await store.eventsAfter(0, 10_000);
        const states = events.flatMap(({ event }) =>
          event.type === 'call' && event.call.id === call ? [event.call.state] : [],
        );
        return states.filter(
          (state, index) => index === 0 || states[index - 1] !== state || state === 'ended',
        );
      },
    },
    stop: scene.stop,
  };
});
