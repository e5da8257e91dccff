import { callContract } from './contract.ts';
import { startScene } from './scene.ts';
import { incomingRules, SIMULATED_AGENTS, simulatedLine } from './simulated-line.ts';

callContract('the simulated PBX over ARI', [], async ({ channels, incoming }) => {
  const scene = await startScene({
    rules: {
      agents: SIMULATED_AGENTS,
      channels,
      incoming: incomingRules(incoming),
    },
  });
  const { pbx, store } = scene;
  return {
    line: {
      ...simulatedLine(pbx),
      call: scene.call,
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
