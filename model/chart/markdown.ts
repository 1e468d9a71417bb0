// A chart as a Markdown table: one row a transition, in the order in which the rules win.

import type { CanonicalChart } from './canonical.ts';

export function chartToMarkdown(chart: CanonicalChart): string {
  const rows = chart.states.flatMap(({ path, transitions }) =>
    transitions.map(({ event, guard, target, actions, requirements }) => [
      path === '' ? '*any*' : path,
      event,
      guard ?? '',
      target ?? 'stays',
      actions.join(', '),
      requirements.join(', '),
    ]),
  );
  const head = ['state', 'event', 'guard', 'to', 'actions', 'requirements'];
  const lines = [head, head.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`);
  return [`# ${chart.chart}`, '', ...lines, ''].join('\n');
}
