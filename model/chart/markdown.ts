// A chart as a page of Markdown: the picture, which is the SVG beside it, the states, and one row a
// transition in the order in which the rules win. Spec: protocol.

import type { CanonicalChart } from './canonical.ts';

export function chartToMarkdown(chart: CanonicalChart): string {
  return [
    `# ${chart.chart}`,
    '',
    `![The statechart ${chart.chart}; the tables below say the same](${chart.chart}.svg)`,
    '',
    '## States',
    '',
    ...table(['state', 'kind', 'on entry', 'on exit', 'clauses'], stateRows(chart)),
    '',
    '## Transitions',
    '',
    'In a state, the first row whose event and guard fit is taken; a state within goes before the one around it.',
    '',
    ...table(['state', 'event', 'guard', 'to', 'actions', 'clauses'], transitionRows(chart)),
    '',
  ].join('\n');
}

const stateRows = ({ states }: CanonicalChart): string[][] =>
  states.map(({ path, kind, initial, entry, exit, requirements }) => [
    nameOf(path),
    initial === null ? kind : `${kind}, begins in ${initial}`,
    entry.join(', '),
    exit.join(', '),
    requirements.join(', '),
  ]);

const transitionRows = ({ states }: CanonicalChart): string[][] =>
  states.flatMap(({ path, transitions }) =>
    transitions.map(({ event, guard, target, actions, requirements }) => [
      nameOf(path),
      event,
      guard ?? '',
      target ?? 'stays',
      actions.join(', '),
      requirements.join(', '),
    ]),
  );

const nameOf = (path: string): string => (path === '' ? '*any*' : path);

const table = (head: readonly string[], rows: readonly (readonly string[])[]): string[] =>
  [head, head.map(() => '---'), ...rows].map((row) => `| ${row.map(cell).join(' | ')} |`);

/** A bar would end the cell. */
const cell = (text: string): string => text.replaceAll('|', '\\|');
