// A report as one HTML file that needs nothing else: verdict, failures as swim lanes, every clause, the charts coloured
// by coverage, slices; search and filter. Spec: conformance.md, "Reports".

import { readFileSync } from 'node:fs';
import type { Requirement } from '../../requirements.ts';
import { inRoot } from '../../root.ts';
import { verdicts } from '../../verdict.ts';
import { implementationText, isConformant, type Report } from '../report.ts';
import { standingsOf } from '../standings.ts';
import { type Chart, chartColours, chartsSection } from './charts.ts';
import { clausesSection, shownOf } from './clauses.ts';
import { failuresSection } from './failures.ts';
import { escapeHtml } from './text.ts';

export interface PageParts {
  readonly report: Report;
  /** The registry, in its order. */
  readonly clauses: readonly Requirement[];
  readonly charts: readonly Chart[];
}

export function reportToPage({ report, clauses, charts }: PageParts): string {
  const standings = standingsOf(report);
  const texts = new Map(clauses.map(({ name, level, text }) => [name, `${level}: ${text}`]));
  const title = `${implementationText(report.implementation)} · Lockstep conformance`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'">
<title>${escapeHtml(title)}</title>
<style>
${asset('page.css')}
${chartColours(standings)}
</style>
</head>
<body>
<header>
<p class="suite">${escapeHtml(`${report.suite.name} ${report.suite.version}`)}, ${report.level} level, tier <code>${escapeHtml(report.tier)}</code></p>
<h1>${escapeHtml(implementationText(report.implementation))}</h1>
<p class="verdict ${verdictOf(report).style}">${verdictOf(report).text}</p>
${tiles(report, clauses)}
<p>Guarantee: ${escapeHtml(report.guarantee)}.</p>
${quarantineSection(report)}<details><summary>Not covered</summary><ul>${report.notCovered.map((line) => `<li>${escapeHtml(line)}</li>`).join('')}</ul></details>
<p class="count">Seed <code>${escapeHtml(report.seed)}</code>, plan <code>${escapeHtml(report.plan)}</code>, <code>${escapeHtml(report.command)}</code></p>
</header>
<nav><a href="#failures">Failures</a> <a href="#clauses">Clauses</a> <a href="#charts">Charts</a> <a href="#slices">Slices</a>
<input type="search" id="search" placeholder="Search clauses and failures" aria-label="Search clauses and failures">
<button type="button" id="clear" hidden></button></nav>
<main>
${failuresSection(report, (name) => texts.get(name))}
${clausesSection(clauses, standings)}
${chartsSection(charts)}
${slicesSection(report)}
</main>
<script>
${asset('filter.js')}
</script>
</body>
</html>
`;
}

const asset = (name: string): string =>
  readFileSync(inRoot('conformance', 'report', 'page', name), 'utf8').trim();

function verdictOf(report: Report): { readonly style: string; readonly text: string } {
  if (report.partial) return { style: 'doubtful', text: 'Partial: not every planned case was run' };
  return isConformant(report)
    ? { style: 'passed', text: 'Conformant over what was run' }
    : { style: 'failed', text: 'Not conformant' };
}

function tiles(report: Report, clauses: readonly Requirement[]): string {
  const standings = standingsOf(report);
  const shown = clauses.map((clause) => shownOf(clause, standings.get(clause.name)));
  const count = (name: string): number => shown.filter((one) => one === name).length;
  const { totals, executed, planned } = report;
  const others = verdicts.filter((one) => one !== 'pass' && one !== 'fail' && totals[one] > 0);
  const entries = [
    [`${executed} of ${planned}`, 'cases executed'],
    [String(totals.pass), 'passed'],
    [String(totals.fail), 'failed'],
    ...others.map((verdict) => [String(totals[verdict]), verdict.replaceAll('-', ' ')]),
    [`${count('passed')} of ${clauses.length}`, 'clauses passed'],
    [String(count('failed')), 'clauses failed'],
    [String(count('none') + count('unscored')), 'clauses without a case'],
  ];
  const items = entries.map(([value, name]) => `<div><dd>${value}</dd><dt>${name}</dt></div>`);
  return `<dl class="tiles">${items.join('')}</dl>`;
}

/** Nothing where nothing is held back. */
function quarantineSection({ quarantine }: Report): string {
  if (quarantine.length === 0) return '';
  const items = quarantine.map(({ pattern, why }) => {
    return `<li><code>${escapeHtml(pattern)}</code>: ${escapeHtml(why)}</li>`;
  });
  return `<details open><summary>Held back, a fault of the suite</summary><ul>${items.join('')}</ul></details>\n`;
}

function slicesSection({ slices }: Report): string {
  const rows = slices.map(({ name, node, states, transitions, leftOut, cases }) => {
    const numbers = [states, transitions, leftOut, cases];
    const cells = numbers.map((count) => `<td class="number">${count.toLocaleString('en')}</td>`);
    return `<tr><td><code>${escapeHtml(name)}</code></td><td>${escapeHtml(node)}</td>${cells.join('')}</tr>`;
  });
  const headings = ['states', 'transitions', 'left out', 'cases'];
  return `<section id="slices"><h2>Slices</h2><div class="scroll"><table><thead><tr><th>slice</th><th>node</th>${headings.map((name) => `<th class="number">${name}</th>`).join('')}</tr></thead><tbody>${rows.join('\n')}</tbody></table></div></section>`;
}
