// A report as Markdown: what a pull request or a CI summary shows. Failures first, one a reason.
// Spec: conformance.md, "Reports".

import { implementationText, isConformant, type Report, replayCommand } from './report.ts';
import { soakLines } from './soak.ts';
import { byReason, isBad, standingsOf } from './standings.ts';

export function reportToMarkdown(
  report: Report,
  clauseText: (name: string) => string | undefined,
): string {
  const { planned, executed, totals, guarantee, tier, seed, plan, partial } = report;
  const verdicts = Object.entries(totals).filter(([, count]) => count > 0);
  const sections = [
    `# ${headline(report)}`,
    `${cell(implementationText(report.implementation))}, tier \`${tier}\`, seed \`${seed}\`, plan \`${plan}\`.`,
    `${executed} of ${planned} cases executed: ${verdicts.map(([name, count]) => `${count} ${name}`).join(', ')}.`,
    ...(partial ? ['**This report is partial.**'] : []),
    `Guarantee: ${guarantee}.`,
    ...soakLines(report.cases),
    ...(report.cases.some(isBad) ? [failureTable(report, clauseText)] : []),
    ...(report.quarantine.length > 0 ? [quarantineTable(report)] : []),
    clauseTable(report),
    sliceTable(report),
    ['Not covered:', ...report.notCovered.map((line) => `- ${line}`)].join('\n'),
  ];
  return `${sections.join('\n\n')}\n`;
}

function headline(report: Report): string {
  if (report.partial) return 'Partial run of the conformance suite';
  return isConformant(report) ? 'Conformant over what was run' : 'Not conformant';
}

/** The shortest case of each reason: many failures are often one fault. */
function failureTable(report: Report, clauseText: (name: string) => string | undefined): string {
  const rows = byReason(report.cases).map(([reason, cases]) => {
    const { failure, id = '' } = cases[0] ?? {};
    return [
      `\`${reason}\``,
      String(cases.length),
      clauseText(reason.split('#')[0] ?? '') ?? '',
      failure?.expected ?? '',
      failure?.actual ?? failure?.text ?? '',
      `\`${replayCommand(report, id)}\``,
    ];
  });
  const headings = ['reason', 'cases', 'clause', 'expected', 'actual', 'replay the shortest'];
  return `## Failures\n\n${table(headings, rows)}`;
}

function quarantineTable({ quarantine }: Report): string {
  const rows = quarantine.map(({ pattern, why }) => [`\`${pattern}\``, why]);
  return `## Held back, a fault of the suite\n\n${table(['cases', 'why'], rows)}`;
}

function clauseTable(report: Report): string {
  const rows = [...standingsOf(report).values()].map(
    ({ clause, standing, cases, passed, failures }) => [
      `\`${clause}\``,
      standing,
      String(cases),
      String(passed),
      String(failures),
    ],
  );
  return `## Clauses\n\n${table(['clause', 'standing', 'cases', 'passed', 'failures'], rows)}`;
}

function sliceTable({ slices }: Report): string {
  const rows = slices.map(({ name, node, states, transitions, leftOut, cases }) => [
    name,
    node,
    ...[states, transitions, leftOut, cases].map(String),
  ]);
  const headings = ['slice', 'node', 'states', 'transitions', 'left out', 'cases'];
  return `## Slices\n\n${table(headings, rows)}`;
}

function table(headings: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.map(cell).join(' | ')} |`;
  return [line(headings), `|${headings.map(() => '---').join('|')}|`, ...rows.map(line)].join('\n');
}

/** What comes from an adapter stays text: no line of the table ends early, and nothing is markup. */
const cell = (text: string): string =>
  text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('|', '\\|')
    .replaceAll(/\s*\n\s*/g, ' ');
