// A chart as an SCXML 1.0 document with the ECMAScript data model, which any SCXML interpreter runs. What guards and
// actions are stands in the tables of scxml/: the chart's own are functions. Spec: protocol.
//
// The rules of the mapping: a state's id is XState's; a target that is the state itself or within it, not entered again,
// is no target or an internal transition; dots in the names of events stay, as no name is the beginning of another.

import type { AnyStateMachine } from 'xstate';
import type { ChartInput } from '../vocabulary.ts';
import { exportInput, initialContext } from './beginning.ts';
import {
  type CanonicalChart,
  type CanonicalState,
  type CanonicalTransition,
  machineToCanonical,
} from './canonical.ts';
import type { ScxmlTable } from './scxml/content.ts';
import { tableOf } from './scxml/tables.ts';
import { contentToXml, element, text } from './scxml/xml.ts';
import { childrenOf, isInside, rootOf } from './structure.ts';

export function chartToScxml(machine: AnyStateMachine, input: ChartInput = exportInput): string {
  const chart = machineToCanonical(machine);
  checkEvents(chart);
  const table = tableOf(chart);
  const document = element(
    'scxml',
    {
      xmlns: 'http://www.w3.org/2005/07/scxml',
      version: '1.0',
      datamodel: 'ecmascript',
      name: chart.chart,
      initial: chart.chart,
    },
    [
      ...element('datamodel', {}, dataOf(machine, input)),
      ...(table.script === '' ? [] : element('script', {}, text(table.script.trim()).split('\n'))),
      ...stateToXml({ chart, table }, rootOf(chart)),
    ],
  );
  return `${['<?xml version="1.0" encoding="UTF-8"?>', header, ...document].join('\n')}\n`;
}

const header = `<!--
  A chart of the Lockstep model, written from the model. A reader can rely on this:
  - From any sequence of events it takes the same configurations, data and effects as the model's chart; seeded
    random walks in an independent interpreter check that. It is written for one node: the first data say which.
  - An event is named as in the model, and its fields are the data of the event.
  - An effect on the world is sent to #_parent, and what is told to another chart of the host to the session that
    is named after that chart. Whoever runs the chart carries both out, in order.
  - It keeps no time: a deadline that has passed is an event (.due).
  - The comment in a transition names its guard and its actions as the other exports do.
-->`;

interface Source {
  chart: CanonicalChart;
  table: ScxmlTable;
}

const dataOf = (machine: AnyStateMachine, input: ChartInput): string[] =>
  Object.entries(initialContext(machine, input)).flatMap(([id, value]) =>
    element('data', { id, expr: literal(value) }),
  );

function stateToXml(source: Source, state: CanonicalState): string[] {
  const { chart } = source;
  return element(
    tagOf(state),
    {
      id: idOf(chart, state.path),
      ...(state.initial === null ? {} : { initial: idOf(chart, state.initial) }),
    },
    [
      ...block(source, 'onentry', state.entry),
      ...block(source, 'onexit', state.exit),
      ...state.transitions.flatMap((one) => transitionToXml(source, state, one)),
      ...childrenOf(chart, state).flatMap((child) => stateToXml(source, child)),
    ],
  );
}

function transitionToXml(
  source: Source,
  state: CanonicalState,
  one: CanonicalTransition,
): string[] {
  const { event, guard, actions } = one;
  const condition = guard === null ? null : (source.table.guards[guard] ?? null);
  return element(
    'transition',
    {
      ...(event === 'always' ? {} : { event }),
      ...(condition === null ? {} : { cond: condition }),
      ...targetOf(source, state, one),
    },
    [...named(guard, actions), ...executed(source, actions)],
  );
}

function targetOf(
  { chart }: Source,
  { path, kind }: CanonicalState,
  { target, reenter }: CanonicalTransition,
): Record<string, string> {
  if (target === null) return {};
  const to = { target: idOf(chart, target) };
  if (reenter) return to;
  if (target === path) {
    if (kind === 'atomic') return {};
    throw new Error(
      `${idOf(chart, path)} goes to itself without being left: SCXML has no such thing`,
    );
  }
  return isInside(target, path) ? { ...to, type: 'internal' } : to;
}

const block = (source: Source, tag: string, actions: readonly string[]): string[] =>
  actions.length === 0
    ? []
    : element(tag, {}, [...named(null, actions), ...executed(source, actions)]);

const named = (guard: string | null, actions: readonly string[]): string[] => {
  const condition = guard === null ? [] : [`[${guard}]`];
  const names = [...condition, actions.join(', ')].filter((part) => part !== '');
  return names.length === 0 ? [] : [`<!-- ${names.join(' ')} -->`];
};

const executed = ({ table }: Source, actions: readonly string[]): string[] =>
  actions.flatMap((name) => (table.actions[name] ?? []).flatMap(contentToXml));

/** An SCXML transition takes its event and every event whose name begins with it and a dot. */
function checkEvents({ states }: CanonicalChart): void {
  const events = new Set(states.flatMap((one) => one.transitions.map(({ event }) => event)));
  for (const event of events) {
    const longer = [...events].find((other) => other.startsWith(`${event}.`));
    if (longer !== undefined)
      throw new Error(`in SCXML the event ${event} would take ${longer} too`);
  }
}

function tagOf({ path, kind }: CanonicalState): string {
  if (kind === 'history')
    throw new Error(`${path} is a history state, which a chart must not have`);
  return kind === 'parallel' || kind === 'final' ? kind : 'state';
}

const literal = (value: unknown): string =>
  typeof value === 'string' ? `'${value.replace(/[\\']/g, '\\$&')}'` : JSON.stringify(value);

const idOf = ({ chart }: CanonicalChart, path: string): string =>
  path === '' ? chart : `${chart}.${path}`;
