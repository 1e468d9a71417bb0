// The charts: everything named, closed, and cited; and XState run live agrees with the pure steps that we explore.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createActor } from 'xstate';
import {
  type CanonicalChart,
  inlineName,
  machineToCanonical,
} from '../../model/chart/canonical.ts';
import { chartToMarkdown } from '../../model/chart/markdown.ts';
import { chartToMermaid } from '../../model/chart/mermaid.ts';
import type { FailoverEvent } from '../../model/failover/context.ts';
import { failover } from '../../model/failover.ts';
import { type HeartbeatEvent, heartbeat } from '../../model/heartbeat.ts';
import { charts } from '../../model/host.ts';
import { createRole } from '../../model/role.ts';
import type { ChartEvent, Effect } from '../../model/vocabulary.ts';

const canonical: readonly CanonicalChart[] = Object.values(charts).map(machineToCanonical);
const input = {
  self: 'p#1',
  entriesMax: 2,
  network: 'at-least-once',
  throttleMax: 2,
  reconnect: false,
} as const;

describe.each(canonical)('the chart $chart', (chart) => {
  test('names every guard and action', () => {
    const names = chart.states.flatMap(({ entry, exit, transitions }) => [
      ...entry,
      ...exit,
      ...transitions.flatMap(({ guard, actions }) => [guard ?? 'none', ...actions]),
    ]);
    expect(names).not.toContain(inlineName);
    expect(names.filter((name) => name.startsWith('xstate.'))).toEqual([]);
  });

  test('has no history, so that a state is its value and its context', () => {
    expect(chart.states.filter(({ kind }) => kind === 'history')).toEqual([]);
  });

  test('cites requirements as area.clause-name', () => {
    const cited = chart.states.flatMap(({ requirements, transitions }) => [
      ...requirements,
      ...transitions.flatMap((one) => one.requirements),
    ]);
    expect(cited.length).toBeGreaterThan(5);
    for (const name of cited) expect(name).toMatch(/^[a-z]+\.[a-z-]+$/);
  });

  test('is tabled with every state and transition', () => {
    const rows = chartToMarkdown(chart)
      .split('\n')
      .filter((line) => line.startsWith('| '));
    const transitions = chart.states.flatMap((state) => state.transitions);
    expect(rows.length).toBe(chart.states.length + transitions.length + 4);
  });

  test('is drawn with every state, and every transition that does something', () => {
    const lines = chartToMermaid(chart).split('\n');
    const drawn = chart.states.flatMap(({ transitions }) =>
      transitions.filter(({ target, actions }) => target !== null || actions.length > 0),
    );
    const isReaction = (line: string): boolean => / [a-z_]+: (?!entry |exit )/.test(line);
    expect(lines.filter(isReaction).length).toBe(drawn.length);
    for (const { path } of chart.states) {
      const id = path.replaceAll(/[.-]/g, '_');
      if (path !== '') expect(chartToMermaid(chart)).toContain(` as ${id}`);
    }
  });

  test('is drawn with each state between the braces of its parent alone', () => {
    const around: string[] = [];
    for (const line of chartToMermaid(chart).split('\n')) {
      if (line.endsWith('}')) around.pop();
      const parent = around.at(-1) ?? '';
      const named = /^ +(?:\[\*\]|(\w+)) --> (\w+)/.exec(line)?.slice(1) ?? [];
      const inParent = (id = ''): boolean => parent === '' || id.startsWith(`${parent}_`);
      if (parent !== chart.chart)
        expect(
          named.filter((id) => id && !inParent(id)),
          line,
        ).toEqual([]);
      const opened = /as (\w+) \{$/.exec(line)?.[1];
      if (opened !== undefined) around.push(opened);
    }
    expect(around).toEqual([]);
  });
});

test('a label holds nothing that Mermaid would read as the end of it', () => {
  const transition = {
    ...{ event: 'a::b;c', guard: '#1', target: 'b', reenter: false },
    ...{ actions: [], requirements: [] },
  };
  const bare = { initial: null, entry: [], exit: [], requirements: [] };
  const text = chartToMermaid({
    chart: 'made',
    states: [
      { ...bare, path: '', kind: 'compound', initial: 'a', transitions: [] },
      { ...bare, path: 'a', kind: 'atomic', transitions: [transition] },
      { ...bare, path: 'b', kind: 'atomic', transitions: [] },
    ],
  });
  expect(text).toContain('  a --> b: a#58;#58;b#59;c [#35;1]\n');
});

describe('a live actor and the pure steps agree', () => {
  test('heartbeat', () => {
    const events: HeartbeatEvent[] = [
      { type: 'beats.begun', epoch: 2, peer: 'b#1' },
      { type: 'alives.begun' },
      { type: 'watch.begun' },
      { type: 'session.ended' },
      { type: 'beat.heard' },
      { type: 'channel.heard' },
      { type: 'channel.lost' },
      { type: 'beat.due' },
      { type: 'alive.due' },
      { type: 'beat-timeout.due' },
      { type: 'channel-timeout.due' },
    ];
    agree(
      events,
      (script) => {
        const actor = createActor(heartbeat, { input });
        const emitted: Effect[] = [];
        actor.on('*', (effect) => emitted.push(effect));
        actor.start();
        for (const event of script) actor.send(event);
        const { value, context } = actor.getSnapshot();
        return { value, context, emitted };
      },
      'heartbeat',
    );
  });

  test('failover', () => {
    const record = { version: 1, epoch: 1, token: 1, backup: null, reason: 'start' } as const;
    const events: FailoverEvent[] = [
      { type: 'start.wanted' },
      { type: 'join.wanted', peer: 'b#1' },
      { type: 'protect.wanted' },
      { type: 'surrender.wanted' },
      { type: 'peer.suspected', lost: false },
      { type: 'peer.trusted' },
      { type: 'retry.due' },
      { type: 'disk.answered', operation: 'fence', result: 'done' },
      answer({ ...record, phase: 'alone', owner: 'p#1' }),
      answer({ ...record, version: 2, epoch: 2, phase: 'joining', owner: 'p#1', backup: 'b#1' }),
      answer({ ...record, version: 3, epoch: 2, phase: 'protected', owner: 'p#1', backup: 'b#1' }),
      answer({ ...record, version: 4, epoch: 3, phase: 'alone', owner: 'p#1' }),
      answer(null),
    ];
    agree(
      events,
      (script) => {
        const actor = createActor(failover, { input });
        const emitted: Effect[] = [];
        actor.on('*', (effect) => emitted.push(effect));
        actor.start();
        for (const event of script) actor.send(event);
        const { value, context } = actor.getSnapshot();
        return { value, context, emitted };
      },
      'failover',
    );
  });
});

function answer(
  record: Extract<FailoverEvent, { type: 'arbiter.answered' }>['record'],
): FailoverEvent {
  return { type: 'arbiter.answered', nonce: 'current', record };
}

function agree<E extends ChartEvent>(
  events: readonly E[],
  live: (script: readonly E[]) => { value: unknown; context: unknown; emitted: Effect[] },
  chart: 'heartbeat' | 'failover',
): void {
  const role = createRole(charts[chart], input);
  const script = fc.array(fc.constantFrom(...events), { maxLength: 30 });
  fc.assert(
    fc.property(script, (sent) => {
      let state = role.initial;
      const emitted: Effect[] = [];
      for (const event of sent) {
        const step = role.step(state, event);
        if (step === null) continue;
        state = step.next;
        emitted.push(...step.out);
      }
      const { value, context } = role.snapshot(state);
      expect({ value, context, emitted }).toEqual(live(sent));
    }),
    { numRuns: 300 },
  );
}
