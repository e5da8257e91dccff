import type { ManagerWorld } from '../action.ts';
import { type CliCommand, type CliResult, done } from './command.ts';

/** A few commands of Asterisk itself (layouts of Asterisk 22). */
export const CORE_COMMANDS: readonly CliCommand[] = [
  {
    words: ['core', 'show', 'version'],
    takes: [0],
    run: ({ variation }) => {
      const version = variation.era === '22' ? '22.10.1-simulated' : '1.4.25-simulated';
      return done([`Asterisk ${version} built by sfa @ simulation on no machine`]);
    },
  },
  {
    words: ['core', 'show', 'channels'],
    takes: [0, 1],
    run({ calls }) {
      const { channels } = calls.book;
      const rows = channels.map(({ name, context, exten, priority, state, application, applicationData }) =>
        [name, `${exten}@${context}:${priority}`, state, `${application}(${applicationData})`].join(' '),
      );
      return done([
        ...rows,
        `${channels.length} active channels`,
        `${calls.book.bridges.length} active calls`,
      ]);
    },
  },
  {
    words: ['core', 'show', 'hints'],
    takes: [0],
    run({ hints }) {
      const rows = hints.states.map(
        ({ exten, context, device, text }) => `${exten}@${context} : ${device} State:${text} Watchers 0`,
      );
      return done([...rows, `${rows.length} hints registered`]);
    },
  },
  { words: ['module', 'reload'], takes: [0, 1], run: (world, [module = '']) => reload(world, module) },
  { words: ['reload'], takes: [0, 1], run: (world, [module = '']) => reload(world, module) },
  {
    words: ['module', 'show', 'like'],
    takes: [1],
    run({ modules }, [part = '']) {
      const names = ['chan_skype', 'res_skypeforasterisk'].filter(
        (name) => name.includes(part.replace(/\.so$/, '')) && modules.has(name),
      );
      return done([
        ...names.map((name) => `${name}.so  simulated  0  Running  core`),
        `${names.length} modules loaded`,
      ]);
    },
  },
];

/** Success for Asterisk whatever comes of it: the text alone tells (Asterisk 22 seen). */
function reload({ modules }: ManagerWorld, module: string): CliResult {
  const file = `${module.replace(/\.so$/, '')}.so`;
  switch (modules.reload(module)) {
    case 'done':
      return done(module === '' ? [] : [`Module '${file}' reloaded successfully.`]);
    case 'unknown':
      return done([`No such module '${module}'`]);
    case 'refused':
      return done([`The module '${file}' reported a reload failure`]);
  }
}
