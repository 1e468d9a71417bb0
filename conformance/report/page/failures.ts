// The failures of a report on its page: by reason, the shortest case of each drawn, the others by name.
// Spec: conformance.md, "Reports".

import { type Report, type ReportCase, replayCommand } from '../report.ts';
import { byReason } from '../standings.ts';
import { swimLane } from './swim-lane.ts';
import { escapeHtml } from './text.ts';

/** Cases of one reason that are drawn; the rest are named. */
const drawnMax = 3;

export function failuresSection(report: Report, clauseText: ClauseText): string {
  const groups = byReason(report.cases);
  if (groups.length === 0) return '';
  const sections = groups.map(([reason, cases], index) => {
    const clause = reason.split('#')[0] ?? '';
    const sentence = clauseText(clause);
    const text = [reason, sentence ?? '', ...cases.map(({ id }) => id)].join(' ');
    return [
      `<details class="failure"${index === 0 ? ' open' : ''} data-text="${escapeHtml(text.toLowerCase())}" data-clauses="${escapeHtml(clause)}">`,
      `<summary><span class="mark failed">✗</span> <code>${escapeHtml(reason)}</code> <span class="count">${cases.length === 1 ? '1 case' : `${cases.length} cases`}</span></summary>`,
      ...(sentence === undefined ? [] : [`<p class="clause">${escapeHtml(sentence)}</p>`]),
      ...cases.slice(0, drawnMax).map((one) => caseArticle(report, one)),
      restOf(cases.slice(drawnMax)),
      '</details>',
    ].join('\n');
  });
  return `<section id="failures"><h2>Failures</h2>\n${sections.join('\n')}</section>`;
}

export type ClauseText = (clause: string) => string | undefined;

function caseArticle(report: Report, { id, failure, steps, seed }: ReportCase): string {
  if (failure === undefined) return `<article><h3>${escapeHtml(id)}</h3></article>`;
  const { step, given, expected, actual, other, text, story } = failure;
  const rows = [
    ['given', given],
    ['expected', expected],
    ['actual', actual],
    ...other.map((one) => ['also', one]),
  ].filter(([, value]) => value !== '');
  return [
    `<article><h3>${escapeHtml(id)} <span class="count">step ${step} of ${steps}, seed ${escapeHtml(seed)}</span></h3>`,
    `<div class="scroll">${swimLane(story)}</div>`,
    `<dl>${rows.map(([name, value = '']) => `<dt class="${name}">${name}</dt><dd><code>${escapeHtml(value)}</code></dd>`).join('')}</dl>`,
    ...(text === '' ? [] : [`<pre>${escapeHtml(text)}</pre>`]),
    `<p class="replay"><code>${escapeHtml(replayCommand(report, id))}</code></p></article>`,
  ].join('\n');
}

function restOf(cases: readonly ReportCase[]): string {
  if (cases.length === 0) return '';
  const items = cases.map(
    ({ id, failure }) => `<li><code>${escapeHtml(id)}</code> step ${failure?.step ?? 0}</li>`,
  );
  return `<details><summary>${cases.length} more</summary><ul>${items.join('')}</ul></details>`;
}
