// The exported SCXML: a document with every state and transition, and tables that say what the charts do. That a whole
// document runs as its chart does is checked in an SCXML interpreter: `npm run scxml`.

import { describe, expect, test } from 'vitest';
import { createMachine } from 'xstate';
import { type CanonicalChart, machineToCanonical } from '../../../model/chart/canonical.ts';
import { actionsOf, guardsOf, tableOf } from '../../../model/chart/scxml/tables.ts';
import { chartToScxml } from '../../../model/chart/scxml.ts';
import { charts } from '../../../model/host.ts';

const canonical = Object.values(charts).map(machineToCanonical);

describe.each(canonical)('the chart $chart', (chart) => {
  const machine = Object.values(charts).find(({ id }) => id === chart.chart);
  if (machine === undefined) throw new Error(`no chart ${chart.chart}`);
  const document = chartToScxml(machine);

  test('has a table that knows each of its guards and actions, and no other', () => {
    expect(() => tableOf(chart)).not.toThrow();
    expect(guardsOf(chart).length + actionsOf(chart).length).toBeGreaterThan(10);
  });

  test('is refused with a guard or an action that its table does not know', () => {
    const file = `model/chart/scxml/${chart.chart}.ts`;
    expect(() => tableOf(withTransition(chart, { guard: 'isNew' }))).toThrow(
      `${file} does not know the chart's guards isNew`,
    );
    expect(() => tableOf(withTransition(chart, { actions: ['doNew'] }))).toThrow(
      `${file} does not know the chart's actions doNew`,
    );
  });

  test('is refused when its table has an action that it has not', () => {
    const bare = { ...chart, states: chart.states.map((one) => ({ ...one, entry: [], exit: [] })) };
    const idle = bare.states.map((one) => ({
      ...one,
      transitions: one.transitions.map((each) => ({ ...each, actions: [] })),
    }));
    expect(() => tableOf({ ...bare, states: idle })).toThrow(/and the chart has not: drop them/);
  });

  test('has each state once, by its id in XState, and every transition', () => {
    const ids = [...document.matchAll(/<(?:state|parallel) id="([^"]+)"/g)].map(([, id]) => id);
    const paths = chart.states.map(({ path }) => [chart.chart, path].filter(Boolean).join('.'));
    expect(ids).toEqual(paths);
    const transitions = chart.states.flatMap((state) => state.transitions);
    expect(document.match(/<transition/g)?.length).toBe(transitions.length);
  });

  test('has each transition with its event, its condition and its target, in the order of the chart', () => {
    const { guards } = tableOf(chart);
    const idOf = (path: string): string => [chart.chart, path].filter(Boolean).join('.');
    const expected = chart.states.flatMap(({ path, transitions }) =>
      transitions.map(({ event, guard, target, reenter }) => {
        const stays = target === null || (target === path && !reenter);
        const isWithin = target !== null && `${target}.`.startsWith(path === '' ? '' : `${path}.`);
        return {
          ...(event === 'always' ? {} : { event }),
          ...(guard === null ? {} : { cond: guards[guard] }),
          ...(stays ? {} : { target: idOf(target) }),
          ...(!stays && !reenter && isWithin ? { type: 'internal' } : {}),
        };
      }),
    );
    expect(
      [...document.matchAll(/<transition(?: [a-z]+="[^"]*")*\/?>/g)].map(([tag]) =>
        attributesOf(tag),
      ),
    ).toEqual(expected);
  });

  test('begins each state where the chart does, and does on entry what it names', () => {
    const tags = [...document.matchAll(/<(?:state|parallel) [^>]*>/g)];
    const initials = tags.map(([tag]) => {
      const { initial = null } = attributesOf(tag);
      return initial;
    });
    expect(initials).toEqual(
      chart.states.map(({ initial }) => initial && `${chart.chart}.${initial}`),
    );
    const entries = [...document.matchAll(/<onentry>\n *<!-- (.*) -->/g)].map(([, names]) => names);
    expect(entries).toEqual(
      chart.states.filter(({ entry }) => entry.length > 0).map(({ entry }) => entry.join(', ')),
    );
  });

  test('closes every element that it opens', () => {
    const open: string[] = [];
    for (const [, end, tag, , empty] of document.matchAll(
      /<(\/?)([a-z]+)((?:\s[a-z]+="[^"<]*")*)(\/?)>/g,
    )) {
      if (end === '/') expect(open.pop()).toBe(tag);
      else if (empty !== '/') open.push(tag ?? '');
    }
    expect(open).toEqual([]);
    expect(document.match(/<(?![/?!a-z])|&(?!(amp|lt|quot);)/g)).toBeNull();
  });
});

const characters = new Map([
  ['&lt;', '<'],
  ['&quot;', '"'],
  ['&amp;', '&'],
]);
const attributesOf = (tag: string): Record<string, string> =>
  Object.fromEntries(
    [...tag.matchAll(/ ([a-z]+)="([^"]*)"/g)].map(([, name, value = '']) => [
      name,
      value.replace(/&(lt|quot|amp);/g, (code) => characters.get(code) ?? code),
    ]),
  );

function withTransition(
  chart: CanonicalChart,
  part: { guard: string } | { actions: string[] },
): CanonicalChart {
  const bare = { event: 'a.b', guard: null, target: null, reenter: false, actions: [] };
  const [root, ...others] = chart.states;
  if (root === undefined) throw new Error('a chart without states');
  const transitions = [...root.transitions, { ...bare, requirements: [], ...part }];
  return { ...chart, states: [{ ...root, transitions }, ...others] };
}

describe('the mapping', () => {
  const failover = chartToScxml(charts.failover);

  test('enters a state again only where the chart says so', () => {
    expect(failover).toContain('<transition event="retry.due" target="failover.starting"/>');
    expect(chartToScxml(charts.pairing)).toContain(
      '<transition event="record.alone" target="pairing.owner.alone" type="internal">',
    );
  });

  test('puts the values of the reader into the data', () => {
    const input = {
      self: "o'b#1",
      entriesMax: 7,
      network: 'may-be-lost',
      reconnect: true,
      throttleMax: 0,
    } as const;
    const document = chartToScxml(charts.logging, input);
    expect(document).toContain(`<data id="self" expr="'o\\'b#1'"/>`);
    expect(document).toContain('<data id="entriesMax" expr="7"/>');
  });

  test('names the guard and the actions that the content stands for', () => {
    expect(failover).toContain('<!-- [isAloneMine] remember, expectNothing, tellTaken -->');
  });

  test('refuses an event that SCXML would take for a longer one', () => {
    const confusing = createMachine({ id: 'made', on: { beat: {}, 'beat.due': {} } });
    expect(() => chartToScxml(confusing)).toThrow(
      'in SCXML the event beat would take beat.due too',
    );
  });

  test('refuses a chart without a table', () => {
    expect(() => chartToScxml(createMachine({ id: 'made' }))).toThrow(
      'the chart made has no SCXML table',
    );
  });
});
