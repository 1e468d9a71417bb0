// The slices: finite, deterministic, and covered in full, the inputs included that a state cannot use.

import { describe, expect, test } from 'vitest';
import { adjacencyOf, coverStates, coverTransitions } from '../../model/paths.ts';
import type { SliceState, SymbolicInput } from '../../model/slices/slice.ts';
import { slices } from '../../model/slices.ts';

const walk = (
  step: (state: SliceState, input: SymbolicInput) => { state: SliceState },
  from: SliceState,
  path: readonly SymbolicInput[],
): SliceState => path.reduce((state, symbol) => step(state, symbol).state, from);

describe.each(slices)('the slice $name', (slice) => {
  test('has a preamble of inputs that are all used', () => {
    let state = slice.reset();
    for (const symbol of slice.preamble) {
      const step = slice.step(state, symbol);
      expect(step.input, symbol.name).not.toBeNull();
      state = step.state;
    }
    expect(slice.key(state)).toBe(slice.key(slice.initial()));
    expect(['none', slice.node]).toContain(slice.facts(state).role);
  });

  test('is deterministic', () => {
    for (const symbol of slice.alphabet) {
      const [once, again] = [symbol, symbol].map((one) => slice.step(slice.initial(), one));
      expect(once?.effects).toEqual(again?.effects);
      expect(slice.key(once?.state ?? slice.reset())).toBe(
        slice.key(again?.state ?? slice.reset()),
      );
    }
  });

  test('names its inputs apart', () => {
    const names = slice.alphabet.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
  });

  test('has a state cover that reaches every state', () => {
    const cover = coverStates(slice);
    const reached = new Set(
      cover.paths.map(({ path }) => slice.key(walk(slice.step, slice.initial(), path))),
    );
    expect([...reached].sort()).toEqual([...adjacencyOf(slice).keys()].sort());
  });

  test('has a transition cover with every input in every state', () => {
    const covered = new Set(
      coverTransitions(slice).paths.map(
        ({ path, input }) =>
          `${slice.key(walk(slice.step, slice.initial(), path))} ${input?.name ?? ''}`,
      ),
    );
    const wanted = [...adjacencyOf(slice)].flatMap(([key, state]) =>
      slice.alphabet
        .filter((symbol) => slice.step(state, symbol).input !== null)
        .map(({ name }) => `${key} ${name}`),
    );
    expect(wanted.filter((one) => !covered.has(one))).toEqual([]);
    expect(covered.size).toBe(wanted.length);
  });

  test('gives unexpected inputs too: some are used nowhere they come', () => {
    const unused = coverTransitions(slice).paths.filter(({ path, input }) => {
      if (input === null) return false;
      return !slice.step(walk(slice.step, slice.initial(), path), input).handled;
    });
    expect(unused.length).toBeGreaterThan(0);
  });
});
