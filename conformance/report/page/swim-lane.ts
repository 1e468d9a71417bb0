// The traffic of a failure as a drawing: a lane for each who took part, an arrow for each thing given or done, the
// last of them where it went wrong. Spec: conformance.md, "Reports".

import { type Arrow, lanesOf, milliseconds } from '../lanes.ts';
import type { StoryLine } from '../report.ts';
import { escapeHtml } from './text.ts';

export function swimLane(story: readonly StoryLine[]): string {
  if (story.length === 0) return '';
  const { arrows, lanes, nodes } = lanesOf(story);
  const width = margin + lanes.length * laneWidth;
  const height = top + arrows.length * rowHeight + 12;
  const parts = [
    ...lanes.map((lane) => laneOf(lane, lanes, height, nodes.includes(lane))),
    ...arrows.map((arrow, row) => drawn(arrow, row, lanes, row === arrows.length - 1)),
  ];
  const label = `${arrows.length} steps of traffic between ${lanes.join(', ')}`;
  return `<svg class="lanes" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="${escapeHtml(label)}">${parts.join('')}</svg>`;
}

const margin = 96;
const laneWidth = 190;
const rowHeight = 30;
const top = 40;
/** Characters of a label that fit between two lanes. */
const labelMax = 27;

function laneOf(lane: string, lanes: readonly string[], height: number, isNode: boolean): string {
  const x = middleOf(lane, lanes);
  const name = `<text class="${isNode ? 'node' : 'partner'}" x="${x}" y="18">${escapeHtml(lane)}</text>`;
  return `${name}<line class="lane" x1="${x}" x2="${x}" y1="26" y2="${height}"/>`;
}

function drawn(
  { from, to, label, line }: Arrow,
  row: number,
  lanes: readonly string[],
  isLast: boolean,
): string {
  const y = top + row * rowHeight + 16;
  const [start, end] = [middleOf(from, lanes), middleOf(to, lanes)];
  const tip = end > start ? -7 : 7;
  const short = label.length > labelMax ? `${label.slice(0, labelMax)}…` : label;
  const full = JSON.stringify(line.input ?? line.effect ?? {});
  return [
    `<g class="arrow${isLast ? ' last' : ''}"><title>${escapeHtml(full)}</title>`,
    `<text class="at" x="4" y="${y + 4}">${escapeHtml(milliseconds(line.at))}</text>`,
    `<line x1="${start}" x2="${end}" y1="${y}" y2="${y}"/>`,
    `<path d="M${end},${y} l${tip},-4 l0,8 z"/>`,
    `<text x="${(start + end) / 2}" y="${y - 5}">${escapeHtml(short.trim())}</text></g>`,
  ].join('');
}

const middleOf = (lane: string, lanes: readonly string[]): number =>
  margin + lanes.indexOf(lane) * laneWidth + laneWidth / 2;
