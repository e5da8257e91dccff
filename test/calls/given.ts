import { expect } from 'vitest';
import type { Capability } from '../../src/services/calls/control.ts';
import { until } from '../helpers/until.ts';
import type { Line } from './line.ts';

/** A line that is up, and how it is taken down. */
export interface StartedLine {
  readonly line: Line;
  stop(): Promise<void>;
}

export interface LineOptions {
  /** Licensed channels that the settings name; null for none. */
  readonly channels: number | null;
  /** Who rings for an incoming call; null for nobody. */
  readonly incoming: 'answers' | 'busy' | null;
}

/** Adds cases that need a capability: for every line that has it. */
export type Able = (capability: Capability, cases: () => void) => void;

/** What the cases of the contract work with: the line of the moment, and what they all do with it. */
export class Given {
  readonly #start: (options: LineOptions) => Promise<StartedLine>;
  #started: StartedLine | null = null;

  constructor(start: (options: LineOptions) => Promise<StartedLine>) {
    this.#start = start;
  }

  get line(): Line {
    if (this.#started === null) throw new Error('there is no line');
    return this.#started.line;
  }

  /** Starts a line, in the place of the one that is up. */
  readonly up = async (options: Partial<LineOptions> = {}): Promise<void> => {
    await this.down();
    this.#started = await this.#start({ channels: null, incoming: 'answers', ...options });
  };

  readonly down = async (): Promise<void> => {
    const started = this.#started;
    this.#started = null;
    await started?.stop();
  };

  readonly begin = async (over: Record<string, unknown> = {}, headers = {}) => {
    const { account: from, people, phones } = this.line;
    const body = { from, to: people.answers, agent: phones.answers, ...over };
    const answer = await this.line.call('POST', '/v1/calls', body, headers);
    return { ...answer, id: String(answer.body['id']), path: `/v1/calls/${String(answer.body['id'])}` };
  };

  readonly show = async (path: string) => (await this.line.call('GET', path)).body;

  readonly reach = (path: string, state: string) =>
    until(async () => (await this.show(path))['state'] === state);

  /** A call whose sides are joined. */
  readonly joined = async (over: Record<string, unknown> = {}) => {
    const begun = await this.begin(over);
    expect(begun).toMatchObject({ status: 201 });
    await this.reach(begun.path, 'bridged');
    return begun;
  };

  readonly nothingLeft = () =>
    until(async () => {
      const { channels, bridges } = await this.line.left();
      return channels === 0 && bridges === 0;
    });

  /** A call comes to its end, and leaves nothing on the PBX. */
  readonly endsWith = async (path: string, cause: string, endedBy?: string) => {
    await this.reach(path, 'ended');
    expect(await this.show(path)).toMatchObject({ cause, ...(endedBy ? { endedBy } : {}) });
    await this.nothingLeft();
  };
}
