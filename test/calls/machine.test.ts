import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { CALL_STATES } from '../../src/model/call.ts';
import { HAPPENINGS, nextState, PERMITTED, TRANSITIONS } from '../../src/services/calls/machine.ts';

const docs = readFileSync(new URL('../../docs/calls.md', import.meta.url), 'utf8');

describe('the state machine of a call', () => {
  it('is the one that docs/calls.md draws', () => {
    const drawing = /```mermaid\nstateDiagram-v2\n([\s\S]*?)```/.exec(docs)?.[1] ?? '';
    const drawn = [...drawing.matchAll(/^ *(\w+) --> (\w+): (\w+)$/gm)].map(
      ([, from, to, by]) => `${from} ${by} ${to}`,
    );
    const table = CALL_STATES.flatMap((from) =>
      Object.entries(TRANSITIONS[from]).map(([by, to]) => `${from} ${by} ${to}`),
    );
    expect(drawn.toSorted()).toEqual(table.toSorted());
  });

  it('is left by nothing once a call has ended', () => {
    for (const happening of HAPPENINGS) expect(nextState('ended', happening)).toBeNull();
  });

  it('ends from every other state', () => {
    for (const state of CALL_STATES.filter((known) => known !== 'ended')) {
      expect(nextState(state, 'ended')).toBe('ended');
    }
  });

  it('lets a call be hung up in every state', () => {
    for (const state of CALL_STATES) expect(PERMITTED[state]).toContain('hangup');
  });

  it('is documented with the orders of every state', () => {
    for (const state of CALL_STATES) {
      const row = docs.split('\n').find((line) => line.startsWith(`| \`${state}\` |`)) ?? '';
      const verbs = [...(row.split('|')[2] ?? '').matchAll(/`(\w+)`/g)].map(([, verb]) => verb);
      expect([state, verbs.toSorted()]).toEqual([state, [...PERMITTED[state]].toSorted()]);
    }
  });
});
