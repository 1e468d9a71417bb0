// A verdict on a trace, for people: where it is refused, what was given and done, what was allowed, and the clauses.

import type { TraceRefusal, TraceVerdict } from '../../refine.ts';
import { colours, renderTable } from '../print.ts';
import type { TraceReading } from './read.ts';

export function renderReading({ verdict, lines, malformed, isInterrupted }: TraceReading): string {
  const parts: string[] = [];
  if (malformed !== null) {
    parts.push(colours.red(`line ${malformed.line}: ${malformed.text}`));
  }
  if (isInterrupted) parts.push(colours.yellow('Interrupted.'));
  if (verdict === null) return [...parts, 'Nothing was judged.'].join('\n');
  if (verdict.refusal !== null) parts.push(renderRefusal(verdict.refusal));
  if (verdict.nodes.length > 0) parts.push(renderNodes(verdict));
  if (verdict.unjudged.length > 0) {
    const inputs = verdict.unjudged.map((line) => `line ${line}`).join(', ');
    parts.push(`Without effects in the trace, so not judged: the input on ${inputs}.`);
  }
  const isPart = malformed !== null || isInterrupted;
  parts.push(`${isPart ? `Up to line ${lines}: ` : ''}${sentence(verdict, lines)}`);
  return parts.join('\n\n');
}

function sentence({ outcome, why, nodes }: TraceVerdict, lines: number): string {
  const steps = nodes.reduce((sum, node) => sum + node.steps, 0);
  switch (outcome) {
    case 'accepted':
      return colours.green(`Accepted: the model allows every step, ${steps} in ${lines} lines.`);
    case 'refused':
      return colours.red(`Refused at ${why}.`);
    case 'undecided':
      return colours.yellow(`Undecided: ${why}.`);
  }
}

function renderNodes({ nodes }: TraceVerdict): string {
  const rows = nodes.map(({ node, incarnation, steps, skipped, width }) => [
    node,
    incarnation,
    String(steps),
    String(skipped),
    String(width),
  ]);
  return renderTable(['node', 'incarnation', 'steps', 'skipped', 'states at once'], rows);
}

function renderRefusal(refusal: TraceRefusal): string {
  const { line, inputLine, node, given, differences, alternatives, clauses } = refusal;
  const where = inputLine === null ? `line ${line}` : `lines ${inputLine} and ${line}`;
  return [
    colours.red(`${where}: the model does not allow what ${node} did.`),
    `  given    ${given === null ? 'an input that the trace leaves out' : shorten(given)}`,
    ...differences.flatMap(({ observed, allowed }) => [
      `  observed ${observed}`,
      `  allowed  ${allowed}`,
    ]),
    ...alternatives.map((other) => `  or       ${other.map(({ allowed }) => allowed).join('; ')}`),
    `  clauses  ${clauses.slice(0, clausesShown).join(', ') || 'none'}`,
  ].join('\n');
}

const clausesShown = 4;
const shorten = (value: object): string => {
  const text = JSON.stringify(value);
  return text.length > givenChars ? `${text.slice(0, givenChars)}...` : text;
};
const givenChars = 200;
