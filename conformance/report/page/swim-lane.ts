// The traffic of a failure as a drawing: a lane for each who took part, an arrow for each thing given or done, the
// last of them where it went wrong. Spec: conformance.md, "Reports".

import type { Happening, StoryLine } from '../report.ts';
import { escapeHtml } from './text.ts';

interface Arrow {
  readonly from: string;
  readonly to: string;
  readonly label: string;
  readonly line: StoryLine;
}

export function swimLane(story: readonly StoryLine[]): string {
  if (story.length === 0) return '';
  const nodes = [...new Set(story.map(({ node }) => node))];
  const arrows = story.map((line) => arrowOf(line, nodes));
  const met = new Set(arrows.flatMap(({ from, to }) => [from, to]));
  const lanes = laneOrder(nodes).filter((lane) => met.has(lane));
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

/** What a node is told by, or tells, by the first word of a type. */
const partners: Readonly<Record<string, string>> = {
  manager: 'manager',
  guest: 'guest',
  channel: 'peer',
  datagram: 'peer',
  arbiter: 'arbiter',
  disk: 'disk',
  output: 'outside',
  address: 'outside',
  report: 'manager',
  clock: 'clock',
};

function laneOrder(nodes: readonly string[]): string[] {
  const guests = nodes.length > 1 ? nodes.flatMap((node) => [node, `guest of ${node}`]) : nodes;
  const guest = nodes.length > 1 ? [] : ['guest'];
  return ['manager', 'clock', ...guest, ...guests, 'peer', 'arbiter', 'disk', 'outside'];
}

function arrowOf(line: StoryLine, nodes: readonly string[]): Arrow {
  const { node, input, effect } = line;
  const happening = input ?? effect ?? { type: 'clock' };
  const partner = partnerOf(happening, node, nodes);
  const label = labelOf(happening);
  return input === undefined
    ? { from: node, to: partner, label, line }
    : { from: partner, to: node, label, line };
}

/** In a case of several nodes the peer has a lane of its own. */
function partnerOf({ type, ...fields }: Happening, node: string, nodes: readonly string[]): string {
  const partner = partners[type.split('.')[0] ?? ''] ?? 'outside';
  if (nodes.length === 1) return partner;
  if (partner === 'guest') return `guest of ${node}`;
  if (partner !== 'peer') return partner;
  const { message } = fields;
  const from = isFields(message) && message.from !== undefined ? hostOf(message.from) : undefined;
  const others = nodes.filter((other) => other !== node);
  const to = hostOf(fields.peer ?? fields.to);
  return others.find((other) => other === from || other === to) ?? others[0] ?? partner;
}

const hostOf = (incarnation: unknown): string => String(incarnation ?? '').split('#')[0] ?? '';

function labelOf({ type, ...fields }: Happening): string {
  const { message, action, record, ...rest } = fields;
  const verb = type.split('.')[1] ?? type;
  if (isFields(message)) return `${message.kind} ${told(message, messageNames)}`;
  if (isFields(record)) return `${verb} v${record.version} ${record.phase} e${record.epoch}`;
  if (isFields(action)) return `${verb} ${Object.keys(action)[0] ?? ''}`;
  return `${verb} ${told(rest, Object.keys(rest))}`;
}

const messageNames = ['epoch', 'seq', 'upto', 'next', 'code', 'entry', 'position'] as const;

function told(fields: Readonly<Record<string, unknown>>, names: readonly string[]): string {
  return names
    .filter((name) => ['string', 'number', 'boolean'].includes(typeof fields[name]))
    .map((name) => (name === 'epoch' ? `e${fields[name]}` : `${name} ${fields[name]}`))
    .join(' ');
}

function isFields(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

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

/** Virtual nanoseconds as milliseconds. */
function milliseconds(at: string): string {
  return /^\d{1,20}$/.test(at) ? `${(Number(BigInt(at) / 1000n) / 1000).toFixed(3)} ms` : at;
}
