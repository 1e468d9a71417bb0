// Every clause of the registry on the page of a report: what it says, and how it came off. Those that no case is
// about are there too. Spec: conformance.md, "Reports".

import type { Requirement } from '../../requirements.ts';
import type { ClauseStanding } from '../standings.ts';
import { escapeHtml } from './text.ts';

/** `none`: no case is about it; `unscored`: none can be. */
export type Shown = ClauseStanding['standing'] | 'none' | 'unscored';

export function clausesSection(
  clauses: readonly Requirement[],
  standings: ReadonlyMap<string, ClauseStanding>,
): string {
  const rankOf = (clause: Requirement): number =>
    shownNames.indexOf(shownOf(clause, standings.get(clause.name)));
  const ranked = clauses.toSorted((a, b) => rankOf(a) - rankOf(b));
  const areas = [...new Set(ranked.map(({ area }) => area))];
  const tables = areas.map((area) => {
    const rows = ranked.filter((clause) => clause.area === area);
    const shown = rows.map((clause) => shownOf(clause, standings.get(clause.name)));
    const passed = shown.filter((one) => one === 'passed').length;
    return [
      `<details class="area" open><summary><h3>${escapeHtml(area)}</h3> <span class="count">${passed} of ${rows.length} passed</span></summary>`,
      '<table><thead><tr><th></th><th>clause</th><th>level</th><th class="number">cases</th><th class="number">passed</th><th class="number">failures</th></tr></thead><tbody>',
      ...rows.map((clause) => rowOf(clause, standings.get(clause.name))),
      '</tbody></table></details>',
    ].join('\n');
  });
  const map = mapOf(clauses, standings);
  return `<section id="clauses"><h2>Clauses <span class="count" id="shown" role="status"></span></h2>\n${map}\n${filters}\n${tables.join('\n')}</section>`;
}

/** All clauses at a glance, in the registry's order: a square each, by area. */
function mapOf(
  clauses: readonly Requirement[],
  standings: ReadonlyMap<string, ClauseStanding>,
): string {
  const areas = [...new Set(clauses.map(({ area }) => area))];
  const items = areas.map((area) => {
    const squares = clauses
      .filter((clause) => clause.area === area)
      .map((clause) => {
        const shown = shownOf(clause, standings.get(clause.name));
        const title = escapeHtml(`${clause.name}: ${shown === 'none' ? 'no case' : shown}`);
        return `<a class="${shown}" href="#${escapeHtml(clause.name)}" title="${title}" aria-label="${title}"></a>`;
      });
    return `<li><span>${escapeHtml(area)}</span>${squares.join('')}</li>`;
  });
  return `<ul class="map">${items.join('\n')}</ul>`;
}

export function shownOf(clause: Requirement, standing: ClauseStanding | undefined): Shown {
  if (standing !== undefined) return standing.standing;
  return clause.unscored === undefined ? 'none' : 'unscored';
}

const marks: Readonly<Record<Shown, string>> = {
  passed: '✓',
  failed: '✗',
  doubtful: '?',
  undecided: '–',
  none: '·',
  unscored: '∅',
};
/** What is wrong stands first. */
const shownNames = ['failed', 'doubtful', 'passed', 'undecided', 'none', 'unscored'] as const;
const filters = `<p class="filters" role="group" aria-label="standings shown">${shownNames
  .map(
    (name) =>
      `<label><input type="checkbox" name="standing" value="${name}" checked> <span class="mark ${name}">${marks[name]}</span> ${name === 'none' ? 'no case' : name}</label>`,
  )
  .join(' ')}</p>`;

function rowOf(clause: Requirement, standing: ClauseStanding | undefined): string {
  const { name, level, text, unscored, chapter } = clause;
  const shown = shownOf(clause, standing);
  const { cases, passed, failures } = standing ?? { cases: 0, passed: 0, failures: 0 };
  const why = unscored === undefined ? '' : `<br><em>Unscored: ${escapeHtml(unscored)}</em>`;
  const numbers = [cases, passed, failures].map(
    (count) => `<td class="number">${count || ''}</td>`,
  );
  const searched = `${name} ${level} ${text}`.toLowerCase();
  return [
    `<tr id="${escapeHtml(name)}" data-text="${escapeHtml(searched)}" data-clauses="${escapeHtml(name)}" data-standing="${shown}">`,
    `<td><span class="mark ${shown}" title="${shown}">${marks[shown]}</span></td>`,
    `<td><code>${escapeHtml(name)}</code><br>${escapeHtml(text)} <span class="count">${escapeHtml(chapter)}</span>${why}</td>`,
    `<td>${level}</td>${numbers.join('')}</tr>`,
  ].join('');
}
