// The model's charts on the page of a report, coloured by how the clauses of each box and arrow came off. A drawing
// names its clauses as classes; the colours are rules of a style sheet, the worst last. Spec: conformance.md, "Reports".

import type { ClauseStanding } from '../standings.ts';
import { escapeHtml } from './text.ts';

export interface Chart {
  readonly name: string;
  /** As `lockstep model export` drew it. */
  readonly svg: string;
}

export function chartsSection(charts: readonly Chart[]): string {
  const figures = charts.map(
    ({ name, svg }, index) =>
      `<details class="chart"${index === 0 ? ' open' : ''}><summary><h3>${escapeHtml(name)}</h3></summary><div class="scroll">${ownIds(name, svg)}</div></details>`,
  );
  return [
    '<section id="charts"><h2>Charts</h2>',
    '<p>Each box and arrow has the colour of the worst of its clauses: <span class="mark passed">passed</span>, <span class="mark doubtful">doubtful</span>, <span class="mark failed">failed</span>; without a colour, no case is about them. Choose one to see its clauses.</p>',
    ...figures,
    '</section>',
  ].join('\n');
}

/** Rules for every clause that has a standing; a later rule is over an earlier one. */
export function chartColours(standings: ReadonlyMap<string, ClauseStanding>): string {
  return worstLast
    .map((standing) => {
      const clauses = [...standings.values()].filter((one) => one.standing === standing);
      const of = (part: string): string =>
        clauses.map(({ clause }) => `.chart g.${classOf(clause)} > ${part}`).join(', ');
      if (clauses.length === 0) return '';
      return [
        `${of('path')}, ${of('polygon')} { stroke: var(--${standing}); stroke-width: 2px }`,
        ...[
          `${clauses.map(({ clause }) => `.chart g.node.${classOf(clause)} > path`).join(', ')} { fill: var(--${standing}-faint) }`,
        ],
      ].join('\n');
    })
    .join('\n');
}

const worstLast = ['passed', 'doubtful', 'failed'] as const;

const classOf = (clause: string): string => clause.replaceAll('.', '\\.');

/** Four drawings stand in one page: each name gets its chart's before it. */
function ownIds(name: string, svg: string): string {
  return svg
    .replaceAll(/ id="([^"]*)"/g, ` id="${name}-$1"`)
    .replace('aria-labelledby="title desc"', `aria-labelledby="${name}-title ${name}-desc"`);
}
