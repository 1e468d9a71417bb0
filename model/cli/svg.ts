// A chart as SVG: Graphviz draws its DOT, and what a page needs is put around: a title and a description for those who
// do not see it, and colours for a dark page. Spec: protocol.

import type { CanonicalChart } from '../chart/canonical.ts';
import { chartToDot, dotColours } from '../chart/dot.ts';

export async function chartToSvg(chart: CanonicalChart): Promise<string> {
  // Loaded when it is needed: it is some megabytes of WebAssembly.
  const { instance } = await import('@viz-js/viz');
  const viz = await instance();
  return forPages(chart, viz.renderString(chartToDot(chart), { format: 'svg' }));
}

/** Graphviz opens with its version and a size in points; the rest of what it writes is kept. */
function forPages(chart: CanonicalChart, drawn: string): string {
  const opening = /<svg width="([\d.]+)pt" height="([\d.]+)pt"\s+viewBox="([^"]+)"[^>]*>/;
  const [all, width, height, viewBox] = opening.exec(drawn) ?? [];
  if (all === undefined) throw new Error('Graphviz wrote an SVG that does not open as expected');
  const size = `viewBox="${viewBox}" width="${width}" height="${height}"`;
  const head = [
    `<svg xmlns="http://www.w3.org/2000/svg" ${size} role="img" aria-labelledby="title desc">`,
    `<title id="title">The statechart ${chart.chart}</title>`,
    `<desc id="desc">${described(chart)}</desc>`,
    `<style>${edgeTextRule(dotColours.frame)}`,
    `@media (prefers-color-scheme: dark) {\n${darkRules.join('\n')}\n}</style>`,
  ];
  const rest = drawn
    .slice(drawn.indexOf(all) + all.length)
    .replace(/<!--.*?-->\n/gs, '')
    .replaceAll('font-family="Helvetica,sans-Serif"', `font-family="${fonts}"`);
  return `${head.join('\n')}${rest}`;
}

/** All as wide as the one that Graphviz measured. */
const fonts = 'Helvetica, Arial, Liberation Sans, sans-serif';

function described({ states }: CanonicalChart): string {
  const transitions = states.flatMap((state) => state.transitions).length;
  return [
    `${states.length - 1} states and ${transitions} transitions.`,
    'A box is a state, a frame a state with states of its own, an arrow a transition to another state;',
    'lines in a box are its entry and exit actions and the transitions that stay.',
    'The page of the chart says the same as tables.',
  ].join(' ');
}

const darkColours: Readonly<Record<keyof typeof dotColours, string>> = {
  page: '#0d1117',
  frame: '#161b22',
  box: '#1f2630',
  line: '#8b98a6',
  text: '#e6edf3',
  lesser: '#b1bbc6',
};

/** Graphviz lets what stands at an arrow lie on the border of a frame: the border is broken there, and not the words. */
const edgeTextRule = (behind: string): string =>
  `.edge text { paint-order: stroke; stroke: ${behind}; stroke-width: 2px; stroke-linejoin: round }`;

const darkRules: readonly string[] = [
  edgeTextRule(darkColours.frame),
  ...Object.entries(dotColours).flatMap(([name, light]) => {
    const dark = new Map(Object.entries(darkColours)).get(name) ?? light;
    return [`[fill="${light}"] { fill: ${dark} }`, `[stroke="${light}"] { stroke: ${dark} }`];
  }),
];
