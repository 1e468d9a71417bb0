// What the SCXML tables say is what the charts' functions do: each guard and each action, on what walks bring about.

import { describe, expect, test } from 'vitest';
import { type AnyStateMachine, createMachine, transition } from 'xstate';
import { machineToCanonical } from '../../../model/chart/canonical.ts';
import { actionsOf, guardsOf, tableOf } from '../../../model/chart/scxml/tables.ts';
import { charts } from '../../../model/host.ts';
import type { ChartEvent, ChartName, Effect } from '../../../model/vocabulary.ts';
import { effectToSent, evaluate, execute, type SentEvent } from './content.ts';
import { chartNames, createWalker, followWalk, type Walk, walkInput } from './walk.ts';

const seed = 1;
const steps = 60;
const walks = 150;

describe.each(chartNames)('%s', (name) => {
  const machine = charts[name];
  const chart = machineToCanonical(machine);
  const table = tableOf(chart);
  const drawn = drawWalks(name);

  test(`each guard says the same in SCXML, and goes both ways (seed ${seed})`, () => {
    const said = new Map(guardsOf(chart).map((guard) => [guard, new Set<boolean>()]));
    const guards = Object.entries(machine.implementations.guards).map(([guard, original]) => [
      guard,
      (args: { context: Record<string, unknown>; event: ChartEvent }, params: unknown) => {
        if (typeof original !== 'function') throw new Error(`${guard} is not a function`);
        const answer = original(args, params);
        const { context: data, event } = args;
        const inScxml = evaluate(table.guards[guard] ?? '', { table, data, event });
        expect(inScxml, `${guard} ${JSON.stringify(args)}`).toBe(answer);
        said.get(guard)?.add(answer);
        return answer;
      },
    ]);
    const watched = machine.provide({ guards: Object.fromEntries(guards) });
    for (const [walk, { steps }] of drawn.entries()) {
      const events = steps.map(({ event }) => event);
      followWalk(watched, walkInput(walk), events);
    }
    const oneSided = [...said].filter(([, answers]) => answers.size < 2).map(([guard]) => guard);
    expect(oneSided).toEqual([]);
  });

  test(`each action leaves and sends the same in SCXML (seed ${seed})`, () => {
    const known = new Set(actionsOf(chart));
    const probes = new Map([...known].map((action) => [action, probeOf(machine, action)]));
    const seen = new Set<string>();
    for (const { context, event, action } of momentsOf(drawn, known)) {
      const probe = probes.get(action);
      if (probe === undefined) throw new Error(`no probe of ${action}`);
      const done = probe(context, event);
      const data = { ...context };
      const sent = execute(table.actions[action] ?? [], { table, data, event });
      const message = `${action} ${JSON.stringify({ context, event })}`;
      expect({ data, sent }, message).toEqual(done);
      seen.add(action);
    }
    expect([...probes.keys()].filter((action) => !seen.has(action))).toEqual([]);
  });
});

function drawWalks(chart: ChartName): Walk[] {
  const walker = createWalker(chart, seed);
  return Array.from({ length: walks }, (_, walk) => walker.walk(walkInput(walk), steps));
}

type Context = Record<string, unknown>;

interface Moment {
  context: Context;
  event: ChartEvent;
  action: string;
}

/** Every action of the transitions taken and the states entered, with what the chart held before the event. */
function momentsOf(walks: readonly Walk[], known: ReadonlySet<string>): Moment[] {
  const moments = new Map<string, Moment>();
  for (const { steps } of walks) {
    for (const [index, { event, taken }] of steps.entries()) {
      const context = steps[index - 1]?.context;
      if (typeof context !== 'object' || context === null) continue;
      const entered = taken.flatMap(({ target }) => target?.flatMap(({ entry }) => entry) ?? []);
      for (const one of [...taken.flatMap(({ actions }) => actions), ...entered]) {
        const action = typeof one === 'object' && 'type' in one ? one.type : String(one);
        if (!known.has(action)) continue;
        const moment = { context: { ...context }, event, action };
        moments.set(JSON.stringify(moment), moment);
      }
    }
  }
  return [...moments.values()];
}

/** One action of a chart alone: what it leaves in the context, and what it emits. */
function probeOf(
  machine: AnyStateMachine,
  action: string,
): (context: Context, event: ChartEvent) => { data: unknown; sent: SentEvent[] } {
  const { actions } = machine.implementations;
  const alone = createMachine({ context: {}, on: { '*': { actions: action } } }).provide({
    actions,
  });
  return (context, event) => {
    const before = alone.resolveState({ value: {}, context });
    const [after, executed] = transition(alone, before, event);
    const emitted = executed.map(({ params }) => Object(params).event as Effect);
    return { data: after.context, sent: emitted.map(effectToSent) };
  };
}
