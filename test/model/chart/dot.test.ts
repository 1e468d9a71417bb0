// The drawings: DOT text with every state and every transition that does something, and the SVG that Graphviz makes of it.

import { describe, expect, test } from 'vitest';
import type { CanonicalChart } from '../../../model/chart/canonical.ts';
import { machineToCanonical } from '../../../model/chart/canonical.ts';
import { chartToDot, dotColours } from '../../../model/chart/dot.ts';
import { chartToSvg } from '../../../model/cli/svg.ts';
import { charts } from '../../../model/host.ts';

const canonical = Object.values(charts).map(machineToCanonical);

describe.each(canonical)('the chart $chart', (chart) => {
  const dot = chartToDot(chart);
  const composites = chart.states.filter(({ kind }) => kind === 'compound' || kind === 'parallel');

  test('has a box for each state, or a frame where it has states of its own', () => {
    for (const { path } of chart.states.filter((one) => one.path !== '')) {
      const isFrame = composites.some((one) => one.path === path);
      expect(dot).toContain(isFrame ? `subgraph "cluster ${path}" {` : `"${path}" [label=<`);
    }
  });

  test('has an arrow between any two states with a transition, and none from a frame', () => {
    const ends = new Set<string>();
    for (const { path, transitions } of chart.states) {
      for (const { target } of transitions) {
        if (target !== null && target !== path) ends.add(`${path} ${target}`);
      }
    }
    const initials = composites.filter(({ kind }) => kind === 'compound').length;
    const arrows = dot.split('\n').filter((line) => line.includes(' -> '));
    const seen = arrows.filter((line) => !line.includes('style=invis'));
    expect(seen.length).toBe(ends.size + initials);
    for (const { path } of composites) expect(dot).not.toContain(`  "${path}" -> `);
  });

  test('shows each guard and action of what does something, by name', () => {
    for (const { target, actions, guard } of chart.states.flatMap((one) => one.transitions)) {
      if (target === null && actions.length === 0) continue;
      for (const name of [...actions, ...(guard === null ? [] : [`[${guard}]`])]) {
        expect(dot).toContain(name);
      }
    }
  });

  test('is drawn no wider than a page of 1600 points', async () => {
    const [, width] = / width="([\d.]+)"/.exec(await chartToSvg(chart)) ?? [];
    expect(Number(width)).toBeLessThanOrEqual(1600);
  });

  test('is drawn the same each time', async () => {
    expect(await chartToSvg(chart)).toBe(await chartToSvg(structuredClone(chart)));
  });

  test('as SVG has a title and a description for those who do not see it', async () => {
    const svg = await chartToSvg(chart);
    expect(svg).toMatch(
      /^<svg xmlns=[^>]+ role="img" aria-labelledby="title desc">\n<title id="title">/,
    );
    expect(svg).toContain(`The statechart ${chart.chart}</title>`);
    expect(svg).toMatch(/<desc id="desc">\d+ states and \d+ transitions\./);
    expect(svg).not.toMatch(/<script|@import|href=|https?:(?!\/\/www\.w3\.org)/);
  });

  test('as SVG breaks the border of a frame where words lie on it, on a light page and on a dark one', async () => {
    const svg = await chartToSvg(chart);
    const [light, dark] = svg.split('@media (prefers-color-scheme: dark)');
    expect(light).toContain(`.edge text { paint-order: stroke; stroke: ${dotColours.frame};`);
    expect(dark).toMatch(/^ \{\n\.edge text \{ paint-order: stroke; stroke: #[\da-f]{6};/);
    expect(dark).not.toContain(`paint-order: stroke; stroke: ${dotColours.frame};`);
    expect(svg).toMatch(/<g id="[^"]+" class="edge">/);
  });

  test('as SVG has no colour that a dark page would not replace', async () => {
    const svg = await chartToSvg(chart);
    const used = [...svg.matchAll(/ (?:fill|stroke)="([^"]+)"/g)].map(([, colour]) => colour);
    const known: readonly string[] = [...Object.values(dotColours), 'none'];
    expect([...new Set(used)].filter((colour) => !known.includes(colour ?? ''))).toEqual([]);
    for (const colour of Object.values(dotColours)) {
      expect(svg).toContain(`[fill="${colour}"] { fill: `);
      expect(svg).not.toContain(`[fill="${colour}"] { fill: ${colour} }`);
    }
  });
});

describe('an arrow', () => {
  const bare = { guard: null, reenter: false, actions: [], requirements: [] };
  const state = { initial: null, entry: [], exit: [], requirements: [], transitions: [] };
  const made: CanonicalChart = {
    chart: 'made',
    states: [
      { ...state, path: '', kind: 'compound', initial: 'a' },
      {
        ...{ ...state, path: 'a', kind: 'compound', initial: 'a.b' },
        transitions: [
          { ...bare, event: 'in', target: 'a.c' },
          { ...bare, event: 'in.too', target: 'a.c' },
          { ...bare, event: 'stay', target: null, actions: ['do<it>'] },
        ],
      },
      { ...state, path: 'a.b', kind: 'atomic' },
      {
        ...{ ...state, path: 'a.c', kind: 'atomic' },
        transitions: [{ ...bare, event: 'up', target: 'd' }],
      },
      { ...state, path: 'small', kind: 'compound', initial: 'small.e' },
      { ...state, path: 'small.e', kind: 'atomic' },
      {
        ...{ ...state, path: 'd', kind: 'final' },
        transitions: [
          { ...bare, event: 'down', target: 'a' },
          { ...bare, event: 'back', target: 'small' },
        ],
      },
    ],
  };
  const dot = chartToDot(made);

  test('from a frame to a state of its own begins at the node any in it', () => {
    expect(dot).toContain('"a.any" -> "a.c" [label=<&#160;in, in.too<BR ALIGN="LEFT"/>>]');
  });

  test('to a frame ends at its border, and one that goes back is laid out downwards', () => {
    expect(dot).toContain('"d" -> "a.b" [label=<&#160;down<BR ALIGN="LEFT"/>>, lhead="cluster a"]');
    expect(dot).toContain(
      '"small.e" -> "d" [label=<&#160;back<BR ALIGN="LEFT"/>>, ltail="cluster small", dir=back]',
    );
  });

  test('from the largest frame, which stands below the rest, goes back', () => {
    expect(dot).toContain('"d" -> "a.c" [label=<&#160;up<BR ALIGN="LEFT"/>>, dir=back]');
    expect(dot).toContain('"small.e" -> "a.any" [style=invis, weight=0]');
  });

  test('has no text that would be read as markup', () => {
    expect(dot).toContain('do&lt;it&gt;');
  });
});
